import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import type { Io } from "./io.js";
import { sourceEndings } from "./load/read-source.js";

/** The record of a folder's only topology, or of the first of several. */
const sharedLock = "topology.lock.json";

/** What a record's `choices` call the topology that it belongs to. */
export const ownerChoice = "topology";

/** A topology's name without its ending: `topology.yaml` and what it is converted to, `topology.nix`, are one. */
export function stemOf(topology: string): string {
  return basename(topology, extname(topology));
}

/**
 * The name of a topology's record. Where `topology.lock.json` is another topology's that still stands in the folder, it
 * is called after its own file, as `osaka.lock.json`: one record for both would forget the addresses of the one whenever
 * the other is rendered.
 */
export function lockName(io: Io, topology: string): string {
  const folder = dirname(resolve(io.cwd, topology));
  const stem = stemOf(topology);
  const own = `${stem}.lock.json`;
  if (existsSync(join(folder, own))) return own;
  const owner = ownerOf(join(folder, sharedLock));
  const isElsewhere = owner !== null && owner !== stem && hasTopology(folder, owner);
  return isElsewhere ? own : sharedLock;
}

/** Read from the text, which may be in the middle of a merge; `null` where there is no record. */
function ownerOf(file: string): string | null {
  try {
    const text = readFileSync(file, "utf8");
    const [, owner] = new RegExp(`^\\s*"${ownerChoice}": "((?:[^"\\\\]|\\\\.)*)",?$`, "m").exec(text) ?? [];
    return owner === undefined ? "topology" : (JSON.parse(`"${owner}"`) as string);
  } catch {
    // Whoever reads it next says what is wrong with it.
    return null;
  }
}

function hasTopology(folder: string, stem: string): boolean {
  return sourceEndings.some((ending) => existsSync(join(folder, `${stem}${ending}`)));
}
