import type { AddressFamily, IpAddress } from "./address.js";
import { emptySpace, type Interval, isTaken, lowestFree, spaceOf, type TakenSpace, take } from "./free-space.js";
import { readHistory } from "./history.js";
import { type Entry, emptyLedger, enter, entryOf, holderAt, recordsOf } from "./ledger.js";
import { fromNumber, toNumber } from "./number.js";
import {
  type AllocationRecord,
  extentEnd,
  extentSize,
  type FamilyPool,
  familyPool,
  formatExtent,
  networkOfExtent,
  type PoolDefinition,
  parseExtent,
} from "./pool.js";
import { addressBits, type Prefix } from "./prefix.js";

/** An address that was given, with the length of the network around it, or why none was. */
export type AddressResult =
  | { readonly ok: true; readonly address: string; readonly prefixLength: number }
  | AllocationFailure;

/** A block that was given, or why none was. */
export type BlockResult = { readonly ok: true; readonly prefix: Prefix } | AllocationFailure;

/** Why nothing was given: `bad-length` is a block's length that its family does not have. */
export interface AllocationFailure {
  readonly ok: false;
  readonly reason: "unknown-pool" | "no-family" | "bad-length" | "exhausted";
}

/** That an address was reserved, or which other key has it. */
export type Reservation = { readonly ok: true } | { readonly ok: false; readonly holder: string };

/** Gives addresses by key: the same key gets the same address for ever. A key names one thing: one pool, family and size. */
export interface Allocator {
  /** Marks an address that somebody wrote by hand; it is never given out. Before any `allocate`. */
  reserve(key: string, address: IpAddress): Reservation;
  /** The key's address: the one it has, or the lowest free one of the family. */
  allocate(pool: string, key: string, family: AddressFamily): AddressResult;
  /** The key's block of 2^(bits - length) addresses: the one it has, or the lowest free one. */
  allocateBlock(pool: string, key: string, family: AddressFamily, length: number): BlockResult;
  /** Who has an address, reserved or given in this run, be it alone or in a block; `null` when nobody has. */
  holder(address: IpAddress): string | null;
  /** What to remember for the next run: every key that was asked for, sorted by key. */
  snapshot(): Readonly<Record<string, AllocationRecord>>;
  /** The earlier run's records that this one does not go on with, sorted by key: what a quarantine would keep. */
  released(): Readonly<Record<string, AllocationRecord>>;
}

/** Where the search for a size goes on: what lies before was taken, and nothing is freed within a run. */
interface Cursor {
  network: number;
  at: bigint;
}

interface FamilyState extends FamilyPool {
  readonly cursors: Map<number | null, Cursor>;
  readonly isSparse: boolean;
}

type PoolState = Readonly<Record<AddressFamily, FamilyState>>;

/**
 * Makes an allocator over pools, in memory.
 *
 * A key of `previous` keeps its address as long as that lies in its pool and nobody wrote it by hand; whatever order
 * keys are asked for in, a new one never takes an address that another key has. An address whose key is not asked
 * for any more is not given to another in the same run. Of records that claim one address, the first key's stands.
 *
 * @param pools - names are unique; prefixes may be of any size, and pools that overlap still give no address twice
 * @param previous - `snapshot()` of an earlier run; a record that cannot be read is as good as none
 *
 * @example
 * ```ts
 * import { createAllocator, parsePrefix } from "@nix-nos/ipam";
 *
 * const prefixes = [parsePrefix("10.255.0.0/24")].filter((prefix) => prefix !== null);
 * const allocator = createAllocator([{ name: "loopbacks", prefixes }], {
 *   "node/b": { pool: "loopbacks", address: "10.255.0.7" },
 * });
 * allocator.allocate("loopbacks", "node/a", "ipv4"); // => { "ok": true, "address": "10.255.0.1", "prefixLength": 24 }
 * allocator.allocate("loopbacks", "node/b", "ipv4"); // => { "ok": true, "address": "10.255.0.7", "prefixLength": 24 }
 * ```
 */
