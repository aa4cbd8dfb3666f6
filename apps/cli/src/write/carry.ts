import { chmodSync, chownSync, lstatSync, readdirSync, type Stats, utimesSync } from "node:fs";
import { join } from "node:path";
import { toolFailure } from "../failure.js";
import { manifestName } from "./manifest.js";
import { foldersOf } from "./paths.js";
import { addFolder, keepFile, type Stage } from "./stage.js";

/** What the two manifests say, as look-ups. */
export interface Generated {
  /** Files of the old manifest. */
  readonly old: ReadonlySet<string>;
  /** Files of the new one, written or kept. */
  readonly new: ReadonlySet<string>;
}

/**
 * Brings everything that stays from the output into the stage: generated files that did not change, and all that no
 * manifest lists, with its inode; folders with their mode, owner and, if nothing generated is in them, times.
 *
 * @throws Failure NN9005 when a file that no manifest lists is in the way.
 */
export function carryOver(out: string, stage: Stage, generated: Generated): void {
  const oldFolders = foldersOf(generated.old);
  const newFolders = foldersOf(generated.new);

  function walk(folder: string): void {
    const here = join(out, folder);
    const stats = lstatSync(here);
    for (const entry of readdirSync(here, { withFileTypes: true })) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (generated.new.has(path)) refuseUnlisted(path);
        else walk(path);
      } else carryFile(path);
    }
    const isOwn = !oldFolders.has(folder) && !newFolders.has(folder);
    if (isOwn) addFolder(stage, folder);
    if (stage.folders.has(folder)) copyLooks(stats, join(stage.root, folder), isOwn);
  }

  function carryFile(path: string): void {
    if (path === manifestName || stage.written.has(path)) return;
    if (!generated.new.has(path)) {
      if (generated.old.has(path)) return;
      if (newFolders.has(path)) throw inTheWay(join(out, path));
    }
    keepFile(stage, path, join(out, path));
  }

  /** A folder stands where a file goes: it may go if all in it was generated. */
  function refuseUnlisted(folder: string): void {
    if (!oldFolders.has(folder)) throw inTheWay(join(out, folder));
    for (const entry of readdirSync(join(out, folder), { withFileTypes: true })) {
      const path = `${folder}/${entry.name}`;
      if (entry.isDirectory()) refuseUnlisted(path);
      else if (!generated.old.has(path)) throw inTheWay(join(out, path));
    }
  }

  walk("");
}

export function inTheWay(path: string): Error {
  return toolFailure(
    "NN9005",
    `${path} exists and was not written by nix-nos.`,
    "Move it away, or choose another output folder with --out.",
  );
}

function copyLooks(stats: Stats, to: string, withTimes: boolean): void {
  // Most folders are as the system makes them: a look costs less than changes that change nothing.
  const made = lstatSync(to);
  const isForeign = made.uid !== stats.uid || made.gid !== stats.gid;
  if (isForeign && process.getuid?.() === 0) chownSync(to, stats.uid, stats.gid);
  if (made.mode !== stats.mode) chmodSync(to, stats.mode & 0o7777);
  if (withTimes) utimesSync(to, stats.atime, stats.mtime);
}
