import { type AddressFamily, type IpAddress, parseAddress } from "./address.js";
import { emptySpace, type Interval, spaceOf, type TakenSpace, take } from "./free-space.js";
import { fromNumber, toNumber } from "./number.js";
import {
  type AllocationRecord,
  extentEnd,
  familyPool,
  type PoolDefinition,
  type PoolNetwork,
  parseExtent,
} from "./pool.js";
import { formatPrefix } from "./prefix.js";

/** How full one prefix of a pool is, counted in addresses. A network's own and broadcast address count nowhere. */
export interface PrefixUse {
  readonly pool: string;
  /** Canonical. */
  readonly prefix: string;
  readonly family: AddressFamily;
  /** Addresses that can be given at all. */
  readonly usable: bigint;
  readonly allocated: bigint;
  /** Gateways, exclusions, and what somebody wrote by hand. */
  readonly reserved: bigint;
  /** Given back, and not yet free for others. */
  readonly resting: bigint;
  readonly free: bigint;
}

/** What takes addresses. */
export interface Taken {
  readonly allocations: Readonly<Record<string, AllocationRecord>>;
  /** Of the released records, those that rest. */
  readonly resting: Readonly<Record<string, AllocationRecord>>;
  /** Addresses that somebody wrote by hand, canonical. */
  readonly reserved: readonly string[];
}

/**
 * How full pools are, prefix by prefix, in O(n log n). An address that is taken in two ways counts once: as reserved
 * before allocated before resting.
 *
 * @example
 * ```ts
 * import { parsePrefix, poolUse } from "@nix-nos/ipam";
 *
 * const prefixes = [parsePrefix("10.0.0.0/24")].filter((prefix) => prefix !== null);
 * const taken = { allocations: { a: { pool: "p", address: "10.0.0.9" } }, resting: {}, reserved: ["10.0.0.1"] };
 * const [use] = poolUse([{ name: "p", prefixes }], taken);
 * [Number(use?.usable), Number(use?.allocated), Number(use?.reserved), Number(use?.free)]; // => [254, 1, 1, 252]
 * ```
 */
export function poolUse(pools: readonly PoolDefinition[], taken: Taken): readonly PrefixUse[] {
  const reserved = intervalsOfReserved(pools, taken.reserved);
  const allocated = intervalsOfRecords(taken.allocations);
  const resting = intervalsOfRecords(taken.resting);
  return pools.flatMap((pool) =>
    (["ipv4", "ipv6"] as const).flatMap((family) => {
      const layers = [reserved[family], allocated[family], resting[family]].map((list) => spaceOf([...list]));
      return familyPool(pool, family).networks.map((network) => useOf(network, layers));
    }),
  );
}

function useOf(network: PoolNetwork, layers: readonly TakenSpace[]): PrefixUse {
  const { pool, family, start, end, length, hostStart, hostEnd } = network;
  const seen = emptySpace();
  let counted = 0n;
  const [reserved = 0n, allocated = 0n, resting = 0n] = layers.map((layer) => {
    for (const [low, high] of within(layer, start, end)) take(seen, low, high);
    const total = sizeOf(seen);
    const added = total - counted;
    counted = total;
    return added;
  });
  // A block may begin at the network's own address, which no host can have.
  const outside = [...within(seen, start, hostStart), ...within(seen, hostEnd, end)];
  const usable = outside.reduce((sum, [low, high]) => sum + high - low, hostEnd - hostStart);
  const prefix = formatPrefix({ address: fromNumber(family, start), length });
  return { pool, prefix, family, usable, allocated, reserved, resting, free: usable - counted };
}

/** The parts of sorted intervals that lie between two bounds. */
function* within(space: TakenSpace, from: bigint, to: bigint): Iterable<Interval> {
  let low = 0;
  let high = space.ends.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((space.ends[middle] ?? 0n) > from) high = middle;
    else low = middle + 1;
  }
  for (let index = low; index < space.starts.length; index++) {
    const [start, end] = [space.starts[index] ?? to, space.ends[index] ?? to];
    if (start >= to) return;
    yield [start > from ? start : from, end < to ? end : to];
  }
}

function sizeOf(space: TakenSpace): bigint {
  return space.starts.reduce((sum, start, index) => sum + (space.ends[index] ?? start) - start, 0n);
}

type ByFamily = Record<AddressFamily, Interval[]>;

function intervalsOfReserved(pools: readonly PoolDefinition[], written: readonly string[]): ByFamily {
  const intervals: ByFamily = { ipv4: [], ipv6: [] };
  const add = (first: IpAddress, last: IpAddress) =>
    intervals[first.family].push([toNumber(first), toNumber(last) + 1n]);
  for (const { exclude = [], gateways = [] } of pools) {
    for (const { first, last } of exclude) add(first, last);
    for (const gateway of gateways) add(gateway, gateway);
  }
  for (const text of written) {
    const address = parseAddress(text);
    if (address) add(address, address);
  }
  return intervals;
}

function intervalsOfRecords(records: Readonly<Record<string, AllocationRecord>>): ByFamily {
  const intervals: ByFamily = { ipv4: [], ipv6: [] };
  for (const { address } of Object.values(records)) {
    const extent = parseExtent(address);
    if (extent) intervals[extent.family].push([extent.start, extentEnd(extent)]);
  }
  return intervals;
}
