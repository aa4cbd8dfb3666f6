import {
  type AddressFamily,
  addressBits,
  containsPrefix,
  createAllocator,
  formatPrefix,
  hostPrefix,
  type Prefix,
  parseAddress,
  parsePrefix,
  recall,
  restingRecords,
  reverseName,
  type Taken,
} from "@nix-nos/ipam";
import { compareNames, type Network, type Pool, poolDefinition } from "@nix-nos/topology";
import { utc } from "./release.js";

/** One line of `ipam who`. */
export interface Holder {
  /** `10.255.0.1`, or a block, `10.254.0.0/31`. */
  readonly address: string;
  readonly kind: "allocated" | "written" | "resting";
  /** What it is for: `node/leaf01/loopback/ipv4`. */
  readonly key: string;
  readonly pool: string | null;
  /** When a resting one is free for others, in UTC. */
  readonly until: string | null;
  /** Its name in the reverse tree of DNS; `null` for a block. */
  readonly reverseName: string | null;
}

/** What takes addresses in a network. */
export function takenOf(network: Network, now: number): Taken {
  return {
    allocations: network.allocations,
    resting: restingRecords(network.released, network.pools.map(poolDefinition), now),
    reserved: network.reservations.map(({ address }) => address),
  };
}

/** Who has an address, who has one inside a prefix, or what a key has of which this is a part; empty text: everybody. */
export function holdersOf(network: Network, what: string, now: number): readonly Holder[] {
  const days = new Map(network.pools.map(({ name, quarantineDays }) => [name, quarantineDays]));
  const resting = Object.entries(takenOf(network, now).resting);
  const everybody: Holder[] = [
    ...network.reservations.map(({ key, address }) => holder("written", key, address, null, null)),
    ...Object.entries(network.allocations).map(([key, own]) => holder("allocated", key, own.address, own.pool, null)),
    ...resting.map(([key, own]) => holder("resting", key, own.address, own.pool, restsUntil(network, key, days))),
  ];
  const wanted = prefixOf(what);
  const found = everybody.filter(({ address, key }) => {
    if (wanted === null) return key.includes(what);
    const own = prefixOf(address);
    return own !== null && (containsPrefix(wanted, own) || containsPrefix(own, wanted));
  });
  return found.sort((a, b) => compareNames(a.address, b.address) || compareNames(a.key, b.key));
}

function holder(kind: Holder["kind"], key: string, address: string, pool: string | null, until: string | null): Holder {
  const own = parseAddress(address);
  return { address, kind, key, pool, until, reverseName: own && reverseName(own) };
}

function restsUntil(network: Network, key: string, days: ReadonlyMap<string, number>): string | null {
  const record = network.released[key];
  const since = record === undefined ? Number.NaN : Date.parse(record.releasedAt);
  if (record === undefined || Number.isNaN(since)) return null;
  return utc(since + (days.get(record.pool) ?? 7) * 24 * 60 * 60 * 1000);
}

function prefixOf(text: string): Prefix | null {
  const address = parseAddress(text);
  return address ? hostPrefix(address) : parsePrefix(text);
}

/** One line of `ipam next`. */
export interface NextRow {
  readonly pool: string;
  readonly family: AddressFamily;
  /** An address with the length of its network, or a block; `null` when nothing is left. */
  readonly next: string | null;
}

/** A key that no topology can have: what it is given is shown and forgotten. */
const nobody = "\u0000";

/** What each pool would give next, a family each: a block where it has given blocks, or where a length is wanted. */
export function nextFree(
  network: Network,
  pools: readonly Pool[],
  length: number | null,
  now: number,
): readonly NextRow[] {
  const definitions = network.pools.map(poolDefinition);
  const { allocations, released } = network;
  const carved = new Set(
    Object.values(allocations).flatMap(({ pool, address }) => (address.includes("/") ? [pool] : [])),
  );
  return pools.flatMap(({ name, prefixes, blockLength }) =>
    (["ipv4", "ipv6"] as const).flatMap((family): readonly NextRow[] => {
      if (!prefixes.some((prefix) => prefix.includes(":") === (family === "ipv6"))) return [];
      const block = length ?? (carved.has(name) ? blockLength[family] : null);
      if (block !== null && block > addressBits(family)) return [];
      const allocator = createAllocator(definitions, recall({ allocations, released }, definitions, now));
      for (const { key, address } of network.reservations) {
        const own = parseAddress(address);
        if (own) allocator.reserve(key, own);
      }
      if (block === null) {
        const given = allocator.allocate(name, nobody, family);
        return [{ pool: name, family, next: given.ok ? `${given.address}/${given.prefixLength}` : null }];
      }
      const given = allocator.allocateBlock(name, nobody, family, block);
      return [{ pool: name, family, next: given.ok ? formatPrefix(given.prefix) : null }];
    }),
  );
}
