import type { Diagnostic, RelatedPlace } from "@nix-nos/topology";
import { codeFrame } from "./frame.js";
import type { Paint } from "./paint.js";
import { count, shortened, visible, visibleLines } from "./text.js";

/** Gives the text of a source file for its code frames, or `null` when it cannot. */
export type SourceReader = (file: string) => string | null;

/** Longest message that is printed whole. */
const longest = 2000;

/** Warnings of one code that are printed, where nobody wants all. */
const mostWarnings = 10;

/**
 * Diagnostics as people read them: what is wrong, where, the line itself with carets, what to do, and a count.
 *
 * @param most - warnings of one code that are printed
 * @returns text that ends in a line feed, or nothing when there is nothing to say
 */
export function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  read: SourceReader,
  paint: Paint,
  most = mostWarnings,
): string {
  if (diagnostics.length === 0) return "";
  const linesOf = remember(
    (file: string) =>
      read(file)
        ?.replace(/^\uFEFF/, "")
        .split("\n") ?? [],
  );
  const { shown, hidden } = withoutFlood(diagnostics, most);
  const blocks = shown.map((diagnostic) => `${printOne(diagnostic, linesOf, paint).join("\n")}\n`);
  for (const [code, number] of hidden) blocks.push(`${paint("warning", `and ${number} more of ${code}`)}\n`);
  return `${blocks.join("\n")}\n${paint("strong", summary(diagnostics))}\n`;
}

/** Every error is shown; of one kind of warning the first ones say it all, and 10,000 would bury the rest. */
function withoutFlood(diagnostics: readonly Diagnostic[], most: number) {
  const seen = new Map<string, number>();
  const shown = diagnostics.filter(({ code, severity }) => {
    if (severity === "error") return true;
    seen.set(code, (seen.get(code) ?? 0) + 1);
    return (seen.get(code) ?? 0) <= most;
  });
  const hidden = [...seen].filter(([, number]) => number > most);
  return { shown, hidden: hidden.map(([code, number]) => [code, number - most] as const) };
}

/** "2 errors, 1 warning". */
export function summary(diagnostics: readonly Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const warnings = diagnostics.length - errors;
  const parts = [errors > 0 && count(errors, "error"), warnings > 0 && count(warnings, "warning")];
  return parts.filter(Boolean).join(", ") || "no errors";
}

type Lines = (file: string) => readonly string[];

function printOne(diagnostic: Diagnostic, linesOf: Lines, paint: Paint): readonly string[] {
  const { code, severity, message, hint, related = [] } = diagnostic;
  const places = [diagnostic, ...related];
  const gutter = String(Math.max(1, ...places.map(({ line }) => line ?? 0))).length;
  const note = (name: string, text: string) =>
    `${" ".repeat(gutter)} = ${paint("strong", `${name}:`)} ${sentence(text)}`;
  return [
    `${paint(severity, `${severity}[${code}]`)}${paint("strong", `: ${sentence(message)}`)}`,
    ...printPlace(diagnostic, gutter, linesOf, paint),
    ...related.flatMap((place) => [note("note", place.message), ...printPlace(place, gutter, linesOf, paint)]),
    ...(hint === undefined ? [] : [note("hint", hint)]),
  ];
}

function printPlace(place: Diagnostic | RelatedPlace, gutter: number, linesOf: Lines, paint: Paint): readonly string[] {
  const { file, line, column = 1 } = place;
  if (file === undefined) return [];
  const arrow = `${" ".repeat(gutter)}${paint("faint", "-->")} ${visible(file)}`;
  if (line === undefined || line < 1) return [arrow];
  const endColumn = "endColumn" in place ? place.endColumn : undefined;
  const frame = codeFrame(
    linesOf(file),
    { line, column, ...(endColumn !== undefined && { endColumn }) },
    gutter,
    paint,
  );
  return [`${arrow}:${line}:${column}`, ...frame];
}

/** A message may quote the document, so it is as hostile as that is; it may have lines of its own, as Nix's do. */
function sentence(text: string): string {
  return visibleLines(shortened(text, longest)).replaceAll("\n", "\n      ");
}

function remember<K, V>(give: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const value = known.get(key) ?? give(key);
    known.set(key, value);
    return value;
  };
}
