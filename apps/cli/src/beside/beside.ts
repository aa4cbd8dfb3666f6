import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { CliCode } from "../codes.js";
import { Failure, systemReason, toolFailure } from "../failure.js";
import type { Io } from "../io.js";
import { type SourceTexts, standardInput } from "../load/read-source.js";
import { writeFileAtomic } from "../write/durable.js";
import { type BesideName, besideName } from "./name.js";

/** A file that nix-nos keeps beside a topology. */
export interface Beside {
  readonly file: string;
  /** As messages call it: relative to the folder that the command runs in, as the topology is. */
  readonly name: string;
  /** What the file says, or `null` where there is none. */
  readonly text: string | null;
  readonly owner: BesideName["owner"];
}

/** How a kind of file's name ends, what messages call it, and the code for one that is out of reach. */
export interface BesideKind {
  readonly ending: string;
  readonly what: string;
  readonly code: CliCode;
}

/**
 * The text of a file beside a topology, whatever it says; standard input has none.
 *
 * @param texts - is given the text, so that a code frame can show it
 */
export function readBeside(io: Io, topology: string, kind: BesideKind, texts: SourceTexts): Beside | null {
  if (topology === standardInput) return null;
  const { fileName, owner } = besideName(io, topology, kind.ending);
  const file = join(dirname(resolve(io.cwd, topology)), fileName);
  const name = join(dirname(topology), fileName);
  try {
    const text = readFileSync(file, "utf8");
    texts.set(name, text);
    return { file, name, text, owner };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { file, name, text: null, owner };
    throw toolFailure(kind.code, `The ${kind.what} ${name} cannot be read: ${systemReason(error)}.`);
  }
}

/**
 * Writes such a file in one step, if it changed. What another process has written since it was read is not undone: then
 * nothing is written.
 */
export function writeBeside({ file, name, text: before }: Beside, kind: BesideKind, text: string | null): void {
  if (text === null || text === before) return;
  try {
    const now = existsSync(file) ? readFileSync(file, "utf8") : null;
    if (now !== before) {
      const message = `The ${kind.what} ${name} was changed by another process while this one ran; nothing was written.`;
      throw toolFailure(kind.code, message, "Run the command again.");
    }
    writeFileAtomic(file, text);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw toolFailure(kind.code, `The ${kind.what} ${name} cannot be written: ${systemReason(error)}.`);
  }
}
