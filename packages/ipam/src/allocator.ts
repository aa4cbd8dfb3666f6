import type { AddressFamily, IpAddress } from "./address.js";
import { emptySpace, isTaken, take } from "./free-space.js";
import { type Entry, emptyLedger, enter, entryOf, holderAt, recordsOf } from "./ledger.js";
import { type FamilySearch, familySearch, nextFree } from "./next-free.js";
import { fromNumber, toNumber } from "./number.js";
import {
  type AllocationRecord,
  extentEnd,
  extentSize,
  formatExtent,
  networkOfExtent,
  type PoolDefinition,
  parseExtent,
} from "./pool.js";
import { addressBits, type Prefix } from "./prefix.js";
import type { Recollection } from "./quarantine.js";
import { begin, type Start } from "./start.js";

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
  /** Marks an address that somebody wrote by hand; it is never given out. Before any `allocate` or `next`. */
  reserve(key: string, address: IpAddress): Reservation;
  /** The key's address: the one it has, or the next free one of the family. */
  allocate(pool: string, key: string, family: AddressFamily): AddressResult;
  /** The key's block of 2^(bits - length) addresses: the one it has, or the next free one. */
  allocateBlock(pool: string, key: string, family: AddressFamily, length: number): BlockResult;
  /** What a new key would be given, an address or with `length` a block, as text; `null` when nothing. Gives nothing. */
  next(pool: string, family: AddressFamily, length?: number): string | null;
  /** Who has an address, reserved or given in this run, be it alone or in a block; `null` when nobody has. */
  holder(address: IpAddress): string | null;
  /** What to remember for the next run, by way of `conclude`: every key that was asked for, sorted by key. */
  snapshot(): Readonly<Record<string, AllocationRecord>>;
}

/**
 * Makes an allocator over pools, in memory.
 *
 * A key keeps the address that it has in `previous` as long as that lies in its pool and nobody wrote it by hand;
 * whatever order keys are asked for in, a new one never takes an address that another key has. An address whose key is
 * not asked for any more is not given to another in the same run. Of records that claim one address, one stands: see
 * `findConflicts`.
 *
 * @param pools - names are unique; prefixes may be of any size, and pools that overlap still give no address twice
 * @param previous - what `recall` makes of the state that an earlier run left
 *
 * @example
 * ```ts
 * import { createAllocator, parsePrefix } from "@nix-nos/ipam";
 *
 * const prefixes = [parsePrefix("10.255.0.0/24")].filter((prefix) => prefix !== null);
 * const allocator = createAllocator([{ name: "loopbacks", prefixes }], {
 *   allocations: { "node/b": { pool: "loopbacks", address: "10.255.0.7" } },
 * });
 * allocator.allocate("loopbacks", "node/a", "ipv4"); // => { "ok": true, "address": "10.255.0.1", "prefixLength": 24 }
 * allocator.allocate("loopbacks", "node/b", "ipv4"); // => { "ok": true, "address": "10.255.0.7", "prefixLength": 24 }
 * allocator.next("loopbacks", "ipv4"); // => "10.255.0.2"
 * ```
 */
export function createAllocator(pools: readonly PoolDefinition[], previous: Recollection = {}): Allocator {
  const byName = new Map(pools.map((pool) => [pool.name, searchesOf(pool)]));
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

  /** A recorded extent, if the key may have it in this pool still. */
  const again = (record: AllocationRecord | undefined, own: FamilySearch, pool: string, length: number | null) => {
    if (record?.pool !== pool) return null;
    const extent = parseExtent(record.address);
    if (extent?.family !== own.family || extent.length !== length) return null;
    if (isTaken(late[own.family], extent.start, extentEnd(extent))) return null;
    const network = networkOfExtent(own, extent);
    return network && { extent, network };
  };

  const former = (pool: string, own: FamilySearch, key: string, length: number | null): Entry | null => {
    const { allocations = {}, resting = {}, rested = {} } = previous;
    const { refused, refusedResting, fixed } = started();
    const has = refused.has(key) ? null : again(allocations[key], own, pool, length);
    const had = has ?? (refusedResting.has(key) ? null : again(resting[key], own, pool, length));
    if (had !== null) return had;
    const entry = again(rested[key], own, pool, length);
    if (entry === null) return null;
    const { start: first, family } = entry.extent;
    const end = extentEnd(entry.extent);
    if (isTaken(fixed[family], first, end) || isTaken(given[family], first, end)) return null;
    take(given[family], first, end);
    return entry;
  };

  const fresh = (own: FamilySearch, length: number | null): Entry | null => {
    const { family } = own;
    const found = nextFree(own, length, started().fixed[family], given[family]);
    if (found === null) return null;
    take(given[family], found.start, found.start + extentSize(family, length));
    return { extent: { family, start: found.start, length }, network: found.network };
  };

  const give = (pool: string, key: string, family: AddressFamily, length: number | null): Entry | AllocationFailure => {
    const own = byName.get(pool)?.[family];
    if (own === undefined) return { ok: false, reason: "unknown-pool" };
    if (own.networks.length === 0) return { ok: false, reason: "no-family" };
    const has = entryOf(ledger, key);
    if (has?.network.pool === pool && has.extent.family === family && has.extent.length === length) return has;
    const entry = former(pool, own, key, length) ?? fresh(own, length);
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
      if (!isLength(family, length)) return { ok: false, reason: "bad-length" };
      const entry = give(pool, key, family, length);
      return "ok" in entry ? entry : { ok: true, prefix: { address: fromNumber(family, entry.extent.start), length } };
    },
    next(pool, family, length) {
      const own = byName.get(pool)?.[family];
      if (own === undefined || (length !== undefined && !isLength(family, length))) return null;
      const found = nextFree(own, length ?? null, started().fixed[family], given[family]);
      return found && formatExtent({ family, start: found.start, length: length ?? null });
    },
    holder(address) {
      const at = toNumber(address);
      return writers[address.family].get(at) ?? holderAt(ledger, address.family, at);
    },
    snapshot: () => recordsOf(ledger),
  };
}

function searchesOf(pool: PoolDefinition): Readonly<Record<AddressFamily, FamilySearch>> {
  return { ipv4: familySearch(pool, "ipv4"), ipv6: familySearch(pool, "ipv6") };
}

function isLength(family: AddressFamily, length: number): boolean {
  return Number.isInteger(length) && length >= 0 && length <= addressBits(family);
}
