import { chmodSync, lstatSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, unlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { manifestName, readManifest } from "./manifest.js";

/** Removes a tree that is known to hold nothing of its own: a stage, whose kept files have another name elsewhere. */
export function removeTree(root: string): void {
  rmSync(root, { recursive: true, force: true });
}

/**
 * Takes an old tree apart after a new one has its place: removes what was generated and what the new tree holds too.
 *
 * Whatever is left was made by somebody else while the new tree was being filled, and moves over. What cannot move
 * stays, and is tried again by the next run.
 */
export function dissolveTree(old: string, out: string): void {
  const generated = new Set([manifestName]);
  try {
    for (const { path } of readManifest(old)?.files ?? []) generated.add(path);
  } catch {
    // Without its manifest nothing in the tree is known to be generated, and everything is looked after.
  }
  dissolve(old, out, "", generated);
}

function dissolve(old: string, out: string, folder: string, generated: ReadonlySet<string>): void {
  const here = join(old, folder);
  const stats = lstatSync(here);
  // A folder that its owner made read-only must give up its files all the same.
  if ((stats.mode & 0o700) !== 0o700) attempt(() => chmodSync(here, stats.mode | 0o700));
  for (const entry of readdirSync(here, { withFileTypes: true })) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) dissolve(old, out, path, generated);
    else attempt(() => dissolveFile(join(old, path), join(out, path), generated.has(path)));
  }
  attempt(() => rmdirSync(here));
}

function dissolveFile(from: string, to: string, isGenerated: boolean): void {
  // Almost all of a tree is generated: what is asked of each file counts.
  const mine = isGenerated ? null : lstatSync(from);
  const theirs = mine === null ? undefined : lstatSync(to, { throwIfNoEntry: false });
  const isOver = mine === null || (theirs !== undefined && (theirs.ino === mine.ino || theirs.mtimeMs >= mine.mtimeMs));
  if (isOver) {
    unlinkSync(from);
    return;
  }
  mkdirSync(dirname(to), { recursive: true });
  renameSync(from, to);
}

function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // Left in place; the tree keeps its name, and the next run tries again.
  }
}
