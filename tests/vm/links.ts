// Links as `ip` shows them inside a machine, and the same of a plan: each pair of functions gives equal data.
import type { BondInterface, BridgeInterface, BridgePort, Interface, Node } from "@nix-nos/topology";
import type { Machine } from "./machine.js";

/** A link as `ip -details -json address` shows it. */
export interface Link {
  readonly ifname: string;
  readonly altnames?: readonly string[];
  /** Its MAC address. */
  readonly address: string;
  /** Where that is not the one it was made with. */
  readonly permaddr?: string;
  readonly mtu: number;
  readonly flags: readonly string[];
  readonly master?: string;
  readonly link?: string | null;
  readonly linkinfo?: { readonly info_kind?: string; readonly info_data?: Data; readonly info_slave_data?: Data };
  readonly addr_info: readonly LinkAddress[];
}

interface LinkAddress {
  readonly local: string;
  readonly prefixlen: number;
  readonly scope: string;
  /** It came from the wire. */
  readonly dynamic?: boolean;
}

type Data = Readonly<Record<string, unknown>>;

export async function linksOf(machine: Machine): Promise<ReadonlyMap<string, Link>> {
  const links: Link[] = JSON.parse(await machine.exec("ip -details -json address"));
  return new Map(links.map((link) => [link.ifname, link]));
}

/** Addresses by interface, without what every machine has, what came from the wire, and the link-local ones that the kernel gives unasked. */
export function addressesOf(links: ReadonlyMap<string, Link>, { interfaces }: Node) {
  const everywhere = ["127.0.0.1/8", "::1/128"];
  const planned = new Set(interfaces.flatMap(({ addresses }) => addresses));
  const addresses = [...links].map(([ifname, { addr_info }]) => {
    const all = addr_info
      .filter(({ dynamic }) => !dynamic)
      .map(({ local, prefixlen, scope }) => ({ address: `${local}/${prefixlen}`, scope }))
      .filter(({ address, scope }) => planned.has(address) || (scope !== "link" && !everywhere.includes(address)));
    return [ifname, all.map(({ address }) => address).sort()];
  });
  return Object.fromEntries(addresses);
}

export function plannedAddresses({ interfaces }: Node) {
  return Object.fromEntries(interfaces.map(({ name, addresses }) => [name, [...addresses].sort()]));
}

/** What a link is and what it stands on, as the plan says it. */
export function plannedKind(entry: Interface, { interfaces }: Node) {
  const holder = interfaces.find((each) => "members" in each && each.members.includes(entry.name));
  return {
    kind: entry.kind === "ethernet" || entry.kind === "loopback" ? null : entry.kind,
    master: holder?.name ?? null,
    parent: "parent" in entry ? entry.parent : null,
    number:
      entry.kind === "vlan"
        ? entry.vlanId
        : entry.kind === "vxlan"
          ? entry.vni
          : entry.kind === "vrf"
            ? entry.table
            : null,
  };
}

/** The same of a real one. */
export function realKind(link: Link) {
  const { info_kind, info_data } = link.linkinfo ?? {};
  return {
    kind: info_kind ?? null,
    master: link.master ?? null,
    parent: link.link ?? null,
    number:
      info_kind === "vrf" ? info_data?.table : info_kind === "vlan" || info_kind === "vxlan" ? info_data?.id : null,
  };
}

/** What the plan says of a link in figures: MTU, addresses of the port, and what its kind has beyond. */
export function plannedSettings(entry: Interface, { interfaces }: Node) {
  const permanent = entry.kind === "ethernet" ? entry.permanentMac : null;
  const port = interfaces
    .filter((each) => each.kind === "bridge")
    .flatMap(({ bridge }) => bridge.ports)
    .find(({ name }) => name === entry.name && entry.kind !== "bridge");
  return said({
    mtu: entry.mtu,
    permanent,
    mac: entry.settings?.macAddress ?? permanent,
    ...(entry.kind === "bond" ? bondData(entry) : entry.kind === "bridge" ? bridgeData(entry) : {}),
    ...(port === undefined ? {} : portData(port)),
  });
}

