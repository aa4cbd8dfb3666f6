import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Allocations } from "@nix-nos/topology";
import { z } from "zod";
import { Failure, problem, systemReason, toolFailure } from "./failure.js";
import { exitCodes, type Io } from "./io.js";
import { standardInput } from "./load/read-source.js";
import { writeFileAtomic } from "./write/durable.js";
import { writeFailure } from "./write/target.js";

const lockName = "topology.lock.json";

const format = z.strictObject({
  version: z.literal(1),
  allocations: z.record(z.string(), z.strictObject({ pool: z.string(), address: z.string() })),
});

/** The record of allocated addresses beside a topology. */
export interface Lock {
  readonly file: string;
  /** What the file says, or `null` where there is none. */
  readonly text: string | null;
  readonly allocations: Allocations;
}

/**
 * Reads the lock file beside a topology; standard input has none.
 *
 * @throws Failure NN9009
 */
export function readLock(io: Io, topology: string): Lock | null {
  if (topology === standardInput) return null;
  const file = join(dirname(resolve(io.cwd, topology)), lockName);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { file, text: null, allocations: {} };
    throw toolFailure("NN9009", `The lock file ${file} cannot be read: ${systemReason(error)}.`);
  }
  return { file, text, allocations: parseLock(file, text) };
}

/** The text of a lock file, sorted, or `null` where none is needed: nothing is allocated, and none was there. */
export function printLock(lock: Lock, allocations: Allocations): string | null {
  const entries = Object.entries(allocations);
  if (entries.length === 0 && lock.text === null) return null;
  const lines = entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { pool, address }]) => `    ${JSON.stringify(key)}: ${JSON.stringify({ pool, address })}`);
  const list = lines.length === 0 ? "{}" : `{\n${lines.join(",\n")}\n  }`;
  return `{\n  "version": 1,\n  "allocations": ${list}\n}\n`;
}

/** @throws Failure NN9003 when the lock file would get another text. */
export function refuseChange(lock: Lock, text: string | null): void {
  if (text === lock.text) return;
  const message = `${lock.file} would change, and --frozen-lockfile forbids it.`;
  const hint = "Render without the flag, look at what changed in the lock file, and commit it.";
  throw new Failure([problem("NN9003", message, { hint })], exitCodes.refused);
}

/** Writes a lock file, if it changed. */
export function writeLock(lock: Lock, text: string | null): void {
  if (text === null || text === lock.text) return;
  try {
    writeFileAtomic(lock.file, text);
  } catch (error) {
    throw writeFailure(error, lock.file);
  }
}

function parseLock(file: string, text: string): Allocations {
  try {
    return format.parse(JSON.parse(text)).allocations;
  } catch {
    throw toolFailure(
      "NN9009",
      `${file} is no lock file that this version of nix-nos wrote.`,
      "Take it back from version control. Deleting it gives every automatic address anew.",
    );
  }
}
