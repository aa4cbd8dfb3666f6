import { spawn } from "node:child_process";
import { realpathSync } from "node:fs";
import { relative } from "node:path";
import type { DataSource, Diagnostic, Path } from "@nix-nos/topology";
import { Failure, problem, toolFailure } from "../failure.js";
import { exitCodes, type Io } from "../io.js";
import { findTool } from "../tools.js";
import { nixDiagnostic } from "./nix-error.js";
import { fromPairs, type Pairs } from "./pairs.js";
import { characterColumn, type RawPosition, toPositionTree } from "./positions.js";
import { wrapper } from "./wrapper.js";

/** Longest that Nix may take; a topology of 10,000 nodes takes seconds. */
const defaultTimeout = 60_000;

/** What contains itself twice grows without an end long before it is too deep. */
const maximumBytes = 256 * 1024 * 1024;

interface Answer {
  readonly value: unknown;
  readonly positions: RawPosition;
  readonly problems: readonly { readonly path: Path; readonly kind: "function" | "derivation" | "depth" }[];
}

/**
 * Evaluates a topology in Nix with the user's own `nix-instantiate`.
 *
 * @param name - the file as the user named it, for messages
 * @param file - its absolute path
 * @param text - what is in it
 * @throws Failure NN1006 to NN1009
 */
export async function readNix(
  io: Io,
  name: string,
  file: string,
  text: string,
  timeout = defaultTimeout,
): Promise<DataSource> {
  const path = realpathSync(file);
  const { stdout, stderr, status } = await evaluate(io, path, timeout);
  if (status !== 0) {
    const found = nixDiagnostic(stderr);
    throw new Failure([withOwnName(found, { io, name, path, text })], exitCodes.refused);
  }
  const answer = JSON.parse(stdout) as Answer;
  const positions = toPositionTree(answer.positions, text, (other) => otherName(io, other));
  const source: DataSource = { file: name, format: "data", value: decode(answer.value), positions };
  if (answer.problems.length > 0)
    throw new Failure(
      answer.problems.map((found) => notData(found, source)),
      1,
    );
  return source;
}

interface Run {
  readonly stdout: string;
  readonly stderr: string;
  readonly status: number | null;
}

async function evaluate(io: Io, path: string, timeout: number): Promise<Run> {
  const tool = findTool("nix-instantiate", io.env);
  if (tool === null) {
    throw toolFailure(
      "NN1009",
      "A topology in Nix needs Nix, and there is no nix-instantiate on this machine.",
      "Install Nix (Debian: apt install nix-bin), or run `nix-nos convert topology.nix topology.yaml` where there is one.",
    );
  }
  const run = await runNix(io, tool, path, timeout, []);
  // A Nix that was installed for root alone fails on its own state before it reads a file; data needs no store.
  const hasNoStore = run.status !== 0 && /^error: [^\n]*\/nix\/var\//m.test(run.stderr);
  return hasNoStore ? runNix(io, tool, path, timeout, ["--store", "dummy://"]) : run;
}

function runNix(io: Io, tool: string, path: string, timeout: number, more: readonly string[]): Promise<Run> {
  // The file goes in as an argument and never into the expression. As root without the group nixbld, Nix refuses to
  // start unless told that there is none.
  const args = ["--eval", "--strict", "--json", "--show-trace", "--option", "build-users-group", "", ...more];
  const child = spawn(tool, [...args, "--argstr", "file", path, "-E", wrapper], {
    cwd: io.cwd,
    env: { GC_MAXIMUM_HEAP_SIZE: "8G", ...io.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Promise((resolve, reject) => {
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    let bytes = 0;
    let stopped: string | null = null;
    const stop = (why: string) => {
      stopped ??= why;
      child.kill("SIGKILL");
    };
    const timer = setTimeout(() => stop(`Nix was stopped after ${timeout / 1000} seconds.`), timeout);
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maximumBytes) stop("Nix gave more than 256 MiB of data, and was stopped.");
      else stdout.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    child.on("error", (error) => reject(toolFailure("NN9013", `${tool} cannot be started: ${error.message}.`)));
    child.on("close", (status, signal) => {
      clearTimeout(timer);
      if (stopped !== null) reject(endless(stopped));
      else if (signal !== null) reject(endless(`Nix was ended by ${signal}, most often for want of memory or stack.`));
      else resolve({ stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), status });
    });
  });
}

function endless(message: string): Failure {
  const hint = "Look for a set that refers to itself, or a recursion without an end.";
  return new Failure([problem("NN1008", message, { hint })], exitCodes.refused);
}

/** Names the file as the user did, and gives the column in characters. */
function withOwnName(found: Diagnostic, at: { io: Io; name: string; path: string; text: string }): Diagnostic {
  const { file, line = 1, column = 1 } = found;
  if (file === undefined) return { ...found, file: at.name, line, column };
  if (file !== at.path) return { ...found, file: otherName(at.io, file) };
  return { ...found, file: at.name, column: characterColumn(at.text.split("\n")[line - 1] ?? "", column) };
}

/** A file that the topology imports, as the user would name it; Nix's own files keep their path. */
function otherName(io: Io, file: string): string {
  return file.startsWith("/nix/") ? file : relative(io.cwd, file);
}

/** Steps of a path that a message shows; what contains itself has a hundred. */
const mostSteps = 10;

function notData({ path, kind }: Answer["problems"][number], source: DataSource): Diagnostic {
  const where =
    path.length === 0
      ? "The topology"
      : `The value of ${path.length > mostSteps ? `${path.slice(0, mostSteps).join(".")}…` : path.join(".")}`;
  const place = placeOf(source, path);
  if (kind === "depth") {
    return problem("NN1008", `${where} is nested more than 100 deep, or contains itself.`, { path, ...place });
  }
  return problem("NN1007", `${where} is a ${kind}, and a topology is plain data.`, {
    path,
    ...place,
    hint: kind === "function" ? "Call it, or give its result." : "Give its path as a text, or leave it out.",
  });
}

function placeOf({ file, positions }: DataSource, path: Path) {
  let tree = positions;
  let place: { line?: number; column?: number; file?: string } = {};
  for (const step of [...path, ""]) {
    if (tree === undefined) break;
    if (tree.line > 0) place = { line: tree.line, column: tree.column, file: tree.file ?? file };
    tree = tree.children?.[step];
  }
  return { file, ...place };
}

function decode(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(decode);
  if (value === null || typeof value !== "object") return value;
  return fromPairs(value as Pairs<unknown>, decode);
}