/** The same of a real one, as far as the plan says something. */
export function realSettings(link: Link, planned: Data): Data {
  const { info_data, info_slave_data } = link.linkinfo ?? {};
  const all: Data = {
    ...info_data,
    ...(info_slave_data?.cost === undefined ? {} : prefixed(info_slave_data)),
    mtu: link.mtu,
    mac: link.address,
    permanent: link.permaddr ?? link.address,
  };
  return Object.fromEntries(Object.keys(planned).map((key) => [key, all[key]]));
}

function bondData({ mode, bond }: BondInterface): Data {
  return {
    mode,
    miimon: bond.miiMonitor,
    updelay: bond.upDelay,
    downdelay: bond.downDelay,
    primary: bond.primary,
    primary_reselect: bond.primaryReselect,
    fail_over_mac: bond.failOverMac,
    num_peer_notif: bond.gratuitousArp,
    ad_lacp_rate: bond.lacpRate,
    ad_select: bond.adSelect,
    min_links: bond.minLinks,
    xmit_hash_policy: bond.transmitHashPolicy,
  };
}

/** The kernel's times are hundredths of a second. */
function bridgeData({ bridge }: BridgeInterface): Data {
  const hundredths = (seconds: number | null) => (seconds === null ? null : seconds * 100);
  const flag = (value: boolean | null) => (value === null ? null : Number(value));
  return {
    stp_state: Number(bridge.stp),
    priority: bridge.priority,
    forward_delay: hundredths(bridge.forwardDelay),
    hello_time: hundredths(bridge.helloTime),
    max_age: hundredths(bridge.maxAge),
    ageing_time: hundredths(bridge.ageingTime),
    mcast_snooping: flag(bridge.multicastSnooping),
    vlan_filtering: flag(bridge.vlanFiltering),
  };
}

function portData({ cost, priority, isolated, learning, hairpin }: BridgePort): Data {
  return prefixed({ cost, priority, isolated, learning, hairpin });
}

function prefixed(data: Data): Data {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [`port ${key}`, value]));
}

function said(data: Data): Data {
  return Object.fromEntries(Object.entries(data).filter(([, value]) => value !== null));
}

/** Each port's VLANs of the bridges that tell them apart, as `bridge -json vlan show` lists them: number and flags. */
export function plannedVlans({ interfaces }: Node) {
  const ports = interfaces.flatMap((each) =>
    each.kind === "bridge" && each.bridge.vlanFiltering ? each.bridge.ports : [],
  );
  const numbers = ({ vlans, pvid }: BridgePort) =>
    new Set([
      ...vlans.flatMap(({ min, max }) => Array.from({ length: max - min + 1 }, (_, index) => min + index)),
      ...(pvid === null ? [] : [pvid]),
    ]);
  const flags = (pvid: number | null, vlan: number) => (vlan === pvid ? ["PVID", "Egress Untagged"] : []);
  return Object.fromEntries(
    ports.map((port) => [
      port.name,
      Object.fromEntries(
        [...numbers(port)].sort((a, b) => a - b).map((vlan) => [vlan, flags(port.pvid, vlan)] as const),
      ),
    ]),
  );
}

/** The same of the kernel, of the ports that are named. */
export async function realVlans(machine: Machine, ports: readonly string[]) {
  interface Port {
    readonly ifname: string;
    readonly vlans: readonly { readonly vlan: number; readonly flags?: readonly string[] }[];
  }
  const all: Port[] = JSON.parse(await machine.exec("bridge -json vlan show"));
  return Object.fromEntries(
    all
      .filter(({ ifname }) => ports.includes(ifname))
      .map(({ ifname, vlans }) => [ifname, Object.fromEntries(vlans.map(({ vlan, flags }) => [vlan, flags ?? []]))]),
  );
}
