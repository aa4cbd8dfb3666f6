import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";
import { systemReason, toolFailure, usageFailure } from "../failure.js";
import type { Io } from "../io.js";
import { takeGuard } from "../write/guard.js";
import { readManifest } from "../write/manifest.js";

/** What is being made has such a name in the directory, until a rename gives it its own. */
export const stagePrefix = ".next-";

/** What is being replaced, where two folders cannot be exchanged; the folder's path follows. */
const asidePrefix = ".last%";

/**
 * The directory of all certificates, an absolute path without symbolic links.
 *
 * @param out - the output folder, as the user named it
 * @throws Failure NN9070 for one in an output tree: whoever deploys or commits that would spread the keys
 */
export function findDirectory(io: Io, named: string, out: string): string {
  const directory = realPath(resolve(io.cwd, named));
  const output = realPath(resolve(io.cwd, out));
  const above = [...ancestors(directory)].find((folder) => folder === output || isOutput(folder));
  if (above === undefined) return directory;
  throw usageFailure(
    "NN9070",
    `${named} is in the output folder ${above === output ? out : above}, in which no private key may be.`,
    "Choose a directory outside it, as --dir certs.",
  );
}

/**
 * Opens the directory for writing, for this process alone: makes it, and mends what a killed run left.
 *
 * @returns how to close it
 * @throws Failure NN9007 and NN9076
 */
export function openDirectory(directory: string): () => void {
  return guardFaults(directory, () => {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const close = takeGuard(join(directory, ".lock"), directory, "--dir");
    try {
      // A flake takes what Git knows of into the Nix store, where everybody reads it.
      const ignore = join(directory, ".gitignore");
      if (!existsSync(ignore)) writeFileSync(ignore, "*\n");
      mend(directory);
    } catch (error) {
      close();
      throw error;
    }
    return close;
  });
}

/** Where a folder is put while another one takes its place. */
export function asideOf(directory: string, folder: string): string {
  return join(directory, asidePrefix + folder.replaceAll("/", "%"));
}

/**
 * Does something with files, and gives the system's refusals back as diagnostics.
 *
 * @throws Failure NN9076
 */
export function guardFaults<T>(directory: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    const { code, path, syscall } = error as NodeJS.ErrnoException;
    if (code === undefined || syscall === undefined) throw error;
    throw toolFailure(
      "NN9076",
      `The certificates in ${directory} are out of reach: ${systemReason(error)} (${syscall} ${path ?? directory}).`,
    );
  }
}

function mend(directory: string): void {
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    if (name.startsWith(asidePrefix)) {
      const place = join(directory, name.slice(asidePrefix.length).replaceAll("%", "/"));
      if (existsSync(place)) rmSync(path, { recursive: true, force: true });
      else renameSync(path, place);
    } else if (name.startsWith(stagePrefix)) {
      rmSync(path, { recursive: true, force: true });
    }
  }
}

/** Of a path that need not be there yet: links are followed as far as it is. */
function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realPath(parent), path.slice(parent === sep ? 1 : parent.length + 1));
  }
}

function* ancestors(path: string): Iterable<string> {
  yield path;
  const parent = dirname(path);
  if (parent !== path) yield* ancestors(parent);
}

/** Whether a render wrote a folder; a `manifest.json` of something else is no reason. */
function isOutput(folder: string): boolean {
  try {
    return readManifest(folder) !== null;
  } catch {
    return false;
  }
}
