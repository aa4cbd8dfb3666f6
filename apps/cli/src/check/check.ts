import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { Diagnostic } from "@nix-nos/topology";
import { problem } from "../failure.js";
import type { Io } from "../io.js";
import { findTool } from "../tools.js";
import type { ManifestEntry } from "../write/manifest.js";
import { type Checker, checkers, runChecker } from "./tools.js";
import { checkUci } from "./uci.js";

/** What one parser had to say. */
export interface CheckReport {
  readonly tool: string;
  readonly package: string;
  /** `missing`: the program is not on this machine, and its files are unchecked. */
  readonly status: "accepted" | "refused" | "missing";
  readonly files: number;
}

export interface CheckResult {
  readonly reports: readonly CheckReport[];
  /** NN9012, one for each file that was refused. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Has each rendered file read by the program that it is for. */
export async function checkFiles(io: Io, folder: string, files: readonly ManifestEntry[]): Promise<CheckResult> {
  const reports: CheckReport[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const checker of checkers) {
    const own = files.filter(checker.reads).map(({ path }) => path);
    if (own.length === 0) continue;
    const program = findTool(checker.tool, io.env);
    const refusals = program === null ? [] : await checkAll(io, checker, program, folder, own);
    const status = program === null ? "missing" : refusals.length > 0 ? "refused" : "accepted";
    reports.push({ tool: checker.tool, package: checker.package, status, files: own.length });
    diagnostics.push(...refusals);
  }
  const uci = files.filter(({ kind }) => kind === "openwrt").map(({ path }) => path);
  if (uci.length > 0) {
    const refusals = checkUci(folder, uci);
    const status = refusals.length > 0 ? "refused" : "accepted";
    reports.push({ tool: "uci", package: "nix-nos itself", status, files: uci.length });
    diagnostics.push(...refusals);
  }
  return { reports, diagnostics };
}

async function checkAll(
  io: Io,
  checker: Checker,
  program: string,
  folder: string,
  files: readonly string[],
): Promise<readonly Diagnostic[]> {
  const ask = async (paths: readonly string[]) => {
    const copies = temporaryCopies(checker, folder, paths);
    try {
      const said = await runChecker(program, checker.args(copies.files), io.env);
      return said && copies.named(said);
    } finally {
      copies.remove();
    }
  };
  const calls: (readonly string[])[] = [];
  for (let at = 0; at < files.length; at += checker.perCall) calls.push(files.slice(at, at + checker.perCall));

  const refusals: Diagnostic[] = [];
  await inParallel(calls, async (paths) => {
    const said = await ask(paths);
    if (said === null) return;
    // A call with many files ends at the first that is wrong; each on its own tells them all.
    const singles = paths.length === 1 ? [] : paths;
    const answers = singles.length === 0 ? [[paths[0] ?? "", said] as const] : await each(singles, ask);
    for (const [path, answer] of answers) {
      if (answer === null) continue;
      const words = answer.replaceAll(`${folder}/`, "");
      refusals.push(problem("NN9012", `${checker.tool} refuses ${path}: ${words}`));
    }
  });
  return refusals.sort((a, b) => (a.message < b.message ? -1 : 1));
}

/** The files to ask about: those that read a secret, which is on the node alone, as copies with a stand-in. */
function temporaryCopies(checker: Checker, folder: string, paths: readonly string[]) {
  let made: string | null = null;
  const originals = new Map<string, string>();
  const files = paths.map((path) => {
    const file = join(folder, path);
    const text = checker.withoutSecrets?.(readFileSync(file, "utf8")) ?? null;
    if (text === null) return file;
    made ??= mkdtempSync(join(tmpdir(), "nix-nos-check-"));
    const copy = join(made, String(originals.size));
    writeFileSync(copy, text, { mode: 0o600 });
    originals.set(copy, file);
    return copy;
  });
  return {
    files,
    /** A parser's words with the files' own names. */
    named: (said: string) => [...originals].reduce((text, [copy, file]) => text.replaceAll(copy, file), said),
    remove: () => {
      if (made !== null) rmSync(made, { recursive: true, force: true });
    },
  };
}

async function each(paths: readonly string[], ask: (paths: readonly string[]) => Promise<string | null>) {
  const answers: (readonly [string, string | null])[] = [];
  for (const path of paths) answers.push([path, await ask([path])]);
  return answers;
}

/** Runs a job for each item, as many at a time as the machine has cores. */
async function inParallel<T>(items: readonly T[], job: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const worker = async () => {
    for (const item of rest) await job(item);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}
