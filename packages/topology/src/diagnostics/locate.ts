import type { Diagnostic, Path, Position, RelatedPlace } from "./diagnostic.js";

/** Tells where a value of the document stands in its source. */
export interface SourceMap {
  readonly file: string;
  /**
   * The place of the value at `path`, or of its key; where the source does not tell, the nearest enclosing one.
   * `null` when not even the root is known.
   */
  locate(path: Path, what?: "key" | "value"): Position | null;
}

/** Codes whose subject is always a key. */
const keyCodes: ReadonlySet<string> = new Set(["NN1101", "NN1102", "NN1207"]);

/**
 * Adds file, line and column to diagnostics that know only a path, and sorts all by place.
 *
 * @param diagnostics - what the stages after loading reported
 * @param sourceMap - of the document that they speak of
 *
 * @example
 * ```ts
 * import { loadTopology, locateDiagnostics, parseSource } from "@nix-nos/topology";
 *
 * const parsed = parseSource({ file: "t.yaml", text: "nix-nos:\n  name: acme\n", format: "yaml" });
 * const found = { code: "NN1106", severity: "error", message: "…", path: ["nix-nos", "name"] } as const;
 * parsed.value && locateDiagnostics([found], parsed.value.sourceMap)[0]?.line; // => 2
 * ```
 */
export function locateDiagnostics(diagnostics: readonly Diagnostic[], sourceMap: SourceMap): readonly Diagnostic[] {
  const located = diagnostics.map((diagnostic) => locateOne(diagnostic, sourceMap));
  // The main file first, then the others by name.
  const rank = ({ file = "" }: Diagnostic) => (file === sourceMap.file ? "" : file);
  return located.sort((a, b) => (rank(a) === rank(b) ? byPlace(a, b) : rank(a) < rank(b) ? -1 : 1));
}

function locateOne(diagnostic: Diagnostic, sourceMap: SourceMap): Diagnostic {
  const related = diagnostic.related?.map((place) => locateRelated(place, sourceMap));
  const position =
    diagnostic.line === undefined ? sourceMap.locate(diagnostic.path, isOfKey(diagnostic) ? "key" : "value") : null;
  return { ...diagnostic, ...(position ?? { file: diagnostic.file ?? sourceMap.file }), ...(related && { related }) };
}

function isOfKey({ code, subject }: Diagnostic): boolean {
  return subject === "key" || keyCodes.has(code);
}

function locateRelated(place: RelatedPlace, sourceMap: SourceMap): RelatedPlace {
  if (place.line !== undefined) return place;
  return { ...place, ...(sourceMap.locate(place.path) ?? {}) };
}

function byPlace(a: Diagnostic, b: Diagnostic): number {
  return (
    (a.line ?? 0) - (b.line ?? 0) ||
    (a.column ?? 0) - (b.column ?? 0) ||
    (a.code < b.code ? -1 : a.code > b.code ? 1 : 0)
  );
}
