import {
  type AddressRange,
  firstAddress,
  formatAddress,
  lastAddress,
  parseAddress,
  parsePrefix,
  parseRange,
} from "@nix-nos/ipam";
import type { Path } from "../diagnostics/diagnostic.js";
import type { TopologyPool } from "../document/pool-schema.js";
import type { Topology } from "../document/schema.js";
import { parseLinkEnd } from "../document/text.js";
import { compareNames } from "../names.js";
import { blockLengths, linkBlockLengths } from "../network/block-lengths.js";
import type { Pool, Reservation } from "../network/pool.js";
import { bareAddress, canonicalAddress, canonicalPrefix } from "./canonical-text.js";

/** Name of the pool that a VLAN brings along. */
export function vlanPool(vlan: string): string {
  return `vlan/${vlan}`;
}

/** Every pool of the topology, by name. */
export function resolvePools(topology: Topology): readonly Pool[] {
  const { pools = {}, vlans = {} } = topology["nix-nos"].network ?? {};
  const base: Path = ["nix-nos", "network"];
  return [
    ...Object.entries(pools).map(([name, pool]) => resolvePool(name, pool, [...base, "pools", name])),
    ...Object.entries(vlans).flatMap(([name, { pool }]) =>
      pool ? [resolvePool(vlanPool(name), pool, [...base, "vlans", name, "pool"])] : [],
    ),
  ].sort((a, b) => compareNames(a.name, b.name));
}

/** What is written of one pool, spelled out. */
export function resolvePool(name: string, pool: TopologyPool, path: Path): Pool {
  return {
    name,
    prefixes: pool.prefixes.map(canonicalPrefix),
    gateways: pool.gateway === undefined ? [] : [pool.gateway].flat().map(canonicalAddress),
    exclude: (pool.exclude ?? []).flatMap((text) => {
      const range = rangeOf(text);
      return range ? [[formatAddress(range.first), formatAddress(range.last)] as const] : [];
    }),
    blockLength: blockLengths(pool.prefixes, pool.allocate, linkBlockLengths),
    strategy: pool.strategy,
    quarantineDays: pool.quarantineDays,
    path,
  };
}

/** An exclusion may be an address, a prefix or a range. */
function rangeOf(text: string): AddressRange | null {
  const address = parseAddress(text);
  if (address) return { first: address, last: address };
  const prefix = parsePrefix(text);
  return prefix ? { first: firstAddress(prefix), last: lastAddress(prefix) } : parseRange(text);
}

/** What is written by hand is taken before anything is given out, wherever in the document it stands. */
export function resolveReservations(topology: Topology): readonly Reservation[] {
  const reservations: Reservation[] = [];
  const reserve = (key: string, text: string) => {
    reservations.push({ key, address: formatAddress(bareAddress(text)) });
  };
  for (const { nodes } of Object.values(topology["nix-nos"].clusters)) {
    for (const [name, { ip, loopback, interfaces }] of Object.entries(nodes)) {
      if (typeof ip === "string") reserve(`node/${name}/ip`, ip);
      if (typeof loopback === "string" && loopback !== "auto") reserve(`node/${name}/loopback`, loopback);
      for (const [key, { addresses }] of Object.entries(interfaces ?? {})) {
        if (!Array.isArray(addresses)) continue;
        for (const text of addresses) reserve(`node/${name}/interface/${key}`, text);
      }
    }
  }
  for (const { between, addresses } of topology["nix-nos"].network?.links ?? []) {
    for (const side of [0, 1] as const) {
      const text = addresses?.[side];
      const end = parseLinkEnd(between[side]);
      if (text !== undefined && end) reserve(`node/${end.node}/interface/${end.interface}`, text);
    }
  }
  for (const [name, { vips }] of Object.entries(topology["nix-nos"].network?.bgp?.vipAdvertisements ?? {})) {
    for (const vip of vips) reserve(`vip/${name}`, vip);
  }
  return reservations.sort((a, b) => compareNames(a.key, b.key));
}
