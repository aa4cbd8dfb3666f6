import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { text } from "node:stream/consumers";
import type { Artifact } from "@nix-nos/topology";
import { onTestFinished } from "vitest";
import type { Io } from "./io.js";
import { runCli } from "./run-cli.js";

/** An empty folder that goes away with the test. */
export function temporaryFolder(files: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "nix-nos-cli-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) putFile(join(folder, path), content);
  return folder;
}

export function putFile(file: string, content: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
}

/** Every file of a tree with its text. */
export function readTree(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map((entry) => join(entry.parentPath, entry.name)).sort();
  return Object.fromEntries(files.map((file) => [relative(folder, file), readFileSync(file, "utf8")]));
}

/** An artifact of layer 1, for the node that its path names. */
export function artifact(path: string, content: string, more: Partial<Artifact> = {}): Artifact {
  const node = /^nodes\/([^/]+)\//.exec(path)?.[1] ?? null;
  return { path, text: content, node, layer: 1, kind: "bird", ...more };
}

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The world of a command whose streams are read back. */
export function ioFor(cwd: string, more: Partial<Io> = {}): Io & { stdout: PassThrough; stderr: PassThrough } {
  const streams = { stdin: Readable.from([]), stdout: new PassThrough(), stderr: new PassThrough() };
  return { cwd, env: process.env, now: Date.now, ...streams, ...more } as Io & {
    stdout: PassThrough;
    stderr: PassThrough;
  };
}

/** Runs a command in this process. */
export async function run(cwd: string, args: readonly string[], more: Partial<Io> = {}): Promise<Ran> {
  const io = ioFor(cwd, more);
  const stdout = text(io.stdout);
  const stderr = text(io.stderr);
  const code = await runCli(args, io);
  io.stdout.end();
  io.stderr.end();
  return { code, stdout: await stdout, stderr: await stderr };
}

/** Two nodes that speak BGP with each other; layer 1 alone. */
export const pair = `nix-nos:
  clusters:
    lab:
      nodes:
        n1: { role: worker, ip: 10.0.0.1 }
        n2: { role: worker, ip: 10.0.0.2 }
  network:
    bgp:
      autonomousSystems:
        "65000": { members: [n1, n2] }
`;

/** A node whose loopback comes from a pool. */
export const allocated = `nix-nos:
  clusters:
    lab:
      nodes:
        n1: { role: worker, ip: 10.0.0.1, loopback: auto }
  network:
    pools: { loopbacks: { prefixes: [10.255.0.0/24] } }
`;
