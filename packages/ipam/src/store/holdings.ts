import type { AddressFamily, IpAddress } from "../address.js";
import type { AllocationFailure } from "../allocator.js";
import { emptySpace, type Interval, isTaken, spaceOf, type TakenSpace, take } from "../free-space.js";
import { type FamilySearch, familySearch, nextFree } from "../next-free.js";
import { toNumber } from "../number.js";
import {
  type AllocationState,
  type Extent,
  extentEnd,
  extentSize,
  formatExtent,
  networkOfExtent,
  type PoolDefinition,
} from "../pool.js";
import { addressBits } from "../prefix.js";
import { placeOf } from "./place.js";
import type { AllocationRequest } from "./store.js";
import { untake } from "./untake.js";

/** What one key has, or had last. */
export interface Holding {
  readonly key: string;
  readonly pool: string;
  readonly extent: Extent;
  /** `null` while the key has it. */
  readonly releasedAt: string | null;
}

/** What a request would get; `isHeld` when the key has it already, and nothing is to be written. */
interface Choice {
  readonly extent: Extent;
  readonly isHeld: boolean;
}

/** Who has what, none of it overlapping, with a search for free room that stays fast while holdings come and go. */
export interface Holdings {
  held(key: string): Holding | null;
  /** What the key gave up last, as long as it rests. */
  resting(key: string): Holding | null;
  /** Writes a holding down, in place of the one of the same extent. */
  put(holding: Holding): void;
  drop(holding: Holding): void;
  /**
   * What a request would get, without giving it.
   *
   * @param skip - how many free places to pass over, so that writers who keep meeting part
   */
  choose(request: AllocationRequest, skip?: number): Choice | AllocationFailure;
  /** Whether a released holding may go to another key, by the time in milliseconds since 1970. */
  hasRested(holding: Holding, now: number): boolean;
  /** Drops what has rested, by the time in milliseconds since 1970. */
  expire(now: number): void;
  state(): AllocationState;
}

/** Seven days, in seconds: what is released by mistake is found within a week. */
const defaultQuarantine = 7 * 24 * 3600;

type PoolState = Readonly<Record<AddressFamily, FamilySearch>> & {
  readonly quarantineSeconds: number | undefined;
};

