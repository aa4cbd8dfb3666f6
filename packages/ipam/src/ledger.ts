import type { AddressFamily } from "./address.js";
import { type AllocationRecord, type Extent, extentEnd, formatExtent, type PoolNetwork } from "./pool.js";

/** What was given to whom in one run. Columns instead of objects: a million keys cost half the memory. */
export interface Ledger {
  readonly rows: Map<string, number>;
  readonly starts: bigint[];
  readonly lengths: (number | null)[];
  readonly networks: PoolNetwork[];
  /** Built when somebody asks, `null` once it is out of date. */
  holders: Holders | null;
}

interface Holders {
  /** By row. */
  readonly keys: readonly string[];
  /** Rows by family, sorted by `start`. */
  readonly ipv4: readonly number[];
  readonly ipv6: readonly number[];
}

/** One line of the ledger: the extent, and the network that it came from. */
export interface Entry {
  readonly extent: Extent;
  readonly network: PoolNetwork;
}

export function emptyLedger(): Ledger {
  return { rows: new Map(), starts: [], lengths: [], networks: [], holders: null };
}

/** Writes down a key's extent, in place of the one that it had. */
export function enter(ledger: Ledger, key: string, { extent, network }: Entry): void {
  const row = ledger.rows.get(key) ?? ledger.rows.size;
  ledger.rows.set(key, row);
  ledger.starts[row] = extent.start;
  ledger.lengths[row] = extent.length;
  ledger.networks[row] = network;
  ledger.holders = null;
}

export function entryOf(ledger: Ledger, key: string): Entry | null {
  const row = ledger.rows.get(key);
  return row === undefined ? null : entryAt(ledger, row);
}

function entryAt(ledger: Ledger, row: number): Entry | null {
  const [start, length, network] = [ledger.starts[row], ledger.lengths[row], ledger.networks[row]];
  if (start === undefined || length === undefined || network === undefined) return null;
  return { extent: { family: network.family, start, length }, network };
}

/** The key whose extent covers an address, or `null`. Extents are disjoint, so the nearest below decides. */
export function holderAt(ledger: Ledger, family: AddressFamily, at: bigint): string | null {
  ledger.holders ??= {
    keys: [...ledger.rows.keys()],
    ipv4: sortedRows(ledger, "ipv4"),
    ipv6: sortedRows(ledger, "ipv6"),
  };
  const sorted = ledger.holders[family];
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ledger.starts[sorted[middle] ?? 0] ?? 0n) <= at) low = middle + 1;
    else high = middle;
  }
  const row = sorted[low - 1];
  const entry = row === undefined ? null : entryAt(ledger, row);
  if (row === undefined || entry === null || extentEnd(entry.extent) <= at) return null;
  return ledger.holders.keys[row] ?? null;
}

function sortedRows(ledger: Ledger, family: AddressFamily): readonly number[] {
  const start = (row: number) => ledger.starts[row] ?? 0n;
  return [...ledger.rows.values()]
    .filter((row) => ledger.networks[row]?.family === family)
    .sort((a, b) => (start(a) < start(b) ? -1 : start(a) > start(b) ? 1 : 0));
}

/** Every key's record, sorted by key. */
export function recordsOf(ledger: Ledger): Readonly<Record<string, AllocationRecord>> {
  return Object.fromEntries(
    [...ledger.rows.keys()].sort().flatMap((key) => {
      const entry = entryOf(ledger, key);
      return entry ? [[key, { pool: entry.network.pool, address: formatExtent(entry.extent) }]] : [];
    }),
  );
}
