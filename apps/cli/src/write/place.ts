import { lstatSync, readFileSync, type Stats } from "node:fs";
import { join } from "node:path";
import type { Artifact, Diagnostic } from "@nix-nos/topology";
import { problem } from "../failure.js";
import { inTheWay } from "./carry.js";
import { type ManifestEntry, sha256 } from "./manifest.js";

/** What a write does to one file. */
type Change = "added" | "changed" | "unchanged";

export interface Placement {
  readonly change: Change;
  readonly entry: ManifestEntry;
  readonly bytes: Buffer;
  /** NN9004, when somebody edited the file since it was generated. */
  readonly warning: Diagnostic | null;
}

/**
 * Compares a rendered file with what stands in its place.
 *
 * @param listed - the old manifest's entry of the file
 * @throws Failure NN9005 when something else stands there that nix-nos did not write.
 */
export function placeFile(out: string, artifact: Artifact, listed: ManifestEntry | undefined): Placement {
  const { path, text, node, layer, kind, secret = false } = artifact;
  const bytes = Buffer.from(text);
  const entry = { path, sha256: sha256(bytes), bytes: bytes.length, node, layer, kind };
  const file = join(out, path);
  const stats = statsOf(file);
  const place = (change: Change, warning: Diagnostic | null = null) => ({ change, entry, bytes, warning });

  if (stats === null || stats.isDirectory()) return place("added");
  if (!stats.isFile()) {
    if (listed === undefined) throw inTheWay(file);
    return place("changed", editWarning(file, "is overwritten"));
  }
  const present = readFileSync(file);
  if (present.equals(bytes)) return place(secret && (stats.mode & 0o077) !== 0 ? "changed" : "unchanged");
  if (listed === undefined) throw inTheWay(file);
  return place("changed", sha256(present) === listed.sha256 ? null : editWarning(file, "is overwritten"));
}

/** Whether a file that is about to be removed holds what was generated; `null` when it is gone already. */
export function removalWarning(out: string, listed: ManifestEntry): { readonly warning: Diagnostic | null } | null {
  const file = join(out, listed.path);
  const stats = statsOf(file);
  if (stats === null || stats.isDirectory()) return null;
  const isIntact = stats.isFile() && sha256(readFileSync(file)) === listed.sha256;
  return { warning: isIntact ? null : editWarning(file, "is removed") };
}

export function isOnDisk(out: string, listed: ManifestEntry): boolean {
  return statsOf(join(out, listed.path))?.isDirectory() === false;
}

function editWarning(file: string, fate: string): Diagnostic {
  return problem("NN9004", `${file} was edited by hand since it was generated, and ${fate}.`, {
    severity: "warning",
    hint: "Put the change into the topology: generated files belong to it.",
  });
}

function statsOf(file: string): Stats | null {
  try {
    return lstatSync(file, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    // A parent is a file: nothing is here, and carrying the old tree over tells whether that file may go.
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return null;
    throw error;
  }
}
