import {
  containsAddress,
  formatAddress,
  formatPrefix,
  isLinkLocal,
  networkOf,
  parseAddress,
  parseInterfaceAddress,
  parsePrefix,
} from "@nix-nos/ipam";
import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import type { TopologyBgp } from "../document/bgp-schema.js";
import type { TopologyPeer } from "../document/peer-schema.js";
import type { SpeakerSettings } from "../network/bgp.js";
import type { Family } from "../network/family.js";
import type { Node } from "../network/network.js";
import type { Peer, PeerFamily } from "../network/peer.js";
import { canonicalAddress } from "./canonical-text.js";
import { sortedEntries } from "./sorted-entries.js";

/** The neighbours that the topology does not own, by name; what does not fit the nodes' own addresses is reported. */
export function resolvePeers(
  bgp: TopologyBgp | undefined,
  nodes: readonly Node[],
  speakers: ReadonlyMap<string, SpeakerSettings>,
  diagnostics: Diagnostic[],
): readonly Peer[] {
  const entries = sortedEntries(bgp?.peers);
  if (entries.length === 0) return [];
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const owners = ownersOf(nodes);
  for (const [name, { node, address, localAddress }] of entries) {
    const path: Path = ["nix-nos", "network", "bgp", "peers", name];
    const owner = address === undefined ? undefined : owners.get(canonicalAddress(address));
    const local = localAddress === undefined ? null : canonicalAddress(localAddress);
    if (owner !== undefined) {
      const message = `The peer "${name}" has an address of the topology's own node ${owner.name}.`;
      const hint = "Sessions between the topology's own nodes are computed, from `autonomousSystems` and `links`.";
      const related = [{ message: `${owner.name} stands here`, path: owner.path }];
      diagnostics.push({ code: "NN1222", severity: "error", message, path: [...path, "address"], hint, related });
    }
    if (local === null || owners.get(local)?.name === node) continue;
    const message = `${local} is no address of ${node}, so it cannot speak from it.`;
    const hint = `Give an interface of ${node} the address, or correct it.`;
    const own = byName.get(node);
    const related = own ? [{ message: `the addresses of ${node} stand here`, path: [...own.path, "interfaces"] }] : [];
    diagnostics.push({ code: "NN1222", severity: "error", message, path: [...path, "localAddress"], hint, related });
  }
  return entries.map(([name, peer]) => ({
    name,
    node: peer.node,
    remoteAs: peer.remoteAs,
    address: neighbourOf(peer),
    dynamic: peer.range !== undefined,
    interface: peer.interface ?? null,
    localAddress:
      peer.localAddress === undefined
        ? addressTowards(neighbourOf(peer), byName.get(peer.node))
        : canonicalAddress(peer.localAddress),
    families: familiesOf(peer),
    description: peer.description ?? null,
    role: peer.role ?? null,
    maxPrefixes: {
      ipv4: peer.maxPrefixes?.ipv4 ?? null,
      ipv6: peer.maxPrefixes?.ipv6 ?? null,
      action: peer.maxPrefixes?.action ?? "restart",
    },
    ttlSecurity: peer.ttlSecurity,
    multihop: peer.multihop ?? null,
    passwordFile: peer.passwordFile ?? null,
    timers: {
      holdTime: peer.holdTime ?? bgp?.defaults?.holdTime ?? null,
      keepalive: peer.keepalive ?? (peer.holdTime === undefined ? (bgp?.defaults?.keepalive ?? null) : null),
    },
    bfd: peer.bfd,
    gracefulRestart: peer.gracefulRestart ?? null,
    // Whoever wants no graceful restart has no use for a longer one.
    longLivedGracefulRestart:
      peer.longLivedGracefulRestart ??
      (peer.gracefulRestart === false ? null : (bgp?.defaults?.longLivedGracefulRestart ?? null)),
    passive: peer.passive,
    enforceFirstAs: peer.enforceFirstAs ?? null,
    allowLocalAs: peer.allowLocalAs ?? 0,
    maxAsPathLength: peer.maxAsPathLength ?? null,
    rejectBogonAs: peer.rejectBogonAs,
    rejectAsSets: peer.rejectAsSets,
    rejectInvalid: peer.rpki === "reject-invalid",
    blackhole: peer.blackhole ?? null,
    maintenance: peer.maintenance || (speakers.get(peer.node)?.maintenance ?? false),
    extraConfig: { bird: peer.extraConfig?.bird ?? null },
    path: ["nix-nos", "network", "bgp", "peers", name],
  }));
}

/** Canonical: the neighbour's address, or the prefix that it is in. */
function neighbourOf({ address, range }: TopologyPeer): string {
  if (address !== undefined) return canonicalAddress(address);
  const prefix = parsePrefix(range ?? "");
  return prefix === null ? "" : formatPrefix(prefix);
}

/** Whoever says something of a family's routes expects them to come. */
function familiesOf(peer: TopologyPeer): readonly PeerFamily[] {
  const { families, maxPrefixes, perFamily } = peer;
  const own: Family = neighbourOf(peer).includes(":") ? "ipv6" : "ipv4";
  return (["ipv4", "ipv6"] as const)
    .filter((family) =>
      families
        ? families.includes(family)
        : family === own || maxPrefixes?.[family] !== undefined || perFamily?.[family] !== undefined,
    )
    .map((family) => ({
      family,
      import: perFamily?.[family]?.import ?? peer.import ?? [],
      export: perFamily?.[family]?.export ?? peer.export ?? [],
      addPath: perFamily?.[family]?.addPath ?? peer.addPath ?? null,
      defaultOriginate: perFamily?.[family]?.defaultOriginate ?? peer.defaultOriginate,
    }));
}

/** Nodes by each of their addresses. */
function ownersOf(nodes: readonly Node[]): ReadonlyMap<string, Node> {
  const owners = new Map<string, Node>();
  for (const node of nodes) {
    const own = [node.ip.ipv4, node.ip.ipv6, node.loopback?.ipv4, node.loopback?.ipv6];
    for (const address of own) if (address) owners.set(address, node);
    for (const { addresses } of node.interfaces) {
      for (const text of addresses) owners.set(text.slice(0, text.indexOf("/")), node);
    }
  }
  return owners;
}

/** The node's address in the network that the neighbour is in; `null` where no interface is in it. */
function addressTowards(neighbour: string, node: Node | undefined): string | null {
  // Link-local addresses are on every interface, and the system knows its own.
  if (isLinkLocal(neighbour)) return "::";
  const address = parsePrefix(neighbour)?.address ?? parseAddress(neighbour);
  if (address === null) return null;
  for (const { addresses } of node?.interfaces ?? []) {
    for (const text of addresses) {
      const own = parseInterfaceAddress(text);
      if (own && containsAddress(networkOf(own.address, own.length), address)) return formatAddress(own.address);
    }
  }
  return null;
}
