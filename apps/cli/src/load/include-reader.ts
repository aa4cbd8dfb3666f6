import { dirname, join } from "node:path";
import type { IncludeReader } from "@nix-nos/topology";
import { Failure } from "../failure.js";
import type { Io } from "../io.js";
import { readSource, type SourceTexts } from "./read-source.js";

/** The file is not there, or its name promises no language that is known: the place is the `include` that names it. */
const faultsOfInclude = new Set(["NN9001", "NN1010"]);

/**
 * Reads included files relative to the one that includes them; standard input includes from the current folder.
 *
 * @throws Failure for what is wrong inside a Nix file, as `readSource` does.
 */
export function includeReader(io: Io, texts: SourceTexts): IncludeReader {
  return async (file, from) => {
    const name = from.startsWith("<") ? join(file) : join(dirname(from), file);
    try {
      return await readSource(io, name, texts);
    } catch (error) {
      const own = error instanceof Failure ? error.diagnostics[0] : undefined;
      if (own === undefined || !faultsOfInclude.has(own.code)) throw error;
      return { fault: own.message.replace(/\.$/, "") };
    }
  };
}
