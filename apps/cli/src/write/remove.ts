import { chmodSync, lstatSync, mkdirSync, readdirSync, renameSync, rmdirSync, rmSync, unlinkSync } from "node:fs";
import { rmdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { manifestName, readManifest } from "./manifest.js";
import { type FolderContents, foldersOf } from "./paths.js";

/** Removes a tree that is known to hold nothing of its own: a stage, whose kept files have another name elsewhere. */
export function removeTree(root: string): void {
  rmSync(root, { recursive: true, force: true });
}

/**
 * Takes an old tree apart after a new one has its place: removes what was generated and what the new tree holds too.
 *
 * Whatever is left was made by somebody else while the new tree was being filled, and moves over. What cannot move
 * stays, and is tried again by the next run. The manifest goes last: after a kill it still says what was generated.
 *
 * @param generated - files of the old manifest, where they are known already
 */
export async function dissolveTree(old: string, out: string, generated = generatedIn(old)): Promise<void> {
  await sweep(old, generated);
  dissolve(old, out, "", generated);
  attempt(() => {
    if (readdirSync(old).some((name) => name !== manifestName)) return;
    rmSync(join(old, manifestName), { force: true });
    rmdirSync(old);
  });
}

function generatedIn(old: string): ReadonlySet<string> {
  try {
    return new Set(readManifest(old)?.files.map(({ path }) => path));
  } catch {
    // Without its manifest nothing in the tree is known to be generated, and everything is looked after.
    return new Set();
  }
}

/**
 * Removes generated files, and the folders that are empty then, without asking what else is there: a folder that is not
 * empty does not go. Almost all of a tree is generated, so that what is asked of each folder counts.
 */
async function sweep(old: string, generated: ReadonlySet<string>): Promise<void> {
  const contents = foldersOf(generated);

  async function sweepFolder(path: string): Promise<void> {
    const here = join(old, path);
    if (!isFolder(here)) return;
    const { files, folders } = contents.get(path) as FolderContents;
    for (const file of files) attempt(() => unlinkSync(join(old, file)));
    await Promise.all(folders.map(sweepFolder));
    // Where the system waits for the disk here, several at once wait less.
    if (path !== "") await rmdir(here).catch(() => {});
  }

  await sweepFolder("");
}

/** A link in a folder's place is none: it would lead out of the tree. */
function isFolder(path: string): boolean {
  try {
    return lstatSync(path).isDirectory();
  } catch {
    return false;
  }
}

function dissolve(old: string, out: string, folder: string, generated: ReadonlySet<string>): void {
  const here = join(old, folder);
  const stats = lstatSync(here);
  // A folder that its owner made read-only must give up its files all the same.
  if ((stats.mode & 0o700) !== 0o700) attempt(() => chmodSync(here, stats.mode | 0o700));
  for (const entry of readdirSync(here, { withFileTypes: true })) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (path === manifestName) continue;
    if (entry.isDirectory()) {
      dissolve(old, out, path, generated);
      attempt(() => rmdirSync(join(old, path)));
    } else attempt(() => dissolveFile(join(old, path), join(out, path), generated.has(path)));
  }
}

function dissolveFile(from: string, to: string, isGenerated: boolean): void {
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
