import { repairRecords } from "../conflicts.js";
import type { AllocationRecord, AllocationState, ReleasedRecord } from "../pool.js";
import { holdingsOf } from "./change.js";
import { type LockFault, type LockText, printLockFile, readLockText, withChoices } from "./lock-file.js";
import { type Side, splitSides } from "./merge-markers.js";

/** What was decided about one key while a lock file was settled. */
export type LockDecision =
  /** Both sides give the key an address, not the same: the first side's stays. */
  | { readonly kind: "kept-first"; readonly key: string; readonly address: string; readonly other: string }
  /** Two keys have one address, or a block and an address in it: `key` gets a new one with the next render. */
  | { readonly kind: "moved"; readonly key: string; readonly address: string; readonly keeper: string };

/** A settled lock file, or why nobody can say what it means. */
export type RepairResult =
  | {
      readonly ok: true;
      readonly state: AllocationState;
      /** The whole file, as it should be written. */
      readonly text: string;
      readonly decisions: readonly LockDecision[];
    }
  | { readonly ok: false; readonly faults: readonly LockFault[] };

/**
 * Settles a lock file that a merge of two branches left with conflict markers, or with one address under two keys:
 * every key of both sides keeps its address where that is possible.
 *
 * A key with two addresses keeps that of the first side; the other one rests, as if it had been released. Of two keys
 * with one address, the one that sorts first keeps it. A key that one side has and the other released has it.
 *
 * @param now - when what is given up begins to rest: ISO 8601 in UTC, `2026-11-23T16:50:00Z`
 *
 * @example
 * ```ts
 * import { repairLockFile } from "@nix-nos/ipam";
 *
 * const line = (key: string) => `    "${key}": {"pool":"p","address":"10.0.0.1"}`;
 * const sides = `<<<<<<< ours\n${line("node/a")}\n=======\n${line("node/b")}\n>>>>>>> theirs`;
 * const merged = `{\n  "version": 1,\n  "allocations": {\n${sides}\n  }\n}\n`;
 * const result = repairLockFile(merged, "2026-11-23T16:50:00Z");
 * result.ok && result.state.allocations; // => { "node/a": { "pool": "p", "address": "10.0.0.1" } }
 * result.ok && result.decisions[0]?.key; // => "node/b"
 * ```
 */
export function repairLockFile(text: string, now: string): RepairResult {
  const sides = splitSides(text);
  if (typeof sides === "number") {
    const message = "This merge marker has no counterpart: the file was edited after the merge.";
    return { ok: false, faults: [{ kind: "merge-markers", line: sides, column: 1, message }] };
  }
  const read = (sides.isOne ? [sides.ours] : [sides.ours, sides.theirs]).map(readSide);
  const faults = read.flatMap((side) => side.faults);
  // Lines outside the conflicts are on both sides, and so are their faults.
  if (faults.length > 0) return { ok: false, faults: unique(faults) };
  return settle(
    read.flatMap((side) => side.allocations),
    read.flatMap((side) => side.released),
    // Of one key's two choices, the first side's stands.
    new Map(read.toReversed().flatMap((side) => side.choices)),
    now,
  );
}

function settle(
  given: LockText["allocations"],
  released: LockText["released"],
  choices: ReadonlyMap<string, string>,
  now: string,
): RepairResult {
  const decisions: LockDecision[] = [];
  const allocations = new Map<string, AllocationRecord>();
  const resting = new Map<string, ReleasedRecord>();
  for (const [key, record] of released) {
    const other = resting.get(key);
    if (!other || other.releasedAt < record.releasedAt) resting.set(key, record);
  }
  for (const [key, record] of given) {
    const first = allocations.get(key);
    if (first === undefined) allocations.set(key, record);
    else if (first.pool !== record.pool || first.address !== record.address) {
      decisions.push({ kind: "kept-first", key, address: first.address, other: record.address });
      resting.set(key, { ...record, releasedAt: now });
    }
  }
  const { allocations: standing, settled } = repairRecords(Object.fromEntries(allocations));
  for (const { keeps, moves, address } of settled)
    decisions.push({ kind: "moved", key: moves, address, keeper: keeps });
  // Of resting records that overlap, the last released one stands.
  const latest = [...resting].sort(([a, x], [b, y]) => compare(y.releasedAt, x.releasedAt) || compare(a, b));
  const holdings = holdingsOf([], { allocations: standing, released: Object.fromEntries(latest) });
  const state = withChoices(holdings.state(), choices);
  decisions.sort((a, b) => compare(a.key, b.key));
  return { ok: true, state, text: printLockFile(state), decisions };
}

/** Reads one side, its faults at the lines of the whole text. */
function readSide({ lines, numbers }: Side): LockText {
  const asWritten = readLockText(lines.join("\n"));
  const text = asWritten.faults.some(({ kind }) => kind === "not-json")
    ? readLockText(mendCommas(lines).join("\n"))
    : asWritten;
  const faults = text.faults
    .filter(({ kind }) => kind !== "duplicate-key")
    .map((fault) => ({ ...fault, line: numbers[fault.line - 1] ?? fault.line }));
  return { ...text, faults };
}

/** Git merges by lines, and the last line of a section has no comma: each gets one where a member follows. */
function mendCommas(lines: readonly string[]): readonly string[] {
  const mended: string[] = [];
  let next = "";
  for (const line of lines.toReversed()) {
    const text = line.trimEnd().replace(/,$/, "");
    mended.push(next.startsWith('"') && !/[{[]$/.test(text) ? `${text},` : text);
    if (text !== "") next = text.trimStart();
  }
  return mended.reverse();
}

function unique(faults: readonly LockFault[]): readonly LockFault[] {
  const byPlace = new Map(faults.map((fault) => [`${fault.line}:${fault.column}:${fault.message}`, fault]));
  return [...byPlace.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
