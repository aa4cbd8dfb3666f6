import type { Path } from "../diagnostics/diagnostic.js";
import { bondDefaults } from "../document/interface-link-schema.js";
import type { TopologyInterface } from "../document/interface-schema.js";
import type { TopologyNode } from "../document/node-schema.js";
import { compareNames } from "../names.js";
import type { AddressPair } from "../network/family.js";
import type { Interface, Vlan } from "../network/interface.js";
import { vxlanHeaders } from "../network/vxlan-headers.js";
import type { AddressBook } from "./addresses.js";
import { bondSettings } from "./bond.js";
import { bridgeSettings } from "./bridge.js";
import { canonicalAddress, canonicalInterfaceAddress, canonicalPrefix } from "./canonical-text.js";
import { interfaceSettings } from "./interface-settings.js";
import { vlanPool } from "./pools.js";

/** What other parts of the topology put on a node's interface. */
export interface InterfaceExtra {
  readonly addresses: readonly string[];
  readonly gateways: readonly string[];
  readonly path: Path;
}

/** Addresses that an interface can name by what they are. */
export interface OwnAddresses {
  readonly ip: AddressPair;
  readonly loopback: AddressPair | null;
}

/** Every interface of a node: the written ones, those that links, pools and masters imply, and the loopback. */
export function resolveInterfaces(
  name: string,
  node: TopologyNode,
  path: Path,
  extras: ReadonlyMap<string, readonly InterfaceExtra[]>,
  own: OwnAddresses,
  vlans: ReadonlyMap<string, Vlan>,
  book: AddressBook,
): readonly Interface[] {
  const written = node.interfaces ?? {};
  const names = new Set([...Object.keys(written), ...extras.keys()]);
  for (const { parent, members } of Object.values(written)) {
    if (parent !== undefined) names.add(parent);
    for (const member of members ?? []) names.add(member);
  }
  const resolved = new Map<string, Interface>();
  for (const key of [...names].sort(compareNames)) {
    const place: Path = [...path, "interfaces", key];
    const entry = written[key];
    const extra = extras.get(key) ?? [];
    const common = commonOf(name, key, entry, extra, entry ? place : (extra[0]?.path ?? path), vlans, book);
    resolved.set(key, kindOf(key, entry, common, own, vlans, written));
  }
  return withMtus(byDependency(resolved));
}

type Common = Pick<Interface, "name" | "addresses" | "gateways" | "mtu" | "zone" | "settings" | "path">;

function commonOf(
  node: string,
  name: string,
  own: TopologyInterface | undefined,
  extras: readonly InterfaceExtra[],
  path: Path,
  vlans: ReadonlyMap<string, Vlan>,
  book: AddressBook,
): Common {
  const vlan = own?.vlan === undefined ? undefined : vlans.get(own.vlan);
  const addresses: string[] = [];
  const gateways: string[] = own?.gateway === undefined ? [] : [own.gateway].flat().map(canonicalAddress);
  if (own?.addresses === "auto" && vlan) {
    const pool = vlanPool(vlan.name);
    addresses.push(...book.pair(pool, `node/${node}/interface/${name}`, [...path, "addresses"]).withLength);
    if (own.gateway === undefined) gateways.push(...book.gateways(pool));
  } else if (Array.isArray(own?.addresses)) {
    addresses.push(...own.addresses.map(canonicalInterfaceAddress));
  }
  for (const extra of extras) {
    addresses.push(...extra.addresses);
    if (own?.gateway === undefined) gateways.push(...extra.gateways);
  }
  const all = [...new Set(addresses)];
  return {
    name,
    addresses: all,
    gateways: [...new Set(gateways)],
    mtu: own?.mtu ?? vlan?.mtu ?? null,
    zone: own?.zone ?? null,
    settings: interfaceSettings(own, all),
    path,
  };
}

