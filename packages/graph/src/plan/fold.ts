import { append } from "@nix-nos/topology";
import type { GraphNode } from "../model.js";
import type { Draft, DraftEdge } from "./draft.js";

/** Fewer nodes are drawn each for itself: in a small picture there is room for them. */
const fewestInStack = (nodes: number) => (nodes > 40 ? 2 : 5);

/**
 * Nodes that are alike become one stack: of one shape, in one group, with the same VIPs and the same neighbours. A rack of
 * forty servers is a box with forty names and two lines, and none of what it says is lost.
 */
export function foldTwins({ nodes, edges }: Draft): Draft {
  const ends = new Map<string, string[]>();
  for (const { from, to, kind } of edges) {
    append(ends, from, JSON.stringify([kind, "to", to]));
    append(ends, to, JSON.stringify([kind, "from", from]));
  }
  const alike = new Map<string, GraphNode[]>();
  for (const node of nodes) {
    const own = [...new Set(ends.get(node.id))].sort();
    append(alike, JSON.stringify([node.shape, node.group, node.vips, own]), node);
  }
  const stackOf = new Map<string, GraphNode>();
  for (const twins of alike.values()) {
    if (twins.length < fewestInStack(nodes.length) || twins[0]?.shape === "network") continue;
    const stack = stacked(twins);
    for (const { id } of twins) stackOf.set(id, stack);
  }
  const end = (id: string) => stackOf.get(id)?.id ?? id;
  return {
    nodes: [...new Set(nodes.map((node) => stackOf.get(node.id) ?? node))],
    edges: edges.map((edge): DraftEdge => ({ ...edge, from: end(edge.from), to: end(edge.to) })),
  };
}

function stacked(twins: readonly GraphNode[]): GraphNode {
  const [first] = twins as readonly [GraphNode];
  const common = first.lines.filter((line) => twins.every(({ lines }) => lines.includes(line)));
  return {
    ...first,
    id: `stack/${first.id}`,
    label: `${twins.length} × ${nouns[first.shape]}`,
    lines: common,
    members: twins.map(({ id, label, lines }) => ({
      id,
      label,
      lines: lines.filter((line) => !common.includes(line)),
    })),
  };
}

const nouns: Readonly<Record<GraphNode["shape"], string>> = {
  external: "neighbour",
  border: "border",
  reflector: "reflector",
  spine: "spine",
  leaf: "leaf",
  router: "router",
  node: "node",
  network: "network",
  mesh: "full mesh",
};
