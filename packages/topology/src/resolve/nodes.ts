import { formatAddress } from "@nix-nos/ipam";
import type { Path } from "../diagnostics/diagnostic.js";
import type { TopologyCluster, TopologyNode } from "../document/node-schema.js";
import type { Topology } from "../document/schema.js";
import { hash32 } from "../hash.js";
import { compareNames } from "../names.js";
import type { AddressPair } from "../network/family.js";
import type { Vlan } from "../network/interface.js";
import type { Cluster, Node } from "../network/network.js";
import { loopbackPool } from "../validate/pools.js";
import type { AddressBook } from "./addresses.js";
import { bareAddress, canonicalAddress, canonicalPrefix, pairOf } from "./canonical-text.js";
import { ciscoSettings } from "./cisco.js";
import { type InterfaceExtra, resolveInterfaces } from "./interfaces.js";
import type { ResolvedLink } from "./links.js";
import { openwrtSettings } from "./openwrt.js";
import { sortedEntries } from "./sorted-entries.js";

/** That of NixOS 25.05. */
const usualSystemd = 257;

const none: AddressPair = { ipv4: null, ipv6: null };

/** Clusters by name, each with its nodes' names. */
export function resolveClusters(topology: Topology): readonly Cluster[] {
  return sortedEntries(topology["nix-nos"].clusters).map(([name, cluster]) => ({
    name,
    site: cluster.site ?? null,
    orchestration: cluster.orchestration ?? null,
    nodes: Object.keys(cluster.nodes).sort(compareNames),
    path: ["nix-nos", "clusters", name],
  }));
}

/** All nodes by name, with defaults, addresses and interfaces filled in. */
export function resolveNodes(
  topology: Topology,
  links: readonly ResolvedLink[],
  vlans: ReadonlyMap<string, Vlan>,
  book: AddressBook,
): readonly Node[] {
  const linkExtras = extrasOfLinks(links);
  return Object.entries(topology["nix-nos"].clusters)
    .flatMap(([clusterName, cluster]) =>
      Object.entries(cluster.nodes).map(([name, node]) => ({ name, node, cluster, clusterName })),
    )
    .sort((a, b) => compareNames(a.name, b.name))
    .map(({ name, node, cluster, clusterName }) => {
      const path: Path = ["nix-nos", "clusters", clusterName, "nodes", name];
      return resolveNode(name, node, clusterName, cluster, path, linkExtras.get(name) ?? [], vlans, book);
    });
}

type NamedExtra = readonly [string, InterfaceExtra];

function extrasOfLinks(links: readonly ResolvedLink[]): ReadonlyMap<string, NamedExtra[]> {
  const extras = new Map<string, NamedExtra[]>();
  for (const { link, addresses } of links) {
    for (const side of [0, 1] as const) {
      const end = link.ends[side];
      const entry: NamedExtra = [end.interface, { addresses: addresses[side], gateways: [], path: link.path }];
      const list = extras.get(end.node);
      if (list) list.push(entry);
      else extras.set(end.node, [entry]);
    }
  }
  return extras;
}

function resolveNode(
  name: string,
  node: TopologyNode,
  clusterName: string,
  cluster: TopologyCluster,
  path: Path,
  linkExtras: readonly NamedExtra[],
  vlans: ReadonlyMap<string, Vlan>,
  book: AddressBook,
): Node {
  const extras: NamedExtra[] = [...linkExtras];
  const ip = resolveIp(name, node, cluster, path, extras, book);
  const loopback = resolveLoopback(name, node, cluster, path, extras, book);
  const byInterface = new Map<string, InterfaceExtra[]>();
  for (const [key, extra] of extras) byInterface.set(key, [...(byInterface.get(key) ?? []), extra]);
  const platform = node.platform ?? cluster.defaults?.platform ?? "nixos";
  return {
    name,
    cluster: clusterName,
    site: cluster.site ?? null,
    role: node.role,
    platform,
    systemdVersion: node.systemdVersion ?? cluster.defaults?.systemdVersion ?? usualSystemd,
    ip,
    loopback,
    routerId: node.bgp?.routerId
      ? canonicalAddress(node.bgp.routerId)
      : (loopback?.ipv4 ?? ip.ipv4 ?? derivedRouterId(name, loopback, ip)),
    bgpDaemon: platform === "cisco-ios" ? "ios" : "bird",
    originate: [...new Set((node.bgp?.originate ?? []).map(canonicalPrefix))].sort(compareNames),
    // What links and zones make of it is known when they are.
    forwards: node.forwarding ?? false,
    allowLocalAs: node.bgp?.allowLocalAs ?? 0,
    bootstrap: node.bootstrap ?? false,
    services: [...new Set(node.services ?? [])],
    openwrt: openwrtSettings(node.openwrt),
    cisco: ciscoSettings(node.cisco),
    interfaces: resolveInterfaces(name, node, path, byInterface, { ip, loopback }, vlans, book),
    path,
  };
}

/**
 * Any number but 0 will do, if it is the only one in the AS (RFC 6286): of a node that has only IPv6 addresses, its name
 * gives one, which no other node and no renumbering moves.
 */
function derivedRouterId(name: string, loopback: AddressPair | null, ip: AddressPair): string | null {
  if (!loopback?.ipv6 && !ip.ipv6) return null;
  const w3 = hash32(name) || 1;
  return formatAddress({ family: "ipv4", w0: 0, w1: 0, w2: 0, w3 });
}

function resolveIp(
  name: string,
  node: TopologyNode,
  cluster: TopologyCluster,
  path: Path,
  extras: NamedExtra[],
  book: AddressBook,
): AddressPair {
  const ip = node.ip ?? cluster.defaults?.ip;
  if (ip === undefined) return none;
  if (typeof ip === "string") return pairOf(bareAddress(ip));
  const { pair, withLength } = book.pair(ip.pool, `node/${name}/ip`, [...path, "ip"]);
  if (ip.interface !== undefined) {
    const extra = { addresses: withLength, gateways: book.gateways(ip.pool), path: [...path, "ip"] };
    extras.push([ip.interface, extra]);
  }
  return pair;
}

function resolveLoopback(
  name: string,
  node: TopologyNode,
  cluster: TopologyCluster,
  path: Path,
  extras: NamedExtra[],
  book: AddressBook,
): AddressPair | null {
  const loopback = node.loopback ?? cluster.defaults?.loopback;
  if (loopback === undefined) return null;
  const place: Path = [...path, "loopback"];
  let pair: AddressPair;
  if (loopback === "auto") pair = book.pair(loopbackPool, `node/${name}/loopback`, place).pair;
  else if (typeof loopback === "string") pair = pairOf(bareAddress(loopback));
  else pair = book.pair(loopback.pool, `node/${name}/loopback`, place).pair;
  // A loopback is a host route of its own, whatever the length of the pool's prefix.
  const addresses = [pair.ipv4 && `${pair.ipv4}/32`, pair.ipv6 && `${pair.ipv6}/128`].filter((text) => text !== null);
  extras.push(["lo", { addresses, gateways: [], path: place }]);
  return pair;
}