function kindOf(
  name: string,
  own: TopologyInterface | undefined,
  common: Common,
  addresses: OwnAddresses,
  vlans: ReadonlyMap<string, Vlan>,
  written: NonNullable<TopologyNode["interfaces"]>,
): Interface {
  const members = [...new Set(own?.members ?? [])].sort(compareNames);
  switch (own?.kind) {
    case "vlan": {
      const vlanId = vlans.get(own.vlan ?? "")?.id ?? 0;
      return { ...common, kind: "vlan", parent: own.parent ?? "", vlanId };
    }
    case "bond": {
      const mode = own.mode ?? bondDefaults.mode;
      return { ...common, kind: "bond", members, mode, bond: bondSettings(mode, own) };
    }
    case "bridge": {
      const idOf = (vlan: string) => vlans.get(vlan)?.id;
      const upper = Object.values(written).filter((other) => other.kind === "vlan" && other.parent === name);
      const carried = upper.flatMap(({ vlan }) => idOf(vlan ?? "") ?? []);
      return { ...common, kind: "bridge", members, bridge: bridgeSettings(name, own, carried, idOf) };
    }
    case "vxlan": {
      const remotes = (own.remotes ?? []).map(canonicalAddress);
      const local = localAddress(own.local, remotes, addresses);
      return {
        ...common,
        kind: "vxlan",
        vni: own.vni ?? 0,
        local,
        remotes,
        port: own.port ?? vxlanPort,
        parent: own.parent ?? null,
      };
    }
    case "wireguard":
      return {
        ...common,
        kind: "wireguard",
        privateKeyFile: own.privateKeyFile ?? "",
        listenPort: own.port ?? null,
        peers: (own.peers ?? []).map((peer) => ({
          publicKey: peer.publicKey,
          allowedIps: peer.allowedIps.map(canonicalPrefix),
          endpoint: peer.endpoint ?? null,
          presharedKeyFile: peer.presharedKeyFile ?? null,
          persistentKeepalive: peer.persistentKeepalive ?? null,
        })),
      };
    case "dummy":
      return { ...common, kind: "dummy" };
    case "vrf":
      return { ...common, kind: "vrf", table: own.table ?? 0, members };
    default:
      if (name === "lo") return { ...common, kind: "loopback" };
      return { ...common, kind: "ethernet", permanentMac: own?.match?.macAddress?.toLowerCase() ?? null };
  }
}

/** IANA's UDP port of VXLAN; Linux's own default is an older one. */
const vxlanPort = 4789;

/** A tunnel's start: what is written, or the node's own address of the family that the other ends have. */
function localAddress(
  written: TopologyInterface["local"],
  remotes: readonly string[],
  own: OwnAddresses,
): string | null {
  if (written === undefined) return null;
  if (written !== "ip" && written !== "loopback") return canonicalAddress(written);
  const pair = written === "ip" ? own.ip : own.loopback;
  const isV6 = remotes[0]?.includes(":") ?? false;
  return (isV6 ? pair?.ipv6 : (pair?.ipv4 ?? pair?.ipv6)) ?? null;
}

/** What an interface stands on: its parent, or its members; a VRF only groups its members' routes. */
function lowerNames(own: Interface): readonly string[] {
  if (own.kind === "vrf") return [];
  if ("members" in own) return own.members;
  return "parent" in own && own.parent !== null ? [own.parent] : [];
}

/** What an interface stands on comes before it; among equals, by name. Validation has refused cycles. */
function byDependency(interfaces: ReadonlyMap<string, Interface>): readonly Interface[] {
  const ordered = new Set<Interface>();
  const visit = (name: string) => {
    const own = interfaces.get(name);
    if (own === undefined || ordered.has(own)) return;
    (own.kind === "vrf" ? own.members : lowerNames(own)).forEach(visit);
    ordered.add(own);
  };
  for (const name of interfaces.keys()) visit(name);
  return [...ordered];
}

/** An interface that is told no MTU takes the largest of what stands on it: no smaller one would let that work. */
function withMtus(ordered: readonly Interface[]): readonly Interface[] {
  const needed = new Map<string, number>();
  const mtuOf = (own: Interface) => own.mtu ?? needed.get(own.name) ?? null;
  // What stands on an interface comes after it, so one walk from the end carries every need down to the ports.
  for (const own of [...ordered].reverse()) {
    const mtu = mtuOf(own);
    if (mtu === null) continue;
    const whole = mtu + (own.kind === "vxlan" ? vxlanHeaders([own.local, ...own.remotes]) : 0);
    for (const name of lowerNames(own)) needed.set(name, Math.max(whole, needed.get(name) ?? 0));
  }
  return ordered.map((own) => ({ ...own, mtu: mtuOf(own) }));
}
