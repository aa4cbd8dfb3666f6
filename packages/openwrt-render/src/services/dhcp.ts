import { parseAddress, parseInterfaceAddress, prefixSize } from "@nix-nos/ipam";
import type { DhcpServer, Interface, Network, SendRa } from "@nix-nos/topology";
import type { DeviceStack } from "../network/stack.js";
import { type UciInput, type UciSection, uciSection } from "../uci/document.js";
import { type Host, type HostsByNetwork, networkKey } from "./hosts.js";

/**
 * `/etc/config/dhcp`: dnsmasq gives leases and answers for names, odhcpd tells hosts of routers and speaks DHCPv6. A node
 * of the topology gets the address that it has in it, and is found by its name.
 */
export function dhcpSections(stack: DeviceStack, network: Network, hosts: HostsByNetwork): readonly UciSection[] {
  const servers = new Map((stack.node.openwrt?.dhcp ?? []).map((own) => [own.interface, own]));
  const served = stack.node.interfaces.filter((entry) => servers.has(entry.name));
  return [
    dnsmasqSection(network.domain),
    odhcpdSection,
    ...stack.node.interfaces.flatMap((entry) => interfaceSections(entry, servers.get(entry.name), stack)),
    ...hostSections(stack.node.name, served, hosts),
  ];
}

/** As OpenWrt ships it. */
const odhcpdSection = uciSection("odhcpd", "odhcpd", {
  maindhcp: false,
  leasefile: "/tmp/hosts/odhcpd",
  leasetrigger: "/usr/sbin/odhcpd-update",
  loglevel: 4,
});

/** As OpenWrt ships it, with the topology's domain. */
function dnsmasqSection(domain: string | null): UciSection {
  const own = domain ?? "lan";
  return uciSection("dnsmasq", null, {
    domainneeded: true,
    boguspriv: true,
    localise_queries: true,
    rebind_protection: true,
    rebind_localhost: true,
    local: `/${own}/`,
    domain: own,
    expandhosts: true,
    authoritative: true,
    readethers: true,
    leasefile: "/tmp/dhcp.leases",
    resolvfile: "/tmp/resolv.conf.d/resolv.conf.auto",
    nonwildcard: true,
    localservice: true,
    ednspacket_max: 1232,
  });
}

/** What hosts on an interface get; nothing, where nothing is said. */
function interfaceSections(entry: Interface, server: DhcpServer | undefined, stack: DeviceStack) {
  const sections = stack.sectionsOf.get(entry.name);
  const sendRa = entry.settings?.sendRa ?? null;
  if (sections === undefined || (server === undefined && sendRa === null)) return [];
  const own = sections.addresses ?? sections.own;
  return [
    uciSection("dhcp", own, {
      interface: own,
      ...(server === undefined ? { dhcpv4: "disabled", ignore: true } : leaseOptions(entry, server)),
      ...(sendRa === null ? {} : routerOptions(sendRa)),
    }),
  ];
}

function leaseOptions({ addresses }: Interface, { range, leaseTime }: DhcpServer): Record<string, UciInput> {
  const [first, last] = (range ?? []).map((text) => parseAddress(text)?.w3 ?? 0);
  const network = addresses
    .map((text) => parseInterfaceAddress(text))
    .find((own) => own?.address.family === "ipv4" && (first === undefined || holds(own.address.w3, own.length, first)));
  if (!network) return { dhcpv4: "server" };
  const base = maskedTo(network.address.w3, network.length);
  return {
    // Counted from the network's own address.
    start: first === undefined ? 1 : first - base,
    limit: first === undefined || last === undefined ? sizeOf(network.length) : last - first + 1,
    leasetime: `${leaseTime}s`,
    dhcpv4: "server",
    dynamicdhcp: range === null ? false : null,
  };
}

/** Hosts of a network of a length. */
function sizeOf(length: number): number {
  const network = parseInterfaceAddress(`0.0.0.0/${length}`);
  return network === null ? 0 : Math.max(1, Number(prefixSize(network)) - 2);
}

export function maskedTo(address: number, length: number): number {
  return length === 0 ? 0 : (address >>> (32 - length)) * 2 ** (32 - length);
}

function holds(own: number, length: number, other: number): boolean {
  return maskedTo(own, length) === maskedTo(other, length);
}

function routerOptions(send: SendRa): Record<string, UciInput> {
  const flags = [...(send.managed ? ["managed-config"] : []), ...(send.otherConfig ? ["other-config"] : [])];
  return {
    ra: "server",
    ra_flags: flags.length > 0 ? flags : ["none"],
    // The node is a router also while it has no default route itself.
    ra_default: send.routerLifetime === 0 ? null : 2,
    ra_lifetime: send.routerLifetime,
    ra_preference: send.routerPreference,
    ra_dns: send.dns.length > 0,
    dhcpv6: flags.length > 0 ? "server" : "disabled",
    dns: send.dns,
    domain: send.domains,
  };
}

/** Nodes in the networks that are served: their addresses by MAC, and their names. */
function hostSections(self: string, served: readonly Interface[], hosts: HostsByNetwork): readonly UciSection[] {
  const found = new Map<string, Host>();
  for (const text of served.flatMap(({ addresses }) => addresses)) {
    const own = parseInterfaceAddress(text);
    for (const host of own === null ? [] : (hosts.get(networkKey(own)) ?? [])) found.set(host.address, host);
  }
  const all = [...found.values()];
  return [
    ...leaseGroups(all.filter(({ node, mac }) => node !== self && mac !== null)),
    ...all.map(({ node, address }) => uciSection("domain", null, { name: node, ip: address })),
  ];
}

/** One `config host` a MAC address, with an address of each family. */
function leaseGroups(hosts: readonly Host[]): readonly UciSection[] {
  const byMac = new Map<string, { readonly node: string; ipv4: string | null; ipv6: string | null }>();
  for (const { node, address, mac } of hosts) {
    const key = mac ?? "";
    const group = byMac.get(key) ?? { node, ipv4: null, ipv6: null };
    byMac.set(key, group);
    if (address.includes(":")) group.ipv6 ??= address;
    else group.ipv4 ??= address;
  }
  return [...byMac].map(([mac, { node, ipv4, ipv6 }]) =>
    uciSection("host", null, { name: node, mac: [mac], ip: ipv4, hostid: ipv6 === null ? null : hostId(ipv6) }),
  );
}

/** The last 64 bits of an address, in hexadecimal: what odhcpd puts behind the network's. */
function hostId(address: string): string {
  const parsed = parseAddress(address);
  if (parsed === null) return "0";
  const { w2, w3 } = parsed;
  const low = w3.toString(16);
  return w2 === 0 ? low : `${w2.toString(16)}${low.padStart(8, "0")}`;
}
