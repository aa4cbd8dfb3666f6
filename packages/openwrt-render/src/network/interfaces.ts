import type { Interface, VxlanInterface, WireguardInterface } from "@nix-nos/topology";
import { type UciInput, type UciSection, uciSection } from "../uci/document.js";
import { type DeviceStack, routedDevice } from "./stack.js";

type Options = Record<string, UciInput>;

/** `config interface`: protocols and addresses; two protocols on one device are two sections. */
export function interfaceSections(stack: DeviceStack): readonly UciSection[] {
  const loopback = stack.byName.get("lo");
  return [
    uciSection("interface", "loopback", {
      device: "lo",
      proto: "static",
      ipaddr: ["127.0.0.1/8", ...(loopback?.addresses.filter(isV4) ?? [])],
      ip6addr: loopback?.addresses.filter(isV6) ?? [],
    }),
    ...stack.node.interfaces.filter(({ kind }) => kind !== "loopback").flatMap((entry) => sectionsOf(entry, stack)),
  ];
}

function sectionsOf(entry: Interface, stack: DeviceStack): readonly UciSection[] {
  const sections = stack.sectionsOf.get(entry.name);
  if (sections === undefined) return [];
  const { settings } = entry;
  const device = stack.wireless.has(entry.name) ? null : routedDevice(entry, stack);
  const found: UciSection[] = [];
  if (entry.kind === "wireguard") found.push(...wireguardSections(entry, sections.peers));
  else if (entry.kind === "vxlan") {
    found.push(vxlanSection(entry, stack), ...vxlanPeers(entry));
    if (sections.addresses !== null) {
      found.push(uciSection("interface", sections.addresses, { device: `@${sections.own}`, ...staticOptions(entry) }));
    }
  } else if (entry.addresses.length > 0) {
    found.push(uciSection("interface", sections.own, { device, ...staticOptions(entry) }));
  } else if (settings?.dhcp?.ipv4) found.push(uciSection("interface", sections.own, { device, ...dhcpOptions(entry) }));
  else found.push(uciSection("interface", sections.own, { device, proto: "none", ...resolverOptions(entry) }));

  const upper = entry.kind === "wireguard" || entry.kind === "vxlan" || device === null ? `@${sections.own}` : device;
  if (sections.dhcp !== null)
    found.push(uciSection("interface", sections.dhcp, { device: upper, ...dhcpOptions(entry) }));
  if (sections.dhcp6 !== null) {
    found.push(uciSection("interface", sections.dhcp6, { device: upper, ...dhcp6Options(entry) }));
  }
  return found;
}

function staticOptions(entry: Interface): Options {
  const v4 = entry.addresses.filter(isV4);
  const v6 = entry.addresses.filter(isV6);
  return {
    proto: "static",
    ipaddr: v4,
    ip6addr: v6,
    gateway: v4.length > 0 ? (entry.gateways.find(isV4) ?? null) : null,
    ip6gw: v6.length > 0 ? (entry.gateways.find(isV6) ?? null) : null,
    ...resolverOptions(entry),
  };
}

function resolverOptions({ settings }: Interface): Options {
  return { dns: settings?.dns ?? [], dns_search: settings?.domains ?? [] };
}

function dhcpOptions(entry: Interface): Options {
  const dhcp = entry.settings?.dhcp;
  return {
    proto: "dhcp",
    // A name is sent unless it is `*`.
    hostname: dhcp?.sendHostname === false ? "*" : null,
    peerdns: dhcp?.useDns === false ? false : null,
    defaultroute: dhcp?.useRoutes === false ? false : null,
    classlessroute: dhcp?.useRoutes === false ? false : null,
    metric: dhcp?.routeMetric ?? null,
    ip4table: dhcp?.routeTable ?? null,
    ...(entry.addresses.length === 0 ? resolverOptions(entry) : {}),
  };
}

/** One client (odhcp6c) hears routers and asks DHCPv6 servers. */
function dhcp6Options({ settings }: Interface): Options {
  const dhcp = settings?.dhcp?.ipv6 ? settings.dhcp : null;
  const accept = settings?.acceptRa;
  return {
    proto: "dhcpv6",
    reqaddress: dhcp === null ? "none" : "try",
    reqprefix: dhcp === null ? "no" : "auto",
    peerdns: (dhcp?.useDns ?? true) && (accept?.useDns ?? true) ? null : false,
    defaultroute: accept?.useGateway === false ? false : null,
    metric: accept?.routeMetric ?? null,
    ip6table: accept?.routeTable ?? null,
  };
}

/** The private key is not here: a script at boot puts it from its file into the device's own copy. */
function wireguardSections(entry: WireguardInterface, names: readonly string[]): readonly UciSection[] {
  const own = uciSection("interface", entry.name, {
    proto: "wireguard",
    listen_port: entry.listenPort,
    addresses: entry.addresses,
    mtu: entry.mtu,
    ...resolverOptions(entry),
  });
  const peers = entry.peers.map((peer, index) => {
    const colon = peer.endpoint?.lastIndexOf(":") ?? -1;
    return uciSection(`wireguard_${entry.name}`, names[index] ?? null, {
      public_key: peer.publicKey,
      allowed_ips: peer.allowedIps,
      endpoint_host: peer.endpoint?.slice(0, colon).replace(/^\[|\]$/g, "") ?? null,
      endpoint_port: peer.endpoint?.slice(colon + 1) ?? null,
      persistent_keepalive: peer.persistentKeepalive,
      // Routes are what `routes` says, as everywhere.
      route_allowed_ips: false,
    });
  });
  return [own, ...peers];
}

function vxlanSection(entry: VxlanInterface, { sectionsOf }: DeviceStack): UciSection {
  const single = entry.remotes.length === 1 ? (entry.remotes[0] ?? null) : null;
  const isSix = entry.local?.includes(":") ?? false;
  return uciSection("interface", entry.name, {
    proto: isSix ? "vxlan6" : "vxlan",
    [isSix ? "ip6addr" : "ipaddr"]: entry.local,
    [isSix ? "peer6addr" : "peeraddr"]: single,
    vid: entry.vni,
    port: entry.port,
    tunlink: entry.parent === null ? null : (sectionsOf.get(entry.parent)?.own ?? null),
    mtu: entry.mtu,
    macaddr: entry.settings?.macAddress ?? null,
  });
}

function vxlanPeers({ name, remotes }: VxlanInterface): readonly UciSection[] {
  if (remotes.length < 2) return [];
  return remotes.map((dst) => uciSection("vxlan_peer", null, { vxlan: name, dst }));
}

export function isV4(text: string): boolean {
  return !text.includes(":");
}

export function isV6(text: string): boolean {
  return text.includes(":");
}
