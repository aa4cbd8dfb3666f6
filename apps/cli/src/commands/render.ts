import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import { printLock, refuseChange, writeLock } from "../beside/lock.js";
import { type CheckResult, checkFiles } from "../check/check.js";
import { Failure } from "../failure.js";
import { exitCodes } from "../io.js";
import { renderTopology } from "../pipeline.js";
import { paintFor } from "../print/paint.js";
import { startProgress } from "../print/progress.js";
import { printSummary, type RenderSummary, summarize } from "../print/summary.js";
import { version } from "../version.js";
import { findTarget } from "../write/target.js";
import { writeTree } from "../write/tree.js";
import { checkSelection } from "./check-selection.js";
import type { Context } from "./context.js";
import { jsonOption, readSelection, type SelectionFlags, selectionOptions, topologyArgument } from "./options.js";

interface Flags extends SelectionFlags {
  readonly out: string;
  readonly frozenLockfile?: boolean;
  readonly check?: boolean;
  readonly json?: boolean;
}

export function addRender(program: Command, context: Context): void {
  const command = topologyArgument(program.command("render"))
    .description("write every file that the nodes need, whole or not at all")
    .option("--out <folder>", "the output folder", "out");
  selectionOptions(command)
    .option("--frozen-lockfile", "fail if the lock file would have to change")
    .option("--check", "have the real parsers read the files before they are written");
  jsonOption(command).action(async (topology: string | undefined, flags: Flags) => {
    const { summary, warnings } = await render(context, topology, flags);
    context.warn(warnings);
    if (flags.json) context.printJson({ ...summary, diagnostics: warnings });
    else context.print(printSummary(summary, paintFor(context.io.stdout)));
  });
}

async function render(context: Context, named: string | undefined, flags: Flags) {
  const { io, texts } = context;
  const start = performance.now();
  const { topology, selection } = readSelection(named, flags);
  const rendered = await renderTopology(io, { topology, layers: selection.layers, texts });
  checkSelection(selection, rendered.network);
  const { lock } = rendered;
  const lockText = lock && printLock(lock, rendered.network);
  if (lock && flags.frozenLockfile) refuseChange(lock, lockText);

  const folder = resolve(io.cwd, flags.out);
  const target = findTarget(folder, [io.cwd, ...(lock ? [dirname(lock.file)] : [])]);
  const progress = startProgress(io.stderr);
  let checked: CheckResult = { reports: [], diagnostics: [] };
  const result = await writeTree(target, rendered.artifacts, {
    generatorVersion: version,
    digest: rendered.digest,
    selection,
    onArtifact: progress.step,
    beforeSwap: async (tree, files) => {
      progress.end();
      if (flags.check) checked = await checkFiles(io, tree, files);
      if (checked.diagnostics.length > 0) {
        throw new Failure([...rendered.warnings, ...checked.diagnostics], exitCodes.refused);
      }
      // The record comes first: addresses that were given out are never forgotten, even if the swap then fails.
      if (lock) writeLock(lock, lockText);
    },
  }).finally(progress.end);
  const summary: RenderSummary = summarize({
    out: flags.out,
    rendered,
    result,
    checks: checked.reports,
    milliseconds: Math.round(performance.now() - start),
  });
  return { summary, warnings: [...rendered.warnings, ...result.warnings] };
}
