/** What a picture shows: cables and shared networks, or BGP sessions. */
export type GraphView = "physical" | "bgp";

/** A picture as data: every decision about what is drawn, where it belongs and how it is called. Printers only draw. */
export interface Graph {
  readonly view: GraphView;
  /** One line about the whole: `acme: BGP sessions`. */
  readonly title: string;
  /** Parents before their children. */
  readonly groups: readonly GraphGroup[];
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
  /** What the shapes and lines that occur mean. */
  readonly legend: GraphLegend;
}

/** A frame around what stands together. */
export interface GraphGroup {
  /** Unique among groups: `site/tokyo`. */
  readonly id: string;
  readonly kind: "site" | "cluster" | "as";
  /** `site tokyo`, `cluster fabric`, `AS 65000`. */
  readonly label: string;
  /** The group around it. */
  readonly parent: string | null;
}

/** What a node is to the picture; each has a shape of its own. */
export type GraphShape =
  | "external"
  | "border"
  | "reflector"
  | "spine"
  | "leaf"
  | "router"
  | "node"
  | "network"
  | "mesh";

/** What a line stands for; each has a stroke of its own. */
export type GraphEdgeKind = "cable" | "network" | "outside" | "ibgp" | "reflector-client" | "ebgp" | "external";

export interface GraphNode {
  /** Unique among nodes: `node/leaf01`, `peer/transit-a`, `network/10.10.0.0/24`. */
  readonly id: string;
  readonly shape: GraphShape;
  readonly label: string;
  /** What stands under the label: role, platform, AS, address. */
  readonly lines: readonly string[];
  /** VIPs that it announces, with what they wait for: `203.0.113.10`, `203.0.113.11 (health)`. */
  readonly vips: readonly string[];
  /** The innermost group that it is in; `null` for what the topology does not own and what groups share. */
  readonly group: string | null;
  /** Of a stack, the nodes in it, which have the same neighbours and are drawn as one box; empty for a single node. */
  readonly members: readonly GraphMember[];
}

/** One of a stack. */
export interface GraphMember {
  readonly id: string;
  readonly label: string;
  readonly lines: readonly string[];
}

/** A line between two nodes. It stands for all cables or sessions of its kind between them. */
export interface GraphEdge {
  /** The end that is drawn above: what is nearer to the outside. */
  readonly from: string;
  readonly to: string;
  /** Of a reflector's session, the end that is its client; `null` of lines without a direction. */
  readonly client: "from" | "to" | null;
  readonly kind: GraphEdgeKind;
  /** What is written at the line; `null` where the picture has too many lines to read it. */
  readonly label: string | null;
  /** Each cable or session that it stands for, one line of text. */
  readonly details: readonly string[];
}

export interface GraphLegend {
  readonly shapes: readonly { readonly shape: GraphShape; readonly text: string }[];
  /** `directed`: lines of the kind have an arrow. */
  readonly edges: readonly { readonly kind: GraphEdgeKind; readonly text: string; readonly directed: boolean }[];
}
