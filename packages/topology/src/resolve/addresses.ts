import {
  type AddressRange,
  type Allocator,
  addToAddress,
  createAllocator,
  firstAddress,
  formatAddress,
  hostRange,
  lastAddress,
  type PoolDefinition,
  parseAddress,
  parsePrefix,
  parseRange,
} from "@nix-nos/ipam";
import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import type { TopologyPool } from "../document/pool-schema.js";
import type { Topology } from "../document/schema.js";
import { parseLinkEnd } from "../document/text.js";
import type { AddressPair, Allocations, Family } from "../network/network.js";
import { linkBlockLength } from "../validate/pools.js";
import { bareAddress } from "./canonical-text.js";

/** Gives addresses out of the topology's pools, and remembers them by what they are for. */
export interface AddressBook {
  /** One address a family that the pool has, keyed `<key>/ipv4`; each with its pool's prefix length. */
  pair(pool: string, key: string, path: Path): { readonly pair: AddressPair; readonly withLength: readonly string[] };
  /** The two addresses of a point-to-point block a family, low one first, each with its length. */
  link(pool: string, key: string, path: Path): LinkAddresses;
  gateways(pool: string): readonly string[];
  allocations(): Allocations;
}

/** What the two ends of a cable get, by end. */
interface LinkAddresses {
  readonly pairs: readonly [AddressPair, AddressPair];
  readonly withLength: readonly [readonly string[], readonly string[]];
}

type MutablePair = { -readonly [F in Family]: AddressPair[F] };

const families: readonly Family[] = ["ipv4", "ipv6"];

/** Name of the pool that a VLAN brings along. */
export function vlanPool(vlan: string): string {
  return `vlan/${vlan}`;
}

export function createAddressBook(topology: Topology, previous: Allocations, diagnostics: Diagnostic[]): AddressBook {
  const pools = definitionsOf(topology);
  const allocator = createAllocator([...pools.values()], previous);
  reserveWritten(topology, allocator);

  const failed = (pool: string, key: string, reason: string, path: Path) => {
    const message =
      reason === "exhausted"
        ? `The pool "${pool}" has no address left for ${key}.`
        : `The pool "${pool}" cannot give an address for ${key}.`;
    const hint = "Add a prefix to the pool, or free addresses.";
    diagnostics.push({ code: "NN1215", severity: "error", message, path, hint });
  };
  const familiesOf = (pool: string) => {
    const prefixes = pools.get(pool)?.prefixes ?? [];
    return families.filter((family) => prefixes.some((prefix) => prefix.address.family === family));
  };
  return {
    pair(pool, key, path) {
      const pair: MutablePair = { ipv4: null, ipv6: null };
      const withLength: string[] = [];
      for (const family of familiesOf(pool)) {
        const given = allocator.allocate(pool, `${key}/${family}`, family);
        if (!given.ok) {
          failed(pool, `${key}/${family}`, given.reason, path);
          continue;
        }
        pair[family] = given.address;
        withLength.push(`${given.address}/${given.prefixLength}`);
      }
      return { pair, withLength };
    },
    link(pool, key, path) {
      const pairs: readonly [MutablePair, MutablePair] = [
        { ipv4: null, ipv6: null },
        { ipv4: null, ipv6: null },
      ];
      const withLength: readonly [string[], string[]] = [[], []];
      for (const family of familiesOf(pool)) {
        const length = linkBlockLength(family, topology["nix-nos"].network?.pools?.[pool]?.allocate);
        const given = allocator.allocateBlock(pool, `${key}/${family}`, family, length);
        if (!given.ok) {
          failed(pool, `${key}/${family}`, given.reason, path);
          continue;
        }
        for (const side of [0, 1] as const) {
          const own = addToAddress(hostRange(given.prefix).first, side);
          if (own === null) continue;
          const address = formatAddress(own);
          pairs[side][family] = address;
          withLength[side].push(`${address}/${length}`);
        }
      }
      return { pairs, withLength };
    },
    gateways: (pool) => (pools.get(pool)?.gateways ?? []).map(formatAddress),
    allocations: () => allocator.snapshot(),
  };
}

function definitionsOf(topology: Topology): ReadonlyMap<string, PoolDefinition> {
  const { pools = {}, vlans = {} } = topology["nix-nos"].network ?? {};
  const written: [string, TopologyPool][] = Object.entries(pools);
  for (const [name, { pool }] of Object.entries(vlans)) if (pool) written.push([vlanPool(name), pool]);
  return new Map(written.map(([name, pool]) => [name, definitionOf(name, pool)]));
}

function definitionOf(name: string, pool: TopologyPool): PoolDefinition {
  const gateways = pool.gateway === undefined ? [] : [pool.gateway].flat();
  return {
    name,
    prefixes: pool.prefixes.flatMap((text) => parsePrefix(text) ?? []),
    gateways: gateways.map(bareAddress),
    exclude: (pool.exclude ?? []).flatMap((text) => rangeOf(text) ?? []),
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
function reserveWritten(topology: Topology, allocator: Allocator): void {
  const reserve = (key: string, text: string) => allocator.reserve(key, bareAddress(text));
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
}