export function createAllocator(
  pools: readonly PoolDefinition[],
  previous: Readonly<Record<string, AllocationRecord>> = {},
): Allocator {
  const byName = new Map(pools.map((pool) => [pool.name, stateOf(pool)]));
  const writers: Record<AddressFamily, Map<bigint, string>> = { ipv4: new Map(), ipv6: new Map() };
  /** Reserved after the first allocation. */
  const late = { ipv4: emptySpace(), ipv6: emptySpace() };
  /** What this run gave; beside `late`, all that changes. */
  const given = { ipv4: emptySpace(), ipv6: emptySpace() };
  const ledger = emptyLedger();
  let start: Start | null = null;

  /** Built at the first allocation, when every written address is known. */
  const started = (): Start => {
    start ??= begin(pools, byName, previous, writers);
    return start;
  };

  const kept = (pool: string, own: FamilyPool, key: string, family: AddressFamily, length: number | null) => {
    const record = previous[key];
    if (record?.pool !== pool || started().refused.has(key)) return null;
    const extent = parseExtent(record.address);
    if (extent?.family !== family || extent.length !== length) return null;
    if (isTaken(late[family], extent.start, extentEnd(extent))) return null;
    const network = networkOfExtent(own, extent);
    return network && { extent, network };
  };

  const next = (own: PoolState[AddressFamily], family: AddressFamily, length: number | null): Entry | null => {
    if (own.isSparse) return nextSparse(own, family, length);
    const size = extentSize(family, length);
    const cursor = own.cursors.get(length) ?? { network: 0, at: 0n };
    own.cursors.set(length, cursor);
    const { fixed } = started();
    for (; cursor.network < own.networks.length; cursor.network++, cursor.at = 0n) {
      const network = own.networks[cursor.network];
      if (network === undefined) break;
      const [low, end] = length === null ? [network.hostStart, network.hostEnd] : [network.start, network.end];
      const from = cursor.at > low ? cursor.at : low;
      const found = lowestFree(fixed[family], given[family], from, end, size);
      if (found === null) continue;
      take(given[family], found, found + size);
      cursor.at = found + size;
      return { extent: { family, start: found, length }, network };
    }
    return null;
  };

  /** RFC 3531 §3: the places of a network in the order of their reversed bits, so that each lies between two others. */
  const nextSparse = (own: PoolState[AddressFamily], family: AddressFamily, length: number | null): Entry | null => {
    const size = extentSize(family, length);
    const cursor = own.cursors.get(length) ?? { network: 0, at: 0n };
    own.cursors.set(length, cursor);
    const { fixed } = started();
    for (; cursor.network < own.networks.length; cursor.network++, cursor.at = 0n) {
      const network = own.networks[cursor.network];
      if (network === undefined) break;
      const [low, end] = length === null ? [network.hostStart, network.hostEnd] : [network.start, network.end];
      const bits = (length ?? addressBits(family)) - network.length;
      if (bits < 0) continue;
      for (const places = 1n << BigInt(bits); cursor.at < places; ) {
        const start = network.start + reversed(cursor.at, bits) * size;
        cursor.at++;
        const isInside = start >= low && start + size <= end;
        if (!isInside || isTaken(fixed[family], start, start + size) || isTaken(given[family], start, start + size))
          continue;
        take(given[family], start, start + size);
        return { extent: { family, start, length }, network };
      }
    }
    return null;
  };

  const give = (pool: string, key: string, family: AddressFamily, length: number | null): Entry | AllocationFailure => {
    const own = byName.get(pool)?.[family];
    if (own === undefined) return { ok: false, reason: "unknown-pool" };
    if (own.networks.length === 0) return { ok: false, reason: "no-family" };
    const has = entryOf(ledger, key);
    if (has?.network.pool === pool && has.extent.family === family && has.extent.length === length) return has;
    const entry = kept(pool, own, key, family, length) ?? next(own, family, length);
    if (entry === null) return { ok: false, reason: "exhausted" };
    enter(ledger, key, entry);
    return entry;
  };

  return {
    reserve(key, address) {
      const { family } = address;
      const at = toNumber(address);
      const holder = writers[family].get(at) ?? (start && holderAt(ledger, family, at));
      if (holder !== null && holder !== key) return { ok: false, holder };
      writers[family].set(at, key);
      if (start !== null) {
        take(late[family], at, at + 1n);
        take(given[family], at, at + 1n);
      }
      return { ok: true };
    },
    allocate(pool, key, family) {
      const entry = give(pool, key, family, null);
      if ("ok" in entry) return entry;
      return { ok: true, address: formatExtent(entry.extent), prefixLength: entry.network.length };
    },
    allocateBlock(pool, key, family, length) {
      if (!Number.isInteger(length) || length < 0 || length > addressBits(family))
        return { ok: false, reason: "bad-length" };
      const entry = give(pool, key, family, length);
      return "ok" in entry ? entry : { ok: true, prefix: { address: fromNumber(family, entry.extent.start), length } };
    },
    holder(address) {
      const at = toNumber(address);
      return writers[address.family].get(at) ?? holderAt(ledger, address.family, at);
    },
    snapshot: () => recordsOf(ledger),
    released() {
      const goesOn = (key: string, { pool, address }: AllocationRecord) => {
        const entry = entryOf(ledger, key);
        return entry?.network.pool === pool && formatExtent(entry.extent) === address;
      };
      const records = Object.entries(previous).filter(([key, record]) => !goesOn(key, record));
      return Object.fromEntries(records.sort(([a], [b]) => (a < b ? -1 : 1)));
    },
  };
}

