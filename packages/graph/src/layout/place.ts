import { Graph as DagreGraph, layout } from "@dagrejs/dagre";
import type { Graph, GraphEdge, GraphGroup, GraphNode } from "../model.js";
import { lineAbreast } from "./abreast.js";
import type { Box, Point } from "./geometry.js";
import { type BoxText, boxSize, boxText, sizes, textWidth } from "./measure.js";

/** A graph with a place for everything. */
export interface PlacedGraph {
  readonly width: number;
  readonly height: number;
  readonly groups: readonly { readonly group: GraphGroup; readonly box: Box }[];
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

export interface PlacedNode {
  readonly node: GraphNode;
  readonly text: BoxText;
  readonly box: Box;
}

export interface PlacedEdge {
  readonly edge: GraphEdge;
  readonly points: readonly Point[];
  /** `null` where there is nothing to write, or no room. */
  readonly labelAt: Point | null;
}

/** A picture that is wider than this many times its height is drawn from left to right: pages scroll down, not aside. */
const widest = 2;

/** Finds a place for everything in a graph. Dagre asks no clock and no chance, so the same graph is placed the same. */
export function placeGraph(graph: Graph): PlacedGraph {
  const fromAbove = placeAlong(graph, "TB");
  return fromAbove.width > widest * fromAbove.height && graph.edges.length > 0 ? placeAlong(graph, "LR") : fromAbove;
}

function placeAlong(graph: Graph, rankdir: "TB" | "LR"): PlacedGraph {
  const dagre = new DagreGraph({ compound: true, multigraph: true });
  dagre.setGraph({ rankdir, nodesep: 22, edgesep: 14, ranksep: 46, ranker: "network-simplex" });
  // Dagre keeps things by name in plain objects and joins names to new ones, so the names it gets are ours.
  const names = new Map([...graph.groups, ...graph.nodes].map(({ id }, index) => [id, `box${index}`]));
  const nameOf = (id: string) => names.get(id) ?? "";
  for (const { id, parent } of graph.groups) {
    dagre.setNode(nameOf(id), {});
    if (parent !== null) dagre.setParent(nameOf(id), nameOf(parent));
  }
  const texts = graph.nodes.map((node) => ({ node, text: boxText(node) }));
  // What comes last, Dagre draws first.
  for (const { node, text } of texts.toReversed()) {
    dagre.setNode(nameOf(node.id), { ...boxSize(text, node.shape) });
    if (node.group !== null) dagre.setParent(nameOf(node.id), nameOf(node.group));
  }
  const shapeOf = new Map(graph.nodes.map(({ id, shape }) => [id, shape]));
  for (const [index, { from, to, label, kind }] of [...graph.edges.entries()].reverse()) {
    // iBGP between equals says nothing of who is above: it is drawn when the others have found their places.
    if (kind === "ibgp" && shapeOf.get(from) === shapeOf.get(to)) continue;
    const size = label === null ? {} : { width: textWidth(label, sizes.line) + 8, height: sizes.lineHeight };
    dagre.setEdge(nameOf(from), nameOf(to), { ...size, labelpos: "c" }, String(index));
  }
  layout(dagre);

  const boxOf = (id: string): Box => {
    const { x = 0, y = 0, width, height } = dagre.node(nameOf(id));
    return { x: round(x - width / 2), y: round(y - height / 2), width: round(width), height: round(height) };
  };
  const nodes = texts.map(({ node, text }) => ({ node, text, box: boxOf(node.id) }));
  const boxes = new Map(nodes.map(({ node, box }) => [node.id, box]));
  const edges = graph.edges.map((edge, index): PlacedEdge => {
    const { from, to } = edge;
    const placed = dagre.edge(nameOf(from), nameOf(to), String(index));
    const points: readonly Point[] =
      placed?.points ?? lineAbreast(boxes.get(from) as Box, boxes.get(to) as Box, [...boxes.values()]);
    const labelAt = edge.label === null ? null : placed === undefined ? roomBetween(points, edge.label) : placed;
    return { edge, points: points.map(rounded), labelAt: labelAt && rounded(labelAt) };
  });
  const { width = 0, height = 0 } = dagre.graph();
  return {
    width: Math.ceil(width),
    height: Math.ceil(height),
    groups: graph.groups.map((group) => ({ group, box: boxOf(group.id) })),
    nodes,
    edges,
  };
}

/** The middle of a line between neighbours, when a label has room on it. */
function roomBetween(points: readonly Point[], label: string): Point | null {
  const [first, bend, last] = points as readonly [Point, Point, Point];
  const room = Math.hypot(last.x - first.x, last.y - first.y);
  return room > textWidth(label, sizes.line) + 8 ? bend : null;
}

function rounded({ x, y }: Point): Point {
  return { x: round(x), y: round(y) };
}

/** Tenths of a pixel are finer than anyone sees. */
function round(value: number): number {
  return Math.round(value * 10) / 10;
}
