import type { AddressFamily } from "./address.js";
import { type Claim, settle } from "./claims.js";
import { type AllocationRecord, extentEnd, parseExtent } from "./pool.js";

/** Two keys whose records claim one address, as when two branches gave it and were merged. */
export interface RecordConflict {
  /** The key that keeps its address: of the lower first address, then the first by name. */
  readonly keeps: string;
  /** The key that has to move. */
  readonly moves: string;
  /** What the second key's record says: an address, or a block that overlaps the other's. */
  readonly address: string;
}

interface RecordClaim extends Claim {
  readonly address: string;
}

/**
 * Finds records that claim one address, in O(n log n), and says for each which key has to move: as the allocator would
 * decide it, whatever order they stand in.
 *
 * @returns one conflict for each key that has to move, sorted by that key
 *
 * @example
 * ```ts
 * import { findConflicts } from "@nix-nos/ipam";
 *
 * const conflicts = findConflicts({
 *   "node/b": { pool: "p", address: "10.0.0.1" },
 *   "node/a": { pool: "p", address: "10.0.0.0/31" },
 * });
 * conflicts; // => [{ "keeps": "node/a", "moves": "node/b", "address": "10.0.0.1" }]
 * ```
 */
export function findConflicts(records: Readonly<Record<string, AllocationRecord>>): readonly RecordConflict[] {
  const claims: Record<AddressFamily, RecordClaim[]> = { ipv4: [], ipv6: [] };
  for (const [key, { address }] of Object.entries(records)) {
    const extent = parseExtent(address);
    if (extent) claims[extent.family].push({ key, address, start: extent.start, end: extentEnd(extent), stands: true });
  }
  return [...settle(claims.ipv4), ...settle(claims.ipv6)]
    .map(([{ key, address }, keeper]) => ({ keeps: keeper.key, moves: key, address }))
    .sort((a, b) => (a.moves < b.moves ? -1 : 1));
}

/**
 * Records without those that have to move: the next allocation gives their keys new addresses.
 *
 * @returns the records that stand, and the conflicts that were settled
 *
 * @example
 * ```ts
 * import { repairRecords } from "@nix-nos/ipam";
 *
 * const { allocations } = repairRecords({
 *   "node/a": { pool: "p", address: "10.0.0.1" },
 *   "node/b": { pool: "p", address: "10.0.0.1" },
 * });
 * allocations; // => { "node/a": { "pool": "p", "address": "10.0.0.1" } }
 * ```
 */
export function repairRecords(records: Readonly<Record<string, AllocationRecord>>): {
  readonly allocations: Readonly<Record<string, AllocationRecord>>;
  readonly settled: readonly RecordConflict[];
} {
  const settled = findConflicts(records);
  const moved = new Set(settled.map(({ moves }) => moves));
  return { allocations: Object.fromEntries(Object.entries(records).filter(([key]) => !moved.has(key))), settled };
}
