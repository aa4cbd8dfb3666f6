import { type AddressFamily, parseAddress } from "./address.js";
import { intervalAfter, type TakenSpace } from "./free-space.js";
import { forbiddenBy, type Intervals, namedBy, spacesOf } from "./intervals.js";
import { fromNumber, toNumber } from "./number.js";
import { type AllocationRecord, familyPool, type PoolDefinition, type PoolNetwork } from "./pool.js";
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
  const reserved = reservedBy(pools, taken.reserved);
  const allocated = namedBy(taken.allocations);
  const layers = [
    spacesOf(reserved),
    spacesOf(reserved, allocated),
    spacesOf(reserved, allocated, namedBy(taken.resting)),
  ].map(({ ipv4, ipv6 }) => ({ ipv4: measured(ipv4), ipv6: measured(ipv6) }));
  return pools.flatMap((pool) =>
    (["ipv4", "ipv6"] as const).flatMap((family) =>
      familyPool(pool, family).networks.map((network) =>
        useOf(
          network,
          layers.map((layer) => layer[family]),
        ),
      ),
    ),
  );
}

/** @param layers - each with all that the one before it has */
function useOf(network: PoolNetwork, layers: readonly Measured[]): PrefixUse {
  const { pool, family, start, end, length, hostStart, hostEnd } = network;
  const [reserved = 0n, held = 0n, counted = 0n] = layers.map((layer) => sizeWithin(layer, start, end));
  // A block may begin at the network's own address, which no host can have.
  const all = layers.at(-1);
  const outside = all ? sizeWithin(all, start, hostStart) + sizeWithin(all, hostEnd, end) : 0n;
  const usable = hostEnd - hostStart + outside;
  const prefix = formatPrefix({ address: fromNumber(family, start), length });
  const [allocated, resting] = [held - reserved, counted - held];
  return { pool, prefix, family, usable, allocated, reserved, resting, free: usable - counted };
}

/** A space, and before each of its intervals the numbers in all those below it. */
interface Measured {
  readonly space: TakenSpace;
  readonly below: readonly bigint[];
  readonly total: bigint;
}

function measured(space: TakenSpace): Measured {
  let sum = 0n;
  const below = space.starts.map((start, index) => {
    const before = sum;
    sum += (space.ends[index] ?? start) - start;
    return before;
  });
  return { space, below, total: sum };
}

/** How many numbers of a space lie between two bounds. */
function sizeWithin(measure: Measured, from: bigint, to: bigint): bigint {
  return sizeBelow(measure, to) - sizeBelow(measure, from);
}

function sizeBelow({ space, below, total }: Measured, at: bigint): bigint {
  const index = intervalAfter(space, at);
  // All before the first interval that ends after the bound, and the part of that one below the bound.
  const [start, before] = [space.starts[index], below[index] ?? total];
  return start !== undefined && start < at ? before + at - start : before;
}

function reservedBy(pools: readonly PoolDefinition[], written: readonly string[]): Intervals {
  const intervals = forbiddenBy(pools);
  for (const text of written) {
    const address = parseAddress(text);
    if (address) intervals[address.family].push([toNumber(address), toNumber(address) + 1n]);
  }
  return intervals;
}
