import type { GraphEdge, GraphEdgeKind, GraphLegend, GraphNode, GraphShape } from "../model.js";

/** Only what occurs needs to be explained. */
export function planLegend(nodes: readonly GraphNode[], edges: readonly GraphEdge[]): GraphLegend {
  const shapes = new Set(nodes.map(({ shape }) => shape));
  const kinds = new Set(edges.map(({ kind }) => kind));
  const directed = new Set(edges.flatMap(({ kind, client }) => (client === null ? [] : [kind])));
  return {
    shapes: shapeTexts.filter(([shape]) => shapes.has(shape)).map(([shape, text]) => ({ shape, text })),
    edges: kindTexts
      .filter(([kind]) => kinds.has(kind))
      .map(([kind, text]) => ({ kind, text, directed: directed.has(kind) })),
  };
}

const shapeTexts: readonly (readonly [GraphShape, string])[] = [
  ["external", "neighbour outside"],
  ["border", "border"],
  ["reflector", "route reflector"],
  ["spine", "spine"],
  ["leaf", "leaf"],
  ["router", "OpenWrt or Cisco"],
  ["node", "node"],
  ["network", "shared network"],
  ["mesh", "iBGP full mesh"],
];

const kindTexts: readonly (readonly [GraphEdgeKind, string])[] = [
  ["cable", "cable"],
  ["network", "interface in a network"],
  ["outside", "meets a neighbour outside"],
  ["ibgp", "iBGP"],
  ["reflector-client", "iBGP, to a reflector's client"],
  ["ebgp", "eBGP"],
  ["external", "eBGP with the outside"],
];