export function createHoldings(pools: readonly PoolDefinition[]): Holdings {
  const byName = new Map(pools.map((pool) => [pool.name, stateOf(pool)]));
  const fixed = forbiddenBy(pools);
  const taken: Record<AddressFamily, TakenSpace> = { ipv4: emptySpace(), ipv6: emptySpace() };
  const places = new Map<string, Holding>();
  const heldBy = new Map<string, Holding>();
  const restingBy = new Map<string, Holding>();
  /** Those that have come some way through their pool: when anything is freed, they begin anew. */
  const searches = new Set<FamilySearch>();
  let nextExpiry = Number.POSITIVE_INFINITY;

  /** When a released holding may go to another key, in milliseconds since 1970. */
  const expiryOf = ({ pool, releasedAt }: Holding): number => {
    const released = Date.parse(releasedAt ?? "");
    // A time that cannot be read protects its address, rather than giving it away.
    if (Number.isNaN(released)) return Number.POSITIVE_INFINITY;
    return released + (byName.get(pool)?.quarantineSeconds ?? defaultQuarantine) * 1000;
  };

  const forget = (holding: Holding) => {
    const { key, extent } = holding;
    places.delete(placeOf(extent));
    if (heldBy.get(key) === holding) heldBy.delete(key);
    if (restingBy.get(key) === holding) restingBy.delete(key);
    untake(taken[extent.family], extent.start, extentEnd(extent));
    for (const { cursors } of searches) cursors.clear();
    searches.clear();
  };

  const next = (pool: FamilySearch, length: number | null): bigint | null => {
    searches.add(pool);
    return nextFree(pool, length, fixed[pool.family], taken[pool.family])?.start ?? null;
  };

  /** What is next after `count` others; `null` when there is no such. */
  const passOver = (pool: FamilySearch, length: number | null, count: number): bigint | null => {
    if (count === 0) return null;
    const size = extentSize(pool.family, length);
    const passed: bigint[] = [];
    for (let start = next(pool, length); start !== null && passed.length < count; start = next(pool, length)) {
      take(taken[pool.family], start, start + size);
      passed.push(start);
    }
    const found = passed.length === count ? next(pool, length) : null;
    for (const start of passed) untake(taken[pool.family], start, start + size);
    pool.cursors.clear();
    return found;
  };

  return {
    held: (key) => heldBy.get(key) ?? null,
    resting: (key) => restingBy.get(key) ?? null,
    put(holding) {
      const { key, extent, releasedAt } = holding;
      const before = places.get(placeOf(extent));
      if (before) forget(before);
      places.set(placeOf(extent), holding);
      take(taken[extent.family], extent.start, extentEnd(extent));
      if (releasedAt === null) heldBy.set(key, holding);
      else {
        const other = restingBy.get(key)?.releasedAt ?? "";
        if (other <= releasedAt) restingBy.set(key, holding);
        nextExpiry = Math.min(nextExpiry, expiryOf(holding));
      }
    },
    drop({ extent }) {
      const holding = places.get(placeOf(extent));
      if (holding) forget(holding);
    },
    choose({ pool: name, key, family, length = null }, skip = 0) {
      const pool = byName.get(name);
      if (pool === undefined) return { ok: false, reason: "unknown-pool" };
      if (length !== null && !(Number.isInteger(length) && length >= 0 && length <= addressBits(family)))
        return { ok: false, reason: "bad-length" };
      const own = pool[family];
      if (own.networks.length === 0) return { ok: false, reason: "no-family" };
      for (const holding of [heldBy.get(key), restingBy.get(key)]) {
        if (holding?.pool !== name || holding.extent.family !== family || holding.extent.length !== length) continue;
        const { extent, releasedAt } = holding;
        // The pool may have another shape by now, and the address may be out of bounds.
        if (networkOfExtent(own, extent) === null || isTaken(fixed[family], extent.start, extentEnd(extent))) continue;
        return { extent, isHeld: releasedAt === null };
      }
      const start = passOver(own, length, skip) ?? next(own, length);
      if (start === null) return { ok: false, reason: "exhausted" };
      return { extent: { family, start, length }, isHeld: false };
    },
    hasRested: (holding, now) => holding.releasedAt !== null && expiryOf(holding) <= now,
    expire(now) {
      if (now < nextExpiry) return;
      nextExpiry = Number.POSITIVE_INFINITY;
      for (const holding of places.values()) {
        if (holding.releasedAt === null) continue;
        const at = expiryOf(holding);
        if (at <= now) forget(holding);
        else nextExpiry = Math.min(nextExpiry, at);
      }
    },
    state: () => ({
      allocations: recordsOf(heldBy, ({ pool, extent }) => ({ pool, address: formatExtent(extent) })),
      released: recordsOf(restingBy, ({ pool, extent, releasedAt }) => ({
        pool,
        address: formatExtent(extent),
        releasedAt: releasedAt ?? "",
      })),
    }),
  };
}

function stateOf(pool: PoolDefinition): PoolState {
  const { quarantineSeconds } = pool;
  return { ipv4: familySearch(pool, "ipv4"), ipv6: familySearch(pool, "ipv6"), quarantineSeconds };
}

function forbiddenBy(pools: readonly PoolDefinition[]): Readonly<Record<AddressFamily, TakenSpace>> {
  const forbidden: Record<AddressFamily, Interval[]> = { ipv4: [], ipv6: [] };
  const forbid = (first: IpAddress, last: IpAddress) =>
    forbidden[first.family].push([toNumber(first), toNumber(last) + 1n]);
  for (const { exclude = [], gateways = [] } of pools) {
    for (const { first, last } of exclude) forbid(first, last);
    for (const gateway of gateways) forbid(gateway, gateway);
  }
  return { ipv4: spaceOf(forbidden.ipv4), ipv6: spaceOf(forbidden.ipv6) };
}

function recordsOf<T>(holdings: ReadonlyMap<string, Holding>, record: (holding: Holding) => T): Record<string, T> {
  const sorted = [...holdings].sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, holding]) => [key, record(holding)]));
}
