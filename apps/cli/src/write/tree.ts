import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Artifact, Diagnostic } from "@nix-nos/topology";
import { toolFailure } from "../failure.js";
import { carryOver } from "./carry.js";
import { syncTree } from "./durable.js";
import { takeGuard } from "./guard.js";
import { type Manifest, type ManifestEntry, manifestName, printManifest, readManifest } from "./manifest.js";
import { comparePaths, pathFault } from "./paths.js";
import { isOnDisk, placeFile, removalWarning } from "./place.js";
import { removeTree } from "./remove.js";
import { everything, isSelected, type Selection } from "./selection.js";
import { addFile, openStage, type Stage } from "./stage.js";
import { recover, swapIn } from "./swap.js";
import { makeParent, type Target, writeFailure } from "./target.js";

export interface WriteOptions {
  readonly generatorVersion: string;
  /** Of the topology, as `sha256:…`. */
  readonly digest: string;
  /** What of the artifacts is written; what an earlier manifest lists outside of it stays. */
  readonly selection?: Selection;
  /** Called for each artifact, written or not. */
  readonly onArtifact?: () => void;
  /** Last chance to refuse, with the complete new tree and the selected files in it; throws to leave all as it was. */
  readonly beforeSwap?: (folder: string, files: readonly ManifestEntry[]) => Promise<void> | void;
}

/** What a write did: paths relative to the output folder, sorted. */
export interface WriteResult {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly unchanged: readonly string[];
  /** All files of the new manifest that were selected. */
  readonly files: readonly ManifestEntry[];
  readonly warnings: readonly Diagnostic[];
}

/**
 * Writes a tree so that the output folder is the whole old one or the whole new one at any moment.
 *
 * Files are taken one by one and only what changed goes to the disk; when nothing changed, nothing is touched.
 *
 * @throws Failure NN9002 and NN9004 to NN9008; the output is then as it was.
 */
export async function writeTree(
  target: Target,
  artifacts: Iterable<Artifact>,
  options: WriteOptions,
): Promise<WriteResult> {
  const { out, guard } = target;
  makeParent(target);
  try {
    const release = takeGuard(guard, out);
    try {
      await recover(target);
      if (existsSync(out)) accessSync(out, constants.W_OK);
      return await write(target, artifacts, options);
    } finally {
      removeTree(target.stage);
      release();
    }
  } catch (error) {
    throw writeFailure(error, out);
  }
}

async function write(target: Target, artifacts: Iterable<Artifact>, options: WriteOptions): Promise<WriteResult> {
  const { out } = target;
  const { selection = everything, onArtifact, beforeSwap } = options;
  const old = readManifest(out);
  const oldEntries = new Map(old?.files.map((entry) => [entry.path, entry]));
  const entries = new Map<string, ManifestEntry>();
  const paths = { added: [] as string[], changed: [] as string[], unchanged: [] as string[] };
  const warnings: Diagnostic[] = [];
  let stage: Stage | null = null;

  for (const artifact of artifacts) {
    onArtifact?.();
    if (!isSelected(selection, artifact)) continue;
    const { path } = artifact;
    checkPath(path, entries);
    const { change, entry, bytes, warning } = placeFile(out, artifact, oldEntries.get(path));
    entries.set(path, entry);
    paths[change].push(path);
    if (warning !== null) warnings.push(warning);
    if (change === "unchanged") continue;
    stage ??= openStage(target.stage);
    addFile(stage, path, bytes, artifact.secret ?? false);
  }
  const files = [...entries.values()].sort((a, b) => comparePaths(a.path, b.path));

  const removed: string[] = [];
  for (const entry of oldEntries.values()) {
    if (entries.has(entry.path)) continue;
    if (!isSelected(selection, entry)) {
      if (isOnDisk(out, entry)) entries.set(entry.path, entry);
      continue;
    }
    const removal = removalWarning(out, entry);
    if (removal === null) continue;
    removed.push(entry.path);
    if (removal.warning !== null) warnings.push(removal.warning);
  }

  const manifest = printManifest(manifestOf([...entries.values()], options));
  const isCurrent = old !== null && readFileSync(join(out, manifestName), "utf8") === manifest;
  if (isCurrent && stage === null && removed.length === 0) {
    await beforeSwap?.(out, files);
  } else {
    stage ??= openStage(target.stage);
    addFile(stage, manifestName, Buffer.from(manifest), false);
    const generated = { old: new Set(oldEntries.keys()), new: new Set(entries.keys()) };
    if (existsSync(out)) carryOver(out, stage, generated);
    await beforeSwap?.(stage.root, files);
    syncTree(stage.root, stage.written, stage.folders);
    await swapIn(target, generated.old);
  }
  for (const list of [paths.added, paths.changed, paths.unchanged, removed]) list.sort(comparePaths);
  return { ...paths, removed, files, warnings };
}

function checkPath(path: string, known: ReadonlyMap<string, unknown>): void {
  const fault = path === manifestName ? "it is the manifest's" : pathFault(path);
  if (fault !== null) throw toolFailure("NN9008", `The path ${JSON.stringify(path)} cannot be written: ${fault}.`);
  if (known.has(path)) throw toolFailure("NN9008", `The path ${JSON.stringify(path)} was rendered twice.`);
}

function manifestOf(files: readonly ManifestEntry[], { generatorVersion, digest }: WriteOptions): Manifest {
  return {
    version: 1,
    generator: { name: "nix-nos", version: generatorVersion },
    topology: { digest },
    files,
  };
}
