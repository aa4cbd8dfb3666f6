import { basename } from "node:path";
import { type AllocationState, findConflicts, type LockFault, parseLockFile, printLockFile } from "@nix-nos/ipam";
import type { Diagnostic, Remembered } from "@nix-nos/topology";
import { Failure, problem } from "../failure.js";
import { exitCodes, type Io } from "../io.js";
import type { SourceTexts } from "../load/read-source.js";
import { type Beside, readBeside, writeBeside } from "./beside.js";
import { ownerKey } from "./name.js";

const lockKind = { ending: "lock.json", what: "lock file", code: "NN9009" } as const;

/** The record of allocated addresses beside a topology. */
export interface Lock extends Beside {
  readonly state: AllocationState;
}

/**
 * Reads the lock file beside a topology; standard input has none.
 *
 * @param texts - is given the text, so that a code frame can show it
 * @throws Failure NN9009, NN9018 and NN9019
 */
export function readLock(io: Io, topology: string, texts: SourceTexts): Lock | null {
  const lock = readLockText(io, topology, texts);
  if (lock === null) return null;
  if (lock.text === null) return { ...lock, state: { allocations: {}, released: {} } };
  const parsed = parseLockFile(lock.text);
  if (!parsed.ok) throw lockFailure(lock, parsed.faults);
  const conflicts = conflictsOf(lock, lock.text, parsed.state);
  if (conflicts.length > 0) throw new Failure(conflicts, exitCodes.refused);
  const { [ownerKey]: _owner, ...choices } = parsed.state.choices ?? {};
  return { ...lock, state: { ...parsed.state, choices } };
}

/** The text of the lock file beside a topology, whatever it says. */
export function readLockText(io: Io, topology: string, texts: SourceTexts): Beside | null {
  return readBeside(io, topology, lockKind, texts);
}

/** The text of a lock file, sorted, or `null` where none is needed: nothing is to be kept, and none was there. */
export function printLock(
  { text, owner }: Beside,
  { allocations = {}, released = {}, choices = {} }: Remembered,
): string | null {
  const isEmpty = [allocations, released, choices].every((records) => Object.keys(records).length === 0);
  if (isEmpty && text === null) return null;
  const bare = printLockFile({ allocations, released, choices });
  // A record that says nothing of its owner is told with its next change: by itself this is none.
  if (owner === null || bare === text) return bare;
  return printLockFile({ allocations, released, choices: { ...choices, [ownerKey]: owner } });
}

/** @throws Failure NN9003 when the lock file would get another text. */
export function refuseChange(lock: Beside, text: string | null): void {
  if (text === lock.text) return;
  const message = `${lock.name} would change, and --frozen-lockfile forbids it.`;
  const hint = "Render without the flag, look at what changed in the lock file, and commit it.";
  throw new Failure([problem("NN9003", message, { hint })], exitCodes.refused);
}

/** Writes a lock file, if it changed. */
export function writeLock(lock: Beside, text: string | null): void {
  writeBeside(lock, lockKind, text);
}

/** What is wrong with a lock file: a merge to settle, or a file that is damaged. */
export function lockFailure(lock: Beside, faults: readonly LockFault[]): Failure {
  const isMerge = faults.every(({ kind }) => kind === "merge-markers" || kind === "duplicate-key");
  return new Failure(
    faults.map((fault) => faultOf(lock, fault)),
    isMerge ? exitCodes.refused : exitCodes.failed,
  );
}

function faultOf({ name }: Beside, { kind, line, column, message }: LockFault): Diagnostic {
  const place = { file: name, line, column };
  if (kind === "merge-markers") {
    const hint = "`nix-nos ipam repair TOPOLOGY` keeps both sides' addresses, and says which key has to move.";
    return problem("NN9018", message, { ...place, hint });
  }
  if (kind === "duplicate-key") {
    const hint = "`nix-nos ipam repair TOPOLOGY` keeps one of the two, and the other rests.";
    return problem("NN9019", `${message} Most often two branches each gave it an address and were merged.`, {
      ...place,
      hint,
    });
  }
  if (kind === "wrong-version") {
    const hint = "Use the version of nix-nos that wrote it, or take the file back from version control.";
    return problem("NN9009", message, { ...place, hint });
  }
  const hint = "Take the file back from version control. Deleting it gives every automatic address anew.";
  return problem("NN9009", `${basename(name)} is no lock file that nix-nos wrote: ${message}`, { ...place, hint });
}

/** Two branches may each give one address to a key of their own, and be merged without a conflict of text. */
function conflictsOf({ name }: Beside, text: string, { allocations }: AllocationState): readonly Diagnostic[] {
  const conflicts = findConflicts(allocations);
  if (conflicts.length === 0) return [];
  const lines = new Map(text.split("\n").map((line, index) => [/^\s*("(?:[^"\\]|\\.)*"):/.exec(line)?.[1], index + 1]));
  const placeOf = (key: string) => ({ file: name, line: lines.get(JSON.stringify(key)) ?? 1, column: 5 });
  return conflicts.map(({ keeps, moves, address }) => {
    const message = `${address} is recorded for two keys, ${JSON.stringify(keeps)} and ${JSON.stringify(moves)}: most often two branches each gave it out and were merged.`;
    const hint = "`nix-nos ipam repair TOPOLOGY` lets the first keep it, and the other gets a new one.";
    const related = [{ message: "recorded here too", path: [], ...placeOf(keeps) }];
    return problem("NN9019", message, { ...placeOf(moves), hint, related });
  });
}
