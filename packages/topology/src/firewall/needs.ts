import { familyOf, isLinkLocal } from "@nix-nos/ipam";
import type { Family } from "../network/family.js";
import type { ServiceOpening } from "../network/firewall.js";
import type { Network, Node } from "../network/network.js";
import type { FirewallRule, PortMatch } from "./types.js";

/** A session as a firewall sees it: who calls, and by which link. */
export interface FirewallSession {
  /** The neighbour's address, or the prefix that it calls from. */
  readonly remoteAddress: string;
  /** Interface that the session runs over; `null` for a routed one. */
  readonly interface: string | null;
  readonly bfd: boolean;
  /** Name of the neighbour's node; `null` for one that the topology does not own. */
  readonly remoteNode: string | null;
  /** Name of an outside neighbour's entry. */
  readonly peer: string | null;
}

/** One protocol and single ports. */
export function portMatch(protocol: "tcp" | "udp", ...ports: readonly number[]): PortMatch {
  return { kind: "ports", protocol, ports: ports.map((port) => ({ first: port, last: port })) };
}

/** RFC 4271. */
const bgpPort = portMatch("tcp", 179);
/** Control and echo over one hop (RFC 5881), control over several (RFC 5883). */
const bfdPorts = portMatch("udp", 3784, 3785, 4784);

/** Of servers for IPv4 (RFC 2131); of clients and servers for IPv6 (RFC 8415 §7.2). */
const leasePorts = { server: portMatch("udp", 67), client6: portMatch("udp", 546), server6: portMatch("udp", 547) };
const dnsPorts = [portMatch("udp", 53), portMatch("tcp", 53)] as const;

/** What the sessions' neighbours send, from their addresses and no others. */
export function sessionRules(sessions: readonly FirewallSession[]): readonly FirewallRule[] {
  const bfd = sessions.filter((session) => session.bfd);
  return [...rulesFrom(sessions, bgpPort, "BGP"), ...rulesFrom(bfd, bfdPorts, "BFD")];
}

/** Neighbours side by side in one rule; a link-local one by its own link alone, because another may have the same. */
function rulesFrom(sessions: readonly FirewallSession[], match: PortMatch, what: string): readonly FirewallRule[] {
  const groups = new Map<
    string,
    { at: FirewallRule["at"]; family: Family; sources: Set<string>; names: Set<string> }
  >();
  for (const { remoteAddress, interface: link, remoteNode, peer } of sessions) {
    const family = familyOf(remoteAddress);
    const isOfLink = isLinkLocal(remoteAddress) && link !== null;
    const at = isOfLink ? ({ kind: "interface", interface: link } as const) : ({ kind: "anywhere" } as const);
    const key = JSON.stringify([isOfLink ? link : null, family]);
    const group = groups.get(key) ?? { at, family, sources: new Set(), names: new Set() };
    groups.set(key, group);
    group.sources.add(remoteAddress);
    group.names.add(remoteNode ?? peer ?? remoteAddress);
  }
  return [...groups.values()]
    .sort((a, b) => (a.at.kind === b.at.kind ? 0 : a.at.kind === "anywhere" ? -1 : 1))
    .sort((a, b) => a.family.localeCompare(b.family))
    .map(({ at, family, sources, names }) => {
      return { at, family, match, sources: [...sources], why: `${what}: ${listed([...names])}` };
    });
}

const mostListed = 3;

function listed(names: readonly string[]): string {
  if (names.length <= mostListed) return names.join(", ");
  return `${names.slice(0, mostListed - 1).join(", ")} and ${names.length - mostListed + 1} more`;
}

/** What services need, from those whom they need it from. */
export function openingRules(openings: readonly ServiceOpening[]): readonly FirewallRule[] {
  return openings.flatMap(({ name, protocol, port, sources }) =>
    (["ipv4", "ipv6"] as const).flatMap((family): readonly FirewallRule[] => {
      const own = sources.filter((source) => familyOf(source) === family);
      return own.length === 0
        ? []
        : [{ at: anywhere, family, match: portMatch(protocol, port), sources: own, why: name }];
    }),
  );
}

/**
 * Answers of DHCPv6 servers (RFC 8415 §7.2): they come from an address that nobody asked, so no filter knows them as
 * answers. IPv4's client reads below the filter.
 */
export function leaseRules(node: Node): readonly FirewallRule[] {
  return node.interfaces
    .filter(({ settings }) => settings?.dhcp?.ipv6)
    .map(({ name }) => ({
      at: { kind: "interface", interface: name },
      family: "ipv6",
      match: leasePorts.client6,
      sources: ["fe80::/10"],
      why: `DHCPv6 on ${name}`,
    }));
}

