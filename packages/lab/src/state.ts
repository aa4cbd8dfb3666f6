import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ProcessIdentity } from "./daemons/process.js";
import type { LabDesign } from "./design/types.js";
import { LabError } from "./lab-error.js";

/** What is remembered of a lab: enough to change it and to take it down, also after a crash. */
export interface LabState {
  readonly version: 1;
  /** The wiring is as the design says; a crash while it is made leaves `false`. */
  readonly wired: boolean;
  readonly design: LabDesign;
  readonly daemons: readonly LabDaemon[];
}

/** What runs on hosts, in the order in which it is started. */
export const labPrograms = ["gobgp", "bird", "zebra", "staticd", "bgpd"] as const;

export type LabProgram = (typeof labPrograms)[number];

export interface LabDaemon {
  readonly host: string;
  readonly program: LabProgram;
  readonly process: ProcessIdentity;
}

/** Where labs are remembered, a folder each; memory, so that nothing is there after the machine restarts. */
export function labFolder(id: string): string {
  if (!/^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/.test(id))
    throw new LabError(`"${id}" cannot name a lab.`, "Lower-case letters, digits and inner `-`, at most 32.");
  return join(existsSync("/run") ? "/run/nix-nos/lab" : join(tmpdir(), "nix-nos-lab"), id);
}

/** What is remembered of the lab, or `null`. */
export function readState(id: string): LabState | null {
  const file = join(labFolder(id), "state.json");
  if (!existsSync(file)) return null;
  try {
    const state: LabState = JSON.parse(readFileSync(file, "utf8"));
    return state.version === 1 ? state : null;
  } catch {
    return null;
  }
}

/** Remembers, in one step. */
export function writeState(state: LabState): void {
  const folder = labFolder(state.design.id);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, "state.json");
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}

export function forget(id: string): void {
  rmSync(labFolder(id), { recursive: true, force: true });
}
