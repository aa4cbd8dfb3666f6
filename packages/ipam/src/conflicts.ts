import type { AllocationRecord } from "./pool.js";
import { type Extent, extentEnd, parseExtent } from "./pool.js";

/** Two keys whose records claim one address, as when two branches gave it and were merged. */
export interface RecordConflict {
  /** The key that keeps its address: the first by name. */
  readonly keeps: string;
  /** The key that has to move. */
  readonly moves: string;
  /** What the second key's record says: an address, or a block that overlaps the other's. */
  readonly address: string;
}

/**
 * Finds records that claim one address, in O(n log n). Of several, the first key by name keeps it, whatever order they
 * stand in.
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
  const claims = Object.entries(records)
    .flatMap(([key, { address }]) => {
      const extent = parseExtent(address);
      return extent ? [{ key, address, extent }] : [];
    })
    .sort((a, b) => byStart(a.extent, b.extent) || (a.key < b.key ? -1 : 1));
  const conflicts: RecordConflict[] = [];
  let kept = claims[0];
  for (const claim of claims.slice(1)) {
    if (kept === undefined || !overlap(kept.extent, claim.extent)) {
      kept = claim;
      continue;
    }
    const [keeps, moves] = kept.key < claim.key ? [kept, claim] : [claim, kept];
    conflicts.push({ keeps: keeps.key, moves: moves.key, address: moves.address });
    kept = keeps;
  }
  return conflicts.sort((a, b) => (a.moves < b.moves ? -1 : 1));
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
  let allocations = records;
  const settled: RecordConflict[] = [];
  // A block may overlap several that do not overlap each other: taking some out can uncover no new conflict, but those
  // that met only the one that moved are looked at again.
  for (let found = findConflicts(allocations); found.length > 0; found = findConflicts(allocations)) {
    settled.push(...found);
    const moved = new Set(found.map(({ moves }) => moves));
    allocations = Object.fromEntries(Object.entries(allocations).filter(([key]) => !moved.has(key)));
  }
  return { allocations, settled };
}

function byStart(a: Extent, b: Extent): number {
  if (a.family !== b.family) return a.family === "ipv4" ? -1 : 1;
  if (a.start !== b.start) return a.start < b.start ? -1 : 1;
  return 0;
}

function overlap(a: Extent, b: Extent): boolean {
  return a.family === b.family && b.start < extentEnd(a) && a.start < extentEnd(b);
}