/** The lowest `bits` bits of a number, the other way round. */
function reversed(value: bigint, bits: number): bigint {
  const text = value.toString(2).padStart(bits, "0");
  return bits === 0 ? 0n : BigInt(`0b${[...text].reverse().join("")}`);
}

/** What does not change any more once the first address is given. */
interface Start {
  readonly fixed: Readonly<Record<AddressFamily, TakenSpace>>;
  readonly refused: ReadonlySet<string>;
}

function stateOf(pool: PoolDefinition): PoolState {
  const family = (name: AddressFamily) => ({
    ...familyPool(pool, name),
    cursors: new Map(),
    isSparse: pool.strategy === "sparse",
  });
  return { ipv4: family("ipv4"), ipv6: family("ipv6") };
}

function begin(
  pools: readonly PoolDefinition[],
  byName: ReadonlyMap<string, PoolState>,
  previous: Readonly<Record<string, AllocationRecord>>,
  writers: Readonly<Record<AddressFamily, ReadonlyMap<bigint, string>>>,
): Start {
  const forbidden: Record<AddressFamily, Interval[]> = { ipv4: [], ipv6: [] };
  const forbid = (first: IpAddress, last: IpAddress) =>
    forbidden[first.family].push([toNumber(first), toNumber(last) + 1n]);
  for (const { exclude = [], gateways = [] } of pools) {
    for (const { first, last } of exclude) forbid(first, last);
    for (const gateway of gateways) forbid(gateway, gateway);
  }
  for (const at of writers.ipv4.keys()) forbidden.ipv4.push([at, at + 1n]);
  for (const at of writers.ipv6.keys()) forbidden.ipv6.push([at, at + 1n]);
  const spaces = { ipv4: spaceOf(forbidden.ipv4), ipv6: spaceOf(forbidden.ipv6) };
  const { intervals, refused } = readHistory(previous, (name, family) => byName.get(name)?.[family], spaces);
  const fixed = {
    ipv4: spaceOf([...forbidden.ipv4, ...intervals.ipv4]),
    ipv6: spaceOf([...forbidden.ipv6, ...intervals.ipv6]),
  };
  return { fixed, refused };
}
