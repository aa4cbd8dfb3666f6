import type { AddressPair, Diagnostic, Family, Network, Node } from "@nix-nos/topology";
import type { OverlayMembers } from "./members.js";

/** Where a node's tunnels end. */
export interface Endpoint {
  readonly node: string;
  /** Canonical, of the cluster's one family. */
  readonly address: string;
  /** It is the node's loopback, to which BGP leads. */
  readonly routed: boolean;
}

/**
 * The ends of a cluster's tunnels, all of one family: IPv4 if every node has it, else IPv6. A node that speaks BGP ends
 * them at its loopback, which stays when a cable fails; any other at its `ip`.
 *
 * @returns `null` where the nodes have no family in common; {@link checkEndpoints} says so
 */
export function endpointsOf(network: Network, { nodes }: OverlayMembers): readonly Endpoint[] | null {
  for (const family of ["ipv4", "ipv6"] as const) {
    const ends = nodes.map((node) => endpointOf(network, node, family)).filter((end) => end !== null);
    if (ends.length === nodes.length) return ends;
  }
  return null;
}

/** Every cluster's nodes can send packets to each other. */
export function checkEndpoints(network: Network, { cluster, nodes }: OverlayMembers): readonly Diagnostic[] {
  const without = (family: Family) => nodes.filter((node) => endpointOf(network, node, family) === null);
  const [noIPv4, noIPv6] = [without("ipv4"), without("ipv6")];
  if (noIPv4.length === 0 || noIPv6.length === 0) return [];
  const bare = noIPv4.filter((node) => noIPv6.includes(node));
  const [first] = bare.length > 0 ? bare : noIPv4;
  const names = (list: readonly Node[]) => list.map(({ name }) => name).join(", ");
  const message =
    bare.length > 0
      ? `${names(bare)} of cluster ${cluster.name} ${bare.length === 1 ? "has" : "have"} no address for the overlay's tunnels to end at.`
      : `The overlay's tunnels in cluster ${cluster.name} have no family in common: ${names(noIPv4)} without IPv4, ${names(noIPv6)} without IPv6.`;
  return [
    {
      code: "PC2012",
      severity: "error",
      message,
      path: first?.path ?? cluster.path,
      hint: "Give every node of the overlay an `ip`, or a loopback where it speaks BGP, all of one family.",
    },
  ];
}

function endpointOf(network: Network, node: Node, family: Family): Endpoint | null {
  const loopback = network.index.autonomousSystemByNode.has(node.name) ? ofFamily(node.loopback, family) : null;
  const address = loopback ?? ofFamily(node.ip, family);
  return address === null ? null : { node: node.name, address, routed: loopback !== null };
}

function ofFamily(pair: AddressPair | null, family: Family): string | null {
  return pair?.[family] ?? null;
}
