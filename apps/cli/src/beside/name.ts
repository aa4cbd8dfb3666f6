import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, extname, join, resolve } from "node:path";
import type { Io } from "../io.js";
import { sourceEndings } from "../load/read-source.js";

/** What a record calls the topology that it belongs to, on a line of its own. */
export const ownerKey = "topology";

/** What a file that is kept beside a topology is called. */
export interface BesideName {
  readonly fileName: string;
  /** Which topology it is to say that it belongs to; `null` where its name says it. */
  readonly owner: string | null;
}

/**
 * The name of a topology's record: `topology.lock.json` for a folder's only topology, or the first of several. Where that
 * one is another topology's that still stands in the folder, it is called after its own file, as `osaka.lock.json`: one
 * record for both would forget what the one has whenever the other is rendered.
 *
 * @param ending - which record: `lock.json`
 */
export function besideName(io: Io, topology: string, ending: string): BesideName {
  const folder = dirname(resolve(io.cwd, topology));
  const [shared, stem] = [`topology.${ending}`, stemOf(topology)];
  const own = { fileName: `${stem}.${ending}`, owner: null };
  if (own.fileName === shared || existsSync(join(folder, own.fileName))) return own;
  const owner = ownerOf(join(folder, shared));
  const isElsewhere = owner !== null && owner !== stem && hasTopology(folder, owner);
  return isElsewhere ? own : { fileName: shared, owner: stem };
}

/** A topology's name without its ending: `topology.yaml` and what it is converted to, `topology.nix`, are one. */
function stemOf(topology: string): string {
  return basename(topology, extname(topology));
}

/** Read from the text, which may be in the middle of a merge; `null` where there is no record. */
function ownerOf(file: string): string | null {
  try {
    const text = readFileSync(file, "utf8");
    const [, owner] = new RegExp(`^\\s*"${ownerKey}": "((?:[^"\\\\]|\\\\.)*)",?$`, "m").exec(text) ?? [];
    return owner === undefined ? "topology" : (JSON.parse(`"${owner}"`) as string);
  } catch {
    // Whoever reads it next says what is wrong with it.
    return null;
  }
}

function hasTopology(folder: string, stem: string): boolean {
  return sourceEndings.some((ending) => existsSync(join(folder, `${stem}${ending}`)));
}
