import { chmodSync, copyFileSync, linkSync, lstatSync, mkdirSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemReason, toolFailure } from "../failure.js";
import { parentPath } from "./paths.js";
import { removeTree } from "./remove.js";

/** A new tree while it is being filled. Paths are relative to its root, with `/`. */
export interface Stage {
  readonly root: string;
  /** Files that were written anew, as opposed to linked. */
  readonly written: Set<string>;
  /** Folders that exist in the stage; `""` is its root. */
  readonly folders: Set<string>;
}

export function openStage(root: string): Stage {
  removeTree(root);
  mkdirSync(root);
  return { root, written: new Set(), folders: new Set([""]) };
}

export function addFolder(stage: Stage, path: string): void {
  if (stage.folders.has(path)) return;
  addFolder(stage, parentPath(path));
  mkdirSync(join(stage.root, path));
  stage.folders.add(path);
}

export function addFile(stage: Stage, path: string, bytes: Uint8Array, secret: boolean): void {
  addFolder(stage, parentPath(path));
  // `wx`: two names that one file system holds for the same, as on macOS, must not overwrite each other.
  writeFileSync(join(stage.root, path), bytes, { flag: "wx", mode: secret ? 0o600 : 0o666 });
  stage.written.add(path);
}

/** Keeps a file as it is, the same inode, in the new tree. */
export function keepFile(stage: Stage, path: string, from: string): void {
  addFolder(stage, parentPath(path));
  const to = join(stage.root, path);
  try {
    linkSync(from, to);
  } catch (error) {
    if (!copyInstead(from, to)) {
      throw toolFailure(
        "NN9002",
        `${from} cannot be kept in place: ${systemReason(error)}.`,
        "Move it out of the output folder; nothing was written.",
      );
    }
  }
}

/** For file systems without hard links, and files of other users: a copy of a plain file, with its mode and times. */
function copyInstead(from: string, to: string): boolean {
  const stats = lstatSync(from);
  if (!stats.isFile() || (process.getuid?.() ?? stats.uid) !== stats.uid) return false;
  copyFileSync(from, to);
  chmodSync(to, stats.mode);
  utimesSync(to, stats.atime, stats.mtime);
  return true;
}
