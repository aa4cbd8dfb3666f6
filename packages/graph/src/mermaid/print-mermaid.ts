import { boxLines, childrenOf } from "../boxes.js";
import type { Graph, GraphEdge, GraphEdgeKind, GraphShape } from "../model.js";
import { type MermaidDocument, mermaidDocument, quoted } from "./document.js";

/**
 * Prints a graph as a Mermaid flowchart, which GitHub, GitLab and many wikis draw where it stands in a text.
 *
 * @param graph - from `planGraph`
 *
 * @example
 * ```ts
 * import { printMermaid } from "@nix-nos/graph";
 *
 * const nodes = [{ id: "a", shape: "node", label: "a;b", lines: [], vips: [], group: null, members: [] }] as const;
 * const graph = { view: "bgp", title: "one", groups: [], nodes, edges: [], legend: { shapes: [], edges: [] } } as const;
 * printMermaid(graph).split("\n")[4]; // => "  n0[\"a#59;b\"]"
 * ```
 */
export function printMermaid(graph: Graph): string {
  const document = mermaidDocument(graph.title);
  const names = new Map(graph.nodes.map(({ id }, index) => [id, `n${index}`]));
  const nameOf = (id: string) => names.get(id) ?? "";
  printGroup(document, graph, null, nameOf);
  const lines: GraphEdge["kind"][] = [];
  for (const { from, to, kind, client, label } of graph.edges) {
    const [first, second] = client === "from" ? [to, from] : [from, to];
    document.line(
      `${nameOf(first)} ${stroke(kind, client !== null)}${label === null ? "" : `|${quoted([label])}|`} ${nameOf(second)}`,
    );
    lines.push(kind);
  }
  printLegend(document, graph, lines);
  for (const [shape, style] of Object.entries(shapeStyles)) document.line(`classDef ${shape} ${style}`);
  for (const [kind, style] of Object.entries(edgeStyles)) {
    const own = lines.flatMap((each, index) => (each === kind ? [index] : []));
    if (own.length > 0) document.line(`linkStyle ${own.join(",")} ${style}`);
  }
  return document.text();
}

function printGroup(
  document: MermaidDocument,
  graph: Graph,
  parent: string | null,
  nameOf: (id: string) => string,
): void {
  const { groups, nodes } = childrenOf(graph, parent);
  for (const node of nodes) document.line(drawn(nameOf(node.id), node.shape, boxLines(node)));
  for (const group of groups) {
    document.open(`g${graph.groups.indexOf(group)}`, group.label);
    printGroup(document, graph, group.id, nameOf);
    document.close();
  }
}

function drawn(name: string, shape: GraphShape, text: readonly string[]): string {
  const [open, close] = brackets[shape];
  // Ordinary boxes need no colour of their own: they look as the reader's theme wants them.
  return `${name}${open}${quoted(text)}${close}${shape in shapeStyles ? `:::${shape}` : ""}`;
}

function printLegend(document: MermaidDocument, { legend }: Graph, lines: GraphEdgeKind[]): void {
  if (legend.shapes.length + legend.edges.length === 0) return;
  document.open("legend", "legend");
  for (const [index, { shape, text }] of legend.shapes.entries()) document.line(drawn(`l${index}`, shape, [text]));
  for (const [index, { kind, text, directed }] of legend.edges.entries()) {
    document.line(`k${index}a[" "] ${stroke(kind, directed)}|${quoted([text])}| k${index}b[" "]`);
    lines.push(kind);
  }
  document.close();
}

const brackets: Readonly<Record<GraphShape, readonly [string, string]>> = {
  external: ["(", ")"],
  border: ["{{", "}}"],
  reflector: ["[[", "]]"],
  spine: ["[\\", "/]"],
  leaf: ["[/", "\\]"],
  router: ["([", "])"],
  node: ["[", "]"],
  network: ["[(", ")]"],
  mesh: ["((", "))"],
};

const dotted: readonly GraphEdgeKind[] = ["network", "outside", "external"];

function stroke(kind: GraphEdgeKind, directed: boolean): string {
  return `-${dotted.includes(kind) ? "." : "-"}${directed ? "->" : "-"}`;
}

const shapeStyles: Readonly<Partial<Record<GraphShape, string>>> = {
  external: "stroke:#c2222d,stroke-dasharray:5 3",
  border: "stroke:#b35900,stroke-width:2px",
  reflector: "stroke:#7a3fc4,stroke-width:2px",
  spine: "stroke:#0b62d6,stroke-width:2px",
  leaf: "stroke:#0b62d6",
  router: "stroke:#b35900",
  network: "stroke:#1a7f37",
};

const edgeStyles: Readonly<Partial<Record<GraphEdgeKind, string>>> = {
  network: "stroke:#1a7f37",
  outside: "stroke:#c2222d",
  ibgp: "stroke:#0b62d6",
  "reflector-client": "stroke:#7a3fc4",
  ebgp: "stroke:#b35900",
  external: "stroke:#c2222d",
};
