import type { Outcome, Path, Position } from "../diagnostics/diagnostic.js";
import type { DataSource, ParsedSource, PositionTree } from "./source.js";

/** Takes data that was read elsewhere, with the places that came along. */
export function parseData(source: DataSource): Outcome<ParsedSource> {
  const sourceMap = { file: source.file, locate: (path: Path) => locate(source.file, source.positions, path) };
  return { value: { value: source.value, sourceMap }, diagnostics: [] };
}

/** The deepest known place on the way to `path`; a tree may have gaps, as Nix gives no places inside lists. */
function locate(file: string, positions: PositionTree | undefined, path: Path): Position | null {
  let tree = positions;
  let found: Position | null = null;
  for (let depth = 0; tree !== undefined; depth++) {
    if (tree.line > 0) found = { file: tree.file ?? file, line: tree.line, column: Math.max(1, tree.column) };
    const step = path[depth];
    if (step === undefined) break;
    const children: PositionTree["children"] = tree.children;
    tree = children && Object.hasOwn(children, String(step)) ? children[String(step)] : undefined;
  }
  return found;
}
