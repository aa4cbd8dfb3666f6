import {
  type AddressFamily,
  type AddressRange,
  addressBits,
  compareAddress,
  createAllocator,
  familyOf,
  firstAddress,
  formatPrefix,
  lastAddress,
  type Prefix,
  parseAddress,
  parsePrefix,
  parseRange,
  recall,
  restingRecords,
  reverseName,
  type Taken,
} from "@nix-nos/ipam";
import { compareNames, type Network, type Pool, poolDefinition } from "@nix-nos/topology";
import { utc } from "./release.js";
import { soughtPrefix } from "./sought.js";

/** One line of `ipam who`. */
export interface Holder {
  /** `10.255.0.1`, a block, `10.254.0.0/31`, or an excluded range, `10.255.0.1-10.255.0.9`. */
  readonly address: string;
  readonly kind: "allocated" | "written" | "gateway" | "excluded" | "resting";
  /** What it is for: `node/leaf01/loopback/ipv4`; of a gateway, and of what a pool excludes, `pool/mgmt`. */
  readonly key: string;
  readonly pool: string | null;
  /** When a resting one is free for others, in UTC. */
  readonly until: string | null;
  /** Its name in the reverse tree of DNS; `null` for a block or range. */
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
    ...network.pools.flatMap(({ name, gateways, exclude }) => [
      ...gateways.map((address) => holder("gateway", `pool/${name}`, address, name, null)),
      ...exclude.map(([first, last]) =>
        holder("excluded", `pool/${name}`, first === last ? first : `${first}-${last}`, name, null),
      ),
    ]),
    ...Object.entries(network.allocations).map(([key, own]) => holder("allocated", key, own.address, own.pool, null)),
    ...resting.map(([key, own]) => holder("resting", key, own.address, own.pool, restsUntil(network, key, days))),
  ];
  const wanted = soughtPrefix(what);
  const found = everybody.filter(({ address, key }) => {
    if (wanted === null) return key.includes(what);
    const range = rangeOf(address);
    return range !== null && touches(range, wanted);
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

/** The addresses of an address, a block or a range. */
function rangeOf(text: string): AddressRange | null {
  const address = parseAddress(text);
  if (address !== null) return { first: address, last: address };
  const prefix = parsePrefix(text);
  return prefix === null ? parseRange(text) : { first: firstAddress(prefix), last: lastAddress(prefix) };
}

function touches({ first, last }: AddressRange, prefix: Prefix): boolean {
  return compareAddress(first, lastAddress(prefix)) <= 0 && compareAddress(last, firstAddress(prefix)) >= 0;
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
      if (!prefixes.some((prefix) => familyOf(prefix) === family)) return [];
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