/** What hosts ask of a node that gives them addresses: leases, and names of those who got one. */
export function leaseServerRules(node: Node): readonly FirewallRule[] {
  if (node.platform !== "openwrt") return [];
  const leases = (node.openwrt?.dhcp ?? []).flatMap(({ interface: name }): readonly FirewallRule[] => {
    const rule = { at: { kind: "interface", interface: name }, sources: [] } as const;
    return [
      { ...rule, family: "ipv4", match: leasePorts.server, why: `DHCP server on ${name}` },
      ...dnsPorts.map((match) => ({ ...rule, family: null, match, why: `DNS on ${name}` })),
    ];
  });
  const informed = node.interfaces.filter(({ settings }) => settings?.sendRa?.managed || settings?.sendRa?.otherConfig);
  return [
    ...leases,
    ...informed.map(({ name }): FirewallRule => {
      const at = { kind: "interface", interface: name } as const;
      return { at, family: "ipv6", match: leasePorts.server6, sources: [], why: `DHCPv6 server on ${name}` };
    }),
  ];
}

/** Every tunnel end by network identifier, so that no node looks through all of them. */
export type TunnelEnds = ReadonlyMap<number, ReadonlySet<string>>;

export function tunnelEnds(network: Network): TunnelEnds {
  const ends = new Map<number, Set<string>>();
  for (const entry of network.nodes.flatMap((node) => node.interfaces)) {
    if (entry.kind !== "vxlan" || entry.local === null) continue;
    ends.set(entry.vni, (ends.get(entry.vni) ?? new Set()).add(entry.local));
  }
  return ends;
}

/**
 * What other tunnel ends send. VXLAN proves nothing of its sender (RFC 7348 §7), so the ends that the topology knows
 * are all that get in; where it knows none, whoever is on the tunnel's own link. Whom WireGuard lets in, keys decide.
 */
export function tunnelRules(node: Node, ends: TunnelEnds): readonly FirewallRule[] {
  const rules: FirewallRule[] = [];
  for (const entry of node.interfaces) {
    if (entry.kind === "wireguard" && entry.listenPort !== null) {
      const match = portMatch("udp", entry.listenPort);
      rules.push({ at: anywhere, family: null, match, sources: [], why: `WireGuard ${entry.name}` });
    }
    if (entry.kind !== "vxlan") continue;
    const known = [...entry.remotes.filter((address) => !isMulticast(address)), ...(ends.get(entry.vni) ?? [])];
    const senders = [...new Set(known.filter((address) => address !== entry.local))];
    const rule = { match: portMatch("udp", entry.port), why: `VXLAN ${entry.name}` };
    for (const family of ["ipv4", "ipv6"] as const) {
      const sources = senders.filter((address) => familyOf(address) === family);
      if (sources.length > 0) rules.push({ at: anywhere, family, sources, ...rule });
    }
    if (senders.length > 0) continue;
    const at = entry.parent === null ? anywhere : ({ kind: "interface", interface: entry.parent } as const);
    rules.push({ at, family: null, sources: [], ...rule });
  }
  return rules;
}

const anywhere = { kind: "anywhere" } as const;

/** Errors, which what passes through waits for as well (RFC 1191, RFC 4890 §4.3.1). */
export const icmpErrors: readonly FirewallRule[] = [
  icmp("ipv4", [3, 11, 12], "ICMP errors, path MTU discovery among them"),
  icmp("ipv6", [1, 2, 3, 4], "ICMPv6 errors, path MTU discovery among them"),
];

/** Without these a network stops working (RFC 1122 §3.2.2, RFC 4890 §4.4). */
export const icmpRules: readonly FirewallRule[] = [
  ...icmpErrors,
  icmp("ipv4", [8], "ping"),
  icmp("ipv6", [128], "ping"),
  icmp("ipv6", [133, 134, 135, 136], "IPv6 neighbour discovery", 255),
  icmp("ipv6", [130, 131, 132, 143], "IPv6 multicast listener discovery"),
];

function icmp(family: Family, types: readonly number[], why: string, hopLimit: 255 | null = null): FirewallRule {
  return { at: anywhere, family, match: { kind: "icmp", types, hopLimit }, sources: [], why };
}

function isMulticast(address: string): boolean {
  return address.includes(":") ? /^ff/i.test(address) : /^2(2[4-9]|3\d)\./.test(address);
}
