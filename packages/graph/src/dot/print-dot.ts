import { boxLines, childrenOf } from "../boxes.js";
import type { Graph, GraphEdgeKind, GraphShape } from "../model.js";
import { type DotDocument, type DotValue, dotDocument } from "./document.js";

/**
 * Prints a graph in Graphviz's language.
 *
 * @param graph - from `planGraph`
 *
 * @example
 * ```ts
 * import { printDot } from "@nix-nos/graph";
 *
 * const nodes = [{ id: "a", shape: "node", label: "a\"b", lines: [], vips: [], group: null, members: [] }] as const;
 * const graph = { view: "bgp", title: "one", groups: [], nodes, edges: [], legend: { shapes: [], edges: [] } } as const;
 * printDot(graph).includes('label="a\\"b"'); // => true
 * ```
 */
export function printDot(graph: Graph): string {
  const document = dotDocument();
  document.attributes({ label: graph.title, labelloc: "t", fontname: "sans-serif", fontsize: 12, compound: "true" });
  document.node("node", { fontname: "sans-serif", fontsize: 11, margin: "0.12,0.06" });
  document.node("edge", { fontname: "sans-serif", fontsize: 9 });
  const names = new Map(graph.nodes.map(({ id }, index) => [id, `n${index}`]));
  printGroup(document, graph, null, (id) => names.get(id) ?? "");
  for (const { from, to, kind, client, label, details } of graph.edges) {
    document.edge(names.get(from) ?? "", names.get(to) ?? "", {
      ...(label !== null && { label }),
      ...(client !== null && { dir: client === "to" ? "forward" : "back" }),
      tooltip: details,
      ...edgeStyles[kind],
    });
  }
  printLegend(document, graph);
  return document.text();
}

function printGroup(document: DotDocument, graph: Graph, parent: string | null, nameOf: (id: string) => string): void {
  const { groups, nodes } = childrenOf(graph, parent);
  for (const node of nodes) {
    document.node(nameOf(node.id), { label: boxLines(node), tooltip: node.label, ...shapeStyles[node.shape] });
  }
  for (const group of groups) {
    document.open(`cluster_${graph.groups.indexOf(group)}`);
    document.attributes({ label: group.label, style: "rounded", color: "#8a939d" });
    printGroup(document, graph, group.id, nameOf);
    document.close();
  }
}

function printLegend(document: DotDocument, { legend }: Graph): void {
  if (legend.shapes.length + legend.edges.length === 0) return;
  document.open("cluster_legend");
  document.attributes({ label: "legend", style: "rounded", color: "#8a939d" });
  for (const [index, { shape, text }] of legend.shapes.entries()) {
    document.node(`l${index}`, { label: text, ...shapeStyles[shape] });
  }
  for (const [index, { kind, text, directed }] of legend.edges.entries()) {
    for (const end of ["a", "b"]) document.node(`k${index}${end}`, { label: "", shape: "point", width: 0.05 });
    document.edge(`k${index}a`, `k${index}b`, {
      label: text,
      ...(directed && { dir: "forward" }),
      ...edgeStyles[kind],
    });
  }
  document.close();
}

const shapeStyles: Readonly<Record<GraphShape, Readonly<Record<string, DotValue>>>> = {
  external: { shape: "ellipse", style: "dashed", color: "#c2222d" },
  border: { shape: "hexagon", color: "#b35900" },
  reflector: { shape: "doubleoctagon", color: "#7a3fc4" },
  spine: { shape: "invtrapezium", color: "#0b62d6" },
  leaf: { shape: "trapezium", color: "#0b62d6" },
  router: { shape: "box", style: "rounded", color: "#b35900" },
  node: { shape: "box", color: "#57606a" },
  network: { shape: "underline", color: "#1a7f37" },
  mesh: { shape: "ellipse", style: "dotted", color: "#0b62d6" },
};

const edgeStyles: Readonly<Record<GraphEdgeKind, Readonly<Record<string, DotValue>>>> = {
  cable: { color: "#8a939d" },
  network: { style: "dotted", color: "#1a7f37" },
  outside: { style: "dashed", color: "#c2222d" },
  ibgp: { color: "#0b62d6" },
  "reflector-client": { color: "#7a3fc4" },
  ebgp: { color: "#b35900" },
  external: { style: "dashed", color: "#c2222d" },
};
