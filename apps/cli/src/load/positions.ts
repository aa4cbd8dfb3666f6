import type { PositionTree } from "@nix-nos/topology";
import { fromPairs, type Pairs } from "./pairs.js";

/** A place as the Nix wrapper gives it: line, column, file (0 for the topology's own), what is inside. */
export type RawPosition = readonly [line: number, column: number, file: string | 0, children: Pairs<RawPosition> | 0];

/**
 * Turns the places that Nix gave into the topology's own form. Nix counts columns in bytes, everything else here in
 * UTF-16 units.
 *
 * @param text - of the topology's own file
 * @param nameOf - the name that messages use for another file that it imports
 */
export function toPositionTree(raw: RawPosition, text: string, nameOf: (file: string) => string): PositionTree {
  const lines = text.split("\n");

  function convert([line, column, file, children]: RawPosition): PositionTree {
    const place =
      file === 0 && line > 0
        ? { line, column: characterColumn(lines[line - 1] ?? "", column) }
        : { line, column, ...(file !== 0 && { file: nameOf(file) }) };
    return children === 0 ? place : { ...place, children: fromPairs(children, convert) };
  }

  return convert(raw);
}

/** The column in UTF-16 units of a column in UTF-8 bytes, both from 1. */
export function characterColumn(line: string, byteColumn: number): number {
  return (
    Buffer.from(line)
      .subarray(0, byteColumn - 1)
      .toString().length + 1
  );
}
