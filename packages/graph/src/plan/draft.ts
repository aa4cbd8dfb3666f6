import { append } from "@nix-nos/topology";
import type { GraphEdge, GraphEdgeKind, GraphNode, GraphShape } from "../model.js";

/** A picture's nodes and edges before any are put together. */
export interface Draft {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly DraftEdge[];
}

/** One cable or session, from end to end. */
export interface DraftEdge {
  readonly from: string;
  readonly to: string;
  readonly client: GraphEdge["client"];
  readonly kind: GraphEdgeKind;
  /** What may be written at the line when it stands alone, from one end to the other; empty for nothing. */
  readonly label: readonly string[];
  readonly detail: string;
}

/** More lines than these, and what is written at them hides more than it tells. */
const mostLabels = 30;

/** Edges of one kind between the same two nodes become one. */
export function mergeEdges(edges: readonly DraftEdge[], noun: string): readonly GraphEdge[] {
  const merged = new Map<string, DraftEdge[]>();
  for (const edge of edges) {
    const key = JSON.stringify([edge.from, edge.to, edge.kind, edge.client]);
    append(merged, key, edge);
  }
  const isReadable = merged.size <= mostLabels;
  return [...merged.values()].flatMap((same) => {
    const [first] = same;
    if (first === undefined) return [];
    const { from, to, kind, client } = first;
    const details = same.map(({ detail }) => detail);
    const label = same.length === 1 ? first.label.join(" – ") : `${same.length} ${noun}`;
    return [{ from, to, kind, client, label: isReadable && label !== "" ? label : null, details }];
  });
}

/** What is nearer to the outside is above. */
const tiers: readonly GraphShape[] = [
  "external",
  "border",
  "spine",
  "leaf",
  "reflector",
  "router",
  "node",
  "mesh",
  "network",
];

/** Turns each line so that it begins above, whatever end it was written from. */
export function downwards({ nodes, edges }: Draft): readonly DraftEdge[] {
  const order = new Map(nodes.map(({ id, shape }, index) => [id, tiers.indexOf(shape) * nodes.length + index]));
  return edges.map((edge) => {
    if ((order.get(edge.from) ?? 0) <= (order.get(edge.to) ?? 0)) return edge;
    const client = edge.client === null ? null : edge.client === "to" ? "from" : "to";
    return { ...edge, from: edge.to, to: edge.from, client, label: edge.label.toReversed() };
  });
}
