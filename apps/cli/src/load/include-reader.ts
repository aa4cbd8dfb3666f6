import { dirname, join } from "node:path";
import type { IncludeReader } from "@nix-nos/topology";
import { Failure } from "../failure.js";
import { exitCodes, type Io } from "../io.js";
import { readSource, type SourceTexts } from "./read-source.js";

/** The file is not there, or its name promises no language that is known: the place is the `include` that names it. */
const faultsOfInclude = new Set(["NN9001", "NN1010"]);

/**
 * Reads included files relative to the one that includes them; standard input includes from the current folder.
 *
 * @throws Failure where a tool is missing or failed, as `readSource` does.
 */
export function includeReader(io: Io, texts: SourceTexts): IncludeReader {
  return async (file, from) => {
    const name = from.startsWith("<") ? join(file) : join(dirname(from), file);
    try {
      return await readSource(io, name, texts);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const [own] = error.diagnostics;
      if (own !== undefined && faultsOfInclude.has(own.code)) return { fault: own.message.replace(/\.$/, "") };
      if (error.exitCode !== exitCodes.refused) throw error;
      return { diagnostics: error.diagnostics };
    }
  };
}
