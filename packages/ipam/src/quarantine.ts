import { isTaken } from "./free-space.js";
import { namedBy, spacesOf } from "./intervals.js";
import {
  type AllocationRecord,
  type AllocationState,
  extentEnd,
  type PoolDefinition,
  parseExtent,
  type ReleasedRecord,
} from "./pool.js";

const defaultSeconds = 7 * 24 * 60 * 60;

/** How long freed addresses of a pool rest, in milliseconds. */
function quarantineOf(pools: readonly PoolDefinition[]): (pool: string) => number {
  const byName = new Map(pools.map(({ name, quarantineSeconds }) => [name, quarantineSeconds]));
  return (pool) => (byName.get(pool) ?? defaultSeconds) * 1000;
}

/**
 * The released records whose addresses still rest: nobody but the key that had one may get it.
 *
 * @param pools - say how long; one that is not there counts as one that says nothing
 * @param now - the time as `Date.now()` gives it, in milliseconds; `null` when nobody knows, and all rests on
 *
 * @example
 * ```ts
 * import { restingRecords } from "@nix-nos/ipam";
 *
 * const released = { gone: { pool: "p", address: "10.0.0.1", releasedAt: "2026-11-01T00:00:00Z" } };
 * Object.keys(restingRecords(released, [], Date.parse("2026-11-07T23:59:59Z"))); // => ["gone"]
 * Object.keys(restingRecords(released, [], Date.parse("2026-11-08T00:00:00Z"))); // => []
 * ```
 */
export function restingRecords(
  released: Readonly<Record<string, ReleasedRecord>>,
  pools: readonly PoolDefinition[],
  now: number | null,
): Readonly<Record<string, ReleasedRecord>> {
  if (now === null) return released;
  const length = quarantineOf(pools);
  return Object.fromEntries(
    Object.entries(released).filter(([, { pool, releasedAt }]) => {
      const since = Date.parse(releasedAt);
      // A time that cannot be read protects its address, rather than giving it away.
      return Number.isNaN(since) || since + length(pool) > now;
    }),
  );
}

/** What an allocator starts from; records that cannot be read are as good as none. */
export interface Recollection {
  /** Who has what. */
  readonly allocations?: Readonly<Record<string, AllocationRecord>>;
  /** What nobody but the key itself may get. */
  readonly resting?: Readonly<Record<string, AllocationRecord>>;
  /** What anybody may get; the key itself gets it again if it comes first. */
  readonly rested?: Readonly<Record<string, AllocationRecord>>;
}

/**
 * What an allocator starts from, as `createAllocator`'s `previous`: what is allocated, and what was given back. A key
 * that comes back while its address rests gets it again, and nobody else does; later on, it does if it asks first.
 *
 * @param now - in milliseconds, or `null`; see {@link restingRecords}
 *
 * @example
 * ```ts
 * import { recall } from "@nix-nos/ipam";
 *
 * const released = { gone: { pool: "p", address: "10.0.0.1", releasedAt: "2026-11-01T00:00:00Z" } };
 * Object.keys(recall({ allocations: {}, released }, [], null).resting ?? {}); // => ["gone"]
 * Object.keys(recall({ allocations: {}, released }, [], Date.parse("2026-12-01T00:00:00Z")).rested ?? {}); // => ["gone"]
 * ```
 */
export function recall(
  { allocations, released }: AllocationState,
  pools: readonly PoolDefinition[],
  now: number | null,
): Recollection {
  const resting = restingRecords(released, pools, now);
  const rested = Object.fromEntries(Object.entries(released).filter(([key]) => !Object.hasOwn(resting, key)));
  return { allocations, resting, rested };
}

/**
 * What to remember after a run: its allocations, and what was given back, which begins to rest.
 *
 * Records that have rested are dropped only when something else changes too, so that the same topology gives the same
 * state however late it is asked. A key has one released record: one that moves twice leaves only its last address
 * resting.
 *
 * @param state - what the run started from
 * @param allocations - the allocator's `snapshot()` at the end of the run
 * @param now - in milliseconds; `null` when nobody knows, and what is given back now counts as given back in 1970
 *
 * @example
 * ```ts
 * import { conclude } from "@nix-nos/ipam";
 *
 * const before = { allocations: { a: { pool: "p", address: "10.0.0.1" } }, released: {} };
 * conclude(before, {}, [], Date.parse("2026-11-23T16:50:00Z")).released.a?.releasedAt; // => "2026-11-23T16:50:00Z"
 * ```
 */
export function conclude(
  state: AllocationState,
  allocations: Readonly<Record<string, AllocationRecord>>,
  pools: readonly PoolDefinition[],
  now: number | null,
): AllocationState {
  if (isSame(state.allocations, allocations)) return state;
  const length = quarantineOf(pools);
  const released = new Map<string, ReleasedRecord>();
  const given = spacesOf(namedBy(allocations));
  const rest = (key: string, record: ReleasedRecord) => {
    const extent = parseExtent(record.address);
    if (extent === null || length(record.pool) <= 0) return;
    if (!isTaken(given[extent.family], extent.start, extentEnd(extent))) released.set(key, record);
  };
  for (const [key, record] of Object.entries(restingRecords(state.released, pools, now))) rest(key, record);
  const releasedAt = new Date(now ?? 0).toISOString().replace(/\.\d+Z$/, "Z");
  for (const [key, { pool, address }] of Object.entries(state.allocations)) {
    const kept = Object.hasOwn(allocations, key) ? allocations[key] : undefined;
    if (kept?.pool !== pool || kept.address !== address) rest(key, { pool, address, releasedAt });
  }
  return { allocations, released: Object.fromEntries([...released].sort(([a], [b]) => (a < b ? -1 : 1))) };
}

function isSame(
  before: Readonly<Record<string, AllocationRecord>>,
  after: Readonly<Record<string, AllocationRecord>>,
): boolean {
  const keys = Object.keys(before);
  return (
    keys.length === Object.keys(after).length &&
    keys.every((key) => {
      const [was, is] = [before[key], Object.hasOwn(after, key) ? after[key] : undefined];
      return is !== undefined && was?.pool === is.pool && was.address === is.address;
    })
  );
}
