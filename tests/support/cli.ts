import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export const root = fileURLToPath(new URL("../..", import.meta.url));
const bin = join(root, "apps", "cli", "dist", "bin.js");

/** An empty folder that goes away with the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "nix-nos-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A copy of an example, alone in a folder, so that what a run remembers beside it is the test's. */
export function exampleCopy(name: string): string {
  const path = join(temporaryFolder(), name);
  copyFileSync(join(root, "examples", name), path);
  return path;
}

/** Runs the built command line as a user does. */
export function nixNos(
  args: readonly string[],
  options: { cwd?: string; input?: string; env?: NodeJS.ProcessEnv } = {},
): SpawnSyncReturns<string> {
  return spawnSync(process.execPath, [bin, ...args], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    timeout: 60_000,
    ...options,
    env: { ...process.env, NO_COLOR: "1", ...options.env },
  });
}

/** Every file of a tree with its digest: equal trees give equal objects. */
export function treeDigest(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const digests = files.map((entry) => {
    const path = join(entry.parentPath, entry.name);
    return [relative(folder, path), createHash("sha256").update(readFileSync(path)).digest("hex")] as const;
  });
  return Object.fromEntries(digests.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Runs Nix on an expression and gives the value back; a failure fails the test with Nix's own words. */
export function nixEval(expression: string): unknown {
  const args = ["--eval", "--strict", "--json", "--option", "build-users-group", "", "-E", expression];
  const { status, stdout, stderr } = spawnSync("nix-instantiate", args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`nix-instantiate: ${stderr}\n${expression}`);
  return JSON.parse(stdout);
}
