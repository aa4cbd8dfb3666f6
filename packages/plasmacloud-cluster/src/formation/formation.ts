import type { Cluster, Diagnostic, Network, Node } from "@nix-nos/topology";
import { chainfire } from "../catalogue/services.js";
import { placeService } from "../placement/placement.js";
import type { ClusterServices } from "../services-schema.js";
import { formationFaults } from "./faults.js";
import { founderOf } from "./founder.js";
import { boots, isController, nodesOf, runsConsensus } from "./nodes.js";

/** How one cluster comes to be. */
export interface Formation {
  readonly cluster: Cluster;
  /** The cluster's nodes on NixOS, which boot from a document; each has an address. */
  readonly nodes: readonly AddressedNode[];
  /** `null` for a cluster that was founded by a node which has left it. */
  readonly founder: AddressedNode | null;
  /** Nodes that run the consensus service, in network order. */
  readonly members: readonly AddressedNode[];
}

export interface AddressedNode {
  readonly node: Node;
  /** IPv4 where the node has it, else IPv6. */
  readonly address: string;
  /** Where the consensus service listens, or would. */
  readonly clientPort: number;
  readonly peerPort: number;
}

/** The formation of every cluster that has a control plane, and what stands in the way of others. */
export function planFormations(
  network: Network,
  services: ClusterServices,
): { readonly formations: readonly Formation[]; readonly diagnostics: readonly Diagnostic[] } {
  const formations: Formation[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const cluster of network.clusters) {
    const nodes = nodesOf(network, cluster);
    diagnostics.push(...formationFaults(network, cluster, nodes));
    if (!nodes.some(isController)) continue;
    const addressed = nodes.filter(boots).flatMap((node) => withAddress(node, services));
    const chosen = founderOf(network, cluster);
    const founder = addressed.find(({ node }) => node === chosen) ?? null;
    const members = addressed.filter(({ node }) => runsConsensus(node));
    if (founder === null && (chosen !== null || members.length === 0)) continue;
    formations.push({ cluster, nodes: addressed, founder, members });
  }
  return { formations, diagnostics };
}

function withAddress(node: Node, services: ClusterServices): readonly AddressedNode[] {
  const address = node.ip.ipv4 ?? node.ip.ipv6;
  if (address === null) return [];
  const { ports } = placeService(node, chainfire, services);
  const numberOf = (port: keyof typeof chainfire.ports) =>
    ports.find(({ name }) => name === port)?.number ?? chainfire.ports[port].number;
  return [{ node, address, clientPort: numberOf("client"), peerPort: numberOf("peer") }];
}
