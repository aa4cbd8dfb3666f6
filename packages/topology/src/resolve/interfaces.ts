import type { Path } from "../diagnostics/diagnostic.js";
import type { TopologyInterface, TopologyNode } from "../document/schema.js";
import { compareNames } from "../names.js";
import type { Interface, Vlan } from "../network/network.js";
import { type AddressBook, vlanPool } from "./addresses.js";
import { canonicalAddress, canonicalInterfaceAddress } from "./canonical-text.js";

/** What other parts of the topology put on a node's interface. */
export interface InterfaceExtra {
  readonly addresses: readonly string[];
  readonly gateways: readonly string[];
  readonly path: Path;
}

/** Every interface of a node: the written ones, those that links, pools and masters imply, and the loopback. */
export function resolveInterfaces(
  name: string,
  node: TopologyNode,
  path: Path,
  extras: ReadonlyMap<string, readonly InterfaceExtra[]>,
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
    const own = written[key];
    const extra = extras.get(key) ?? [];
    const common = commonOf(name, key, own, extra, own ? place : (extra[0]?.path ?? path), vlans, book);
    resolved.set(key, kindOf(key, own, common, vlans));
  }
  return byDependency(resolved);
}

type Common = Pick<Interface, "name" | "addresses" | "gateways" | "mtu" | "path">;

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
  return {
    name,
    addresses: [...new Set(addresses)],
    gateways: [...new Set(gateways)],
    mtu: own?.mtu ?? vlan?.mtu ?? null,
    path,
  };
}

function kindOf(
  name: string,
  own: TopologyInterface | undefined,
  common: Common,
  vlans: ReadonlyMap<string, Vlan>,
): Interface {
  const members = [...new Set(own?.members ?? [])].sort(compareNames);
  switch (own?.kind) {
    case "vlan": {
      const vlanId = vlans.get(own.vlan ?? "")?.id ?? 0;
      return { ...common, kind: "vlan", parent: own.parent ?? "", vlanId };
    }
    case "bond":
      return { ...common, kind: "bond", members, mode: own.mode ?? "active-backup" };
    case "bridge":
      return { ...common, kind: "bridge", members };
    default:
      return { ...common, kind: name === "lo" ? "loopback" : "ethernet" };
  }
}

/** What an interface stands on comes before it; among equals, by name. Validation has refused cycles. */
function byDependency(interfaces: ReadonlyMap<string, Interface>): readonly Interface[] {
  const ordered = new Set<Interface>();
  const visit = (name: string) => {
    const own = interfaces.get(name);
    if (own === undefined || ordered.has(own)) return;
    if (own.kind === "vlan") visit(own.parent);
    if (own.kind === "bond" || own.kind === "bridge") own.members.forEach(visit);
    ordered.add(own);
  };
  for (const name of interfaces.keys()) visit(name);
  return [...ordered];
}
