import type { Cluster, Network, Node } from "@nix-nos/topology";
import { chainfire } from "../catalogue/services.js";
import { runs } from "../placement/placement.js";

export const controlPlane = "control-plane";

export function nodesOf(network: Network, cluster: Cluster): readonly Node[] {
  return cluster.nodes.map((name) => network.index.nodeByName.get(name)).filter((node) => node !== undefined);
}

export function isController(node: Node): boolean {
  return node.role === controlPlane && boots(node);
}

/** Switches and access routers may stand in a cluster, but have no first boot that reads the document. */
export function boots(node: Node): boolean {
  return node.platform === "nixos";
}

export function runsConsensus(node: Node): boolean {
  return runs(node, chainfire.name);
}
