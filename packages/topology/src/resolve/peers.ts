import { containsAddress, formatAddress, networkOf, parseAddress, parseInterfaceAddress } from "@nix-nos/ipam";
import type { TopologyBgp } from "../document/bgp-schema.js";
import type { Node } from "../network/network.js";
import type { Peer } from "../network/peer.js";
import { canonicalAddress } from "./canonical-text.js";
import { sortedEntries } from "./sorted-entries.js";

/** The neighbours that the topology does not own, by name. */
export function resolvePeers(bgp: TopologyBgp | undefined, nodes: readonly Node[]): readonly Peer[] {
  const entries = sortedEntries(bgp?.peers);
  const wanted = new Set(entries.map(([, { node }]) => node));
  const byName = new Map(nodes.filter(({ name }) => wanted.has(name)).map((node) => [node.name, node]));
  return entries.map(([name, peer]) => ({
    name,
    node: peer.node,
    remoteAs: peer.remoteAs,
    address: canonicalAddress(peer.address),
    localAddress:
      peer.localAddress === undefined
        ? addressTowards(peer.address, byName.get(peer.node))
        : canonicalAddress(peer.localAddress),
    description: peer.description ?? null,
    role: peer.role ?? null,
    import: peer.import ?? [],
    export: peer.export ?? [],
    maxPrefixes: {
      ipv4: peer.maxPrefixes?.ipv4 ?? null,
      ipv6: peer.maxPrefixes?.ipv6 ?? null,
      action: peer.maxPrefixes?.action ?? "restart",
    },
    ttlSecurity: peer.ttlSecurity,
    multihop: peer.multihop ?? null,
    passwordFile: peer.passwordFile ?? null,
    path: ["nix-nos", "network", "bgp", "peers", name],
  }));
}

/** The node's address in the network that the neighbour is in; `null` where no interface is in it. */
function addressTowards(neighbour: string, node: Node | undefined): string | null {
  const address = parseAddress(neighbour);
  if (address === null) return null;
  for (const { addresses } of node?.interfaces ?? []) {
    for (const text of addresses) {
      const own = parseInterfaceAddress(text);
      if (own && containsAddress(networkOf(own.address, own.length), address)) return formatAddress(own.address);
    }
  }
  return null;
}
