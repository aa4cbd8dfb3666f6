import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseUci, UciError } from "@nix-nos/openwrt-render";
import type { Diagnostic } from "@nix-nos/topology";
import { problem } from "../failure.js";

/** Reads OpenWrt's files back: no distribution but OpenWrt has its `uci`, so the parser is the project's own. */
export function checkUci(folder: string, files: readonly string[]): readonly Diagnostic[] {
  return files.flatMap((path) => {
    try {
      parseUci(readFileSync(join(folder, path), "utf8"));
      return [];
    } catch (error) {
      if (!(error instanceof UciError)) throw error;
      return [problem("NN9012", `uci refuses ${path}: line ${error.line}: ${error.message}`)];
    }
  });
}
