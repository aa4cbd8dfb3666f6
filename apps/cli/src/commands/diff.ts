import { readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Artifact } from "@nix-nos/topology";
import type { Command } from "commander";
import { systemReason, toolFailure } from "../failure.js";
import { exitCodes } from "../io.js";
import { standardInput } from "../load/read-source.js";
import { renderTopology } from "../pipeline.js";
import { diffFiles, type FileVersion } from "../print/diff.js";
import { printDiffs } from "../print/diff-text.js";
import { paintFor } from "../print/paint.js";
import { readManifest } from "../write/manifest.js";
import { isSelected, type Selection } from "../write/selection.js";
import { checkSelection } from "./check-selection.js";
import type { Context } from "./context.js";
import { jsonOption, readSelection, type SelectionFlags, selectionOptions, topologyArgument } from "./options.js";

interface Flags extends SelectionFlags {
  readonly out: string;
  readonly against?: string;
  readonly exitCode?: boolean;
  readonly json?: boolean;
}

export function addDiff(program: Command, context: Context): void {
  const command = topologyArgument(program.command("diff"))
    .description("show what render would change, as a unified diff")
    .option("--out <folder>", "the output folder to compare with", "out")
    .option("--against <old>", "compare with what another topology renders to, and with no folder")
    .option("--exit-code", "end with 1 if there is a difference");
  selectionOptions(command);
  jsonOption(command).action(async (named: string | undefined, flags: Flags) => {
    const { io, texts } = context;
    const { topology, selection } = readSelection(named, flags);
    const rendered = await renderTopology(io, { topology, layers: selection.layers, texts });
    checkSelection(selection, rendered.network);
    const old = flags.against === undefined ? readOld(resolve(io.cwd, flags.out)) : await renderOld(flags.against);
    const changes = diffFiles(select(old, selection), select(versions(rendered.artifacts), selection));
    context.warn(rendered.warnings);
    if (flags.json) context.printJson(changes);
    else context.print(printDiffs(changes, paintFor(io.stdout)));
    if (flags.exitCode && changes.length > 0) context.exit(exitCodes.refused);

    async function renderOld(file: string): Promise<readonly FileVersion[]> {
      // An old version that was put beside the new one had the addresses that are recorded there.
      const isBeside = dirname(resolve(io.cwd, file)) === dirname(resolve(io.cwd, topology));
      const recordOf = isBeside && topology !== standardInput ? topology : file;
      const { artifacts } = await renderTopology(io, { topology: file, recordOf, layers: selection.layers, texts });
      return versions(artifacts);
    }
  });
}

function versions(artifacts: Iterable<Artifact>): readonly FileVersion[] {
  return [...artifacts];
}

/** What the last render wrote, as it is on disk now: edits by hand show, because a render would undo them. */
function readOld(out: string): readonly FileVersion[] {
  return (readManifest(out)?.files ?? []).flatMap((entry) => {
    const file = join(out, entry.path);
    try {
      return [{ ...entry, text: readFileSync(file, "utf8") }];
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
      throw toolFailure("NN9001", `${file} cannot be read: ${systemReason(error)}.`);
    }
  });
}

function select(files: readonly FileVersion[], selection: Selection): readonly FileVersion[] {
  return files.filter((file) => isSelected(selection, file));
}
