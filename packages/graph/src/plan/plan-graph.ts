import type { BgpPlan } from "@nix-nos/bgp-gen";
import type { Network } from "@nix-nos/topology";
import type { Graph, GraphView } from "../model.js";
import { planCables } from "./cables.js";
import { downwards, mergeEdges } from "./draft.js";
import { foldTwins } from "./fold.js";
import { planGroups } from "./groups.js";
import { planLegend } from "./legend.js";
import { planNodes } from "./nodes.js";
import { planSessions } from "./sessions.js";

/**
 * Decides what a picture shows.
 *
 * Sites and clusters are groups, in the BGP view also the ASes in them. Nodes of a group that have the same neighbours
 * become a stack, and a full mesh a star, so that 200 nodes are as readable as five.
 *
 * @param network - from `resolveTopology`
 * @param bgp - its plan, from `planBgp`
 * @param view - `physical` shows cables and shared networks, `bgp` sessions; both show VIPs at their announcers
 * @returns plain data, the same for the same input
 *
 * @example
 * ```ts
 * import { planBgp } from "@nix-nos/bgp-gen";
 * import { planGraph } from "@nix-nos/graph";
 * import { loadTopology, resolveTopology, unwrap } from "@nix-nos/topology";
 *
 * const text = "nix-nos: { clusters: { lab: { nodes: { n1: { role: worker, ip: 10.0.0.1 } } } } }";
 * const network = unwrap(resolveTopology(unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" })).document));
 * const graph = planGraph(network, unwrap(planBgp(network)), "physical");
 * graph.nodes.map(({ label, lines }) => [label, ...lines]); // => [["n1", "worker", "10.0.0.1"]]
 * ```
 */
export function planGraph(network: Network, bgp: BgpPlan, view: GraphView): Graph {
  const draft = view === "physical" ? planCables(network) : planSessions(bgp);
  const nodes = [...planNodes(network, bgp, view), ...draft.nodes];
  const folded = foldTwins({ nodes, edges: downwards({ nodes, edges: draft.edges }) });
  const edges = mergeEdges(folded.edges, view === "physical" ? "links" : "sessions");
  return {
    view,
    title: `${network.name ?? "topology"}: ${view === "physical" ? "cables and networks" : "BGP sessions"}`,
    groups: planGroups(network, view),
    nodes: folded.nodes,
    edges,
    legend: planLegend(folded.nodes, edges),
  };
}
