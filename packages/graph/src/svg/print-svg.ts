import { type PlacedGraph, placeGraph } from "../layout/place.js";
import type { Graph } from "../model.js";
import { drawEdge } from "./edge.js";
import { drawLegend, legendSize } from "./legend.js";
import { drawNode } from "./node.js";
import { style } from "./style.js";
import { element, printXml, type Xml } from "./xml.js";

const margin = 24;
const titleHeight = 34;

/**
 * Draws a graph as one SVG document.
 *
 * It needs nothing from elsewhere, follows the reader's light or dark scheme, and names each box and line by a `title`, in
 * which whatever had no room is told in full. Layout is Dagre's.
 *
 * @param graph - from `planGraph`
 * @returns an SVG document, the same bytes for the same graph
 *
 * @example
 * ```ts
 * import { printSvg } from "@nix-nos/graph";
 *
 * const nodes = [{ id: "a", shape: "node", label: "<a>", lines: [], vips: [], group: null, members: [] }] as const;
 * const graph = { view: "bgp", title: "one", groups: [], nodes, edges: [], legend: { shapes: [], edges: [] } } as const;
 * printSvg(graph).includes(">&#60;a&#62;</text>"); // => true
 * ```
 */
export function printSvg(graph: Graph): string {
  const placed = placeGraph(graph);
  const legend = legendSize(graph.legend);
  const width = Math.max(placed.width, legend.width, 320) + 2 * margin;
  const height = titleHeight + placed.height + legend.height + 3 * margin;
  const shift = `translate(${margin + Math.max(0, (width - 2 * margin - placed.width) / 2)} ${margin + titleHeight})`;
  return printXml(
    element(
      "svg",
      {
        xmlns: "http://www.w3.org/2000/svg",
        viewBox: `0 0 ${width} ${height}`,
        width,
        height,
        role: "graphics-document document",
        "aria-labelledby": "graph-title graph-summary",
      },
      element("title", { id: "graph-title" }, graph.title),
      element("desc", { id: "graph-summary" }, summary(graph)),
      element("style", {}, style),
      element("rect", { class: "page", width, height }),
      element("text", { class: "title", x: margin, y: margin + 10 }, graph.title),
      element("g", { transform: shift }, ...drawing(placed)),
      element(
        "g",
        { transform: `translate(${margin} ${height - margin - legend.height})` },
        ...drawLegend(graph.legend),
      ),
    ),
  );
}

/** Frames below, then lines, then boxes: nothing crosses a name. */
function drawing({ groups, edges, nodes }: PlacedGraph): readonly Xml[] {
  return [
    ...groups.map(({ group: { kind, label }, box }) =>
      element(
        "g",
        {},
        element("title", {}, label),
        element("rect", { class: `group ${kind}`, ...box, rx: 6 }),
        element("text", { class: "group-label", x: box.x + 8, y: box.y + 14 }, label),
      ),
    ),
    ...edges.map(drawEdge),
    ...nodes.map(drawNode),
  ];
}

function summary({ nodes, edges, groups }: Graph): string {
  const boxes = nodes.reduce((sum, { members }) => sum + Math.max(1, members.length), 0);
  const lines = edges.reduce((sum, { details }) => sum + details.length, 0);
  return `${boxes} nodes in ${groups.length} groups, ${lines} connections`;
}
