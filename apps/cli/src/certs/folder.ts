import {
  chmodSync,
  cpSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { Diagnostic } from "@nix-nos/topology";
import { problem } from "../failure.js";
import { sync } from "../write/durable.js";
import { trade } from "../write/swap.js";
import { asideOf, stagePrefix } from "./directory.js";

/** Texts of a folder's files by name; what is not there is absent. */
export type FolderTexts = Readonly<Record<string, string>>;

/** Reads files of a folder that are there. */
export function readFolder(directory: string, folder: string, names: readonly string[]): FolderTexts {
  const texts: Record<string, string> = {};
  for (const name of names) {
    const text = readIfThere(join(directory, folder, name));
    if (text !== null) texts[name] = text;
  }
  return texts;
}

/** NN9074 where others than its owner may read a private key, or its owner is somebody else. */
export function keyFaults(directory: string, folder: string, name: string): readonly Diagnostic[] {
  const file = join(directory, folder, name);
  const stats = statSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  const uid = process.getuid?.();
  if (uid !== undefined && stats.uid !== uid) {
    const hint = `Run as its owner, or give it to yourself: chown ${uid} ${file}`;
    return [problem("NN9074", `The private key ${file} belongs to another user (${stats.uid}).`, { hint })];
  }
  if (process.platform === "win32" || (stats.mode & 0o077) === 0) return [];
  const mode = (stats.mode & 0o777).toString(8).padStart(4, "0");
  const hint = `chmod 600 ${file}; if somebody may have read it, remove its folder, and it is made anew.`;
  return [problem("NN9074", `The private key ${file} can be read by others than its owner (mode ${mode}).`, { hint })];
}

/**
 * Puts a folder in its place as a whole: a kill, or a reader, finds the old files or the new ones, never a key beside
 * another one's certificate. Files of other names stay.
 */
export function putFolder(directory: string, folder: string, texts: FolderTexts, secrets: ReadonlySet<string>): void {
  const place = join(directory, folder);
  const stage = fill(directory, texts, secrets);
  mkdirSync(dirname(place), { recursive: true, mode: 0o700 });
  const present = lstatSync(place, { throwIfNoEntry: false });
  if (present === undefined) {
    renameSync(stage, place);
  } else {
    for (const name of readdirSync(place)) {
      if (!(name in texts)) cpSync(join(place, name), join(stage, name), { recursive: true, preserveTimestamps: true });
    }
    rmSync(trade(stage, place, asideOf(directory, folder)), { recursive: true, force: true });
  }
  sync(dirname(place));
}

/** Puts a folder where none is; one that has files is never replaced. */
export function putNewFolder(
  directory: string,
  folder: string,
  texts: FolderTexts,
  secrets: ReadonlySet<string>,
): void {
  const stage = fill(directory, texts, secrets);
  try {
    // rename(2) replaces an empty folder alone.
    renameSync(stage, join(directory, folder));
  } finally {
    rmSync(stage, { recursive: true, force: true });
  }
  sync(directory);
}

/** Takes a folder away as a whole: a kill leaves no key without its certificate, and the next run clears the rest. */
export function removeFolder(directory: string, folder: string): void {
  const place = join(directory, folder);
  const stage = mkdtempSync(join(directory, stagePrefix));
  renameSync(place, join(stage, "removed"));
  sync(dirname(place));
  rmSync(stage, { recursive: true });
}

function fill(directory: string, texts: FolderTexts, secrets: ReadonlySet<string>): string {
  const stage = mkdtempSync(join(directory, stagePrefix));
  chmodSync(stage, 0o700);
  for (const [name, text] of Object.entries(texts)) {
    const file = join(stage, name);
    writeFileSync(file, text, { mode: secrets.has(name) ? 0o600 : 0o644, flag: "wx" });
    sync(file);
  }
  sync(stage);
  return stage;
}

function readIfThere(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw error;
  }
}
