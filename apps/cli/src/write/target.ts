import { lstatSync, mkdirSync, readlinkSync, type Stats } from "node:fs";
import { basename, dirname, join, resolve, sep } from "node:path";
import { systemReason, toolFailure, usageFailure } from "../failure.js";

/** The output folder, and the places beside it that a write uses. All are in one folder, so that a rename is enough. */
export interface Target {
  /** The folder itself; a symbolic link has been followed. */
  readonly out: string;
  readonly parent: string;
  /** Tree that is being filled; worthless after a kill. */
  readonly stage: string;
  /** Prefix of a complete tree: the inode of the new tree follows, so that a kill leaves no doubt which one it is. */
  readonly next: string;
  /** The old tree, between the two renames where the system cannot exchange two folders. */
  readonly last: string;
  /** Names the process that writes. */
  readonly guard: string;
}

/**
 * Finds the output folder and refuses what cannot be replaced as a whole.
 *
 * @param folder - absolute path, as the user named it
 * @param keep - absolute paths that the folder must not contain: the topology, the current folder
 * @throws Failure NN9002
 */
export function findTarget(folder: string, keep: readonly string[]): Target {
  const out = followLinks(folder);
  const parent = dirname(out);
  if (out === parent) throw refuse(out, "it is the root of the file system");
  const inside = keep.find((path) => path === out || path.startsWith(out + sep));
  if (inside !== undefined) {
    throw usageFailure(
      "NN9002",
      `The output folder ${out} holds ${inside}, and would be replaced as a whole.`,
      "Choose a folder of its own, as --out out.",
    );
  }
  const found = stats(out);
  if (found !== null && !found.isDirectory()) throw refuse(out, "it is a file, not a folder");
  const above = stats(parent);
  if (above !== null && found !== null && above.dev !== found.dev) throw refuse(out, "it is a mount point");
  const beside = (name: string) => join(parent, `.${basename(out)}.nix-nos-${name}`);
  return { out, parent, stage: beside("stage"), next: beside("next-"), last: beside("last"), guard: beside("lock") };
}

/** Makes the folder that holds the output. */
export function makeParent({ parent, out }: Target): void {
  try {
    mkdirSync(parent, { recursive: true });
  } catch (error) {
    throw refuse(out, `its parent cannot be made: ${systemReason(error)}`);
  }
}

/** A failure of a file operation on the output. */
export function writeFailure(error: unknown, out: string): Error {
  if (error instanceof Error && error.name === "Failure") return error;
  const { code, path, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined) return error as Error;
  return refuse(out, `${systemReason(error)} (${syscall}${path === undefined ? "" : ` ${path}`})`);
}

function refuse(out: string, reason: string): Error {
  return toolFailure("NN9002", `The output folder ${out} cannot be written: ${reason}.`, "Choose another with --out.");
}

/** Links are followed by hand: after a kill between two renames, what the link names may be missing. */
function followLinks(folder: string): string {
  let path = resolve(folder);
  for (let step = 0; step < 40; step++) {
    if (stats(path)?.isSymbolicLink() !== true) return path;
    path = resolve(dirname(path), readlinkSync(path));
  }
  throw refuse(path, "its symbolic links go in a circle");
}

function stats(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT") return null;
    throw refuse(path, systemReason(error));
  }
}
