import { spawnSync } from "node:child_process";
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Beyond so many files, one sync of the file system is faster than one of each. */
const fewFiles = 100;

/** Replaces a file in one step: a reader, or a kill, finds the old text or the new. */
export function writeFileAtomic(file: string, text: string | Uint8Array): void {
  replaceFile(file, (temporary) => writeFileSync(temporary, text));
}

/** As `writeFileAtomic`, of a file that is made in its place beside the other. */
export function replaceFile(file: string, make: (temporary: string) => void): void {
  const folder = dirname(file);
  mkdirSync(folder, { recursive: true });
  clearDead(folder, `${basename(file)}.nix-nos-`);
  const temporary = `${file}.nix-nos-${process.pid}`;
  try {
    make(temporary);
    sync(temporary);
    renameSync(temporary, file);
    sync(dirname(file));
  } finally {
    rmSync(temporary, { force: true });
  }
}

/** Removes files that processes left which are dead: their names are a prefix and the process's number. */
export function clearDead(folder: string, prefix: string): void {
  for (const name of readdirSync(folder)) {
    const pid = Number(name.slice(prefix.length));
    if (name.startsWith(prefix) && pid > 0 && !isRunning(pid)) rmSync(join(folder, name), { force: true });
  }
}

/** Whether there is a process with a number; it may be another one than was meant. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

/** Brings new files of a tree to the disk, so that a power cut after the swap finds them whole. */
export function syncTree(root: string, files: Iterable<string>, folders: Iterable<string>): void {
  const paths = [...files, ...folders];
  if (paths.length > fewFiles && spawnSync("sync", ["-f", root]).status === 0) return;
  for (const path of paths) sync(join(root, path));
}

/** Brings one file, or the names in one folder, to the disk. */
export function sync(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } catch (error) {
    // Some network file systems cannot sync a folder; the kernel writes it in its own time then.
    if (!["EINVAL", "ENOTSUP", "EBADF"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    closeSync(descriptor);
  }
}
