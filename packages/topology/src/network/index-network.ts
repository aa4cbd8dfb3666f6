import { append } from "../append.js";
import type { AutonomousSystem } from "./bgp.js";
import type { Link } from "./link.js";
import type { Network, NetworkIndex, Node } from "./network.js";

/**
 * Builds the look-ups of a network: needed after changing one, as an extension does.
 *
 * @param network - the data; an index that it already has is replaced
 *
 * @example
 * ```ts
 * import { indexNetwork, loadTopology, resolveTopology, unwrap } from "@nix-nos/topology";
 *
 * const text = "nix-nos: { clusters: { lab: { nodes: { n1: { role: worker, ip: 10.0.0.1 } } } } }";
 * const network = unwrap(resolveTopology(unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" })).document));
 * indexNetwork({ ...network, name: "renamed" }).index.nodeByName.get("n1")?.ip.ipv4; // => "10.0.0.1"
 * ```
 */
export function indexNetwork(network: Omit<Network, "index">): Network {
  return { ...network, index: buildIndex(network) };
}

function buildIndex(network: Omit<Network, "index">): NetworkIndex {
  const nodeByName = new Map<string, Node>();
  const nodesByService = new Map<string, string[]>();
  for (const node of network.nodes) {
    nodeByName.set(node.name, node);
    for (const service of node.services) append(nodesByService, service, node.name);
  }
  const autonomousSystemByNode = new Map<string, AutonomousSystem>();
  for (const system of network.bgp.autonomousSystems) {
    for (const member of system.members) autonomousSystemByNode.set(member, system);
  }
  const linksByNode = new Map<string, Link[]>();
  for (const link of network.links) {
    for (const end of link.ends) append(linksByNode, end.node, link);
  }
  return { nodeByName, nodesByService, autonomousSystemByNode, linksByNode };
}
