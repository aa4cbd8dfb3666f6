import type { Diagnostic } from "@nix-nos/topology";
import { problem } from "../failure.js";

/** What Nix said on stderr, as a diagnostic at the place that Nix names, in the user's files rather than a library's. */
export function nixDiagnostic(stderr: string): Diagnostic {
  const text = withoutEscapes(stderr).replaceAll("\r", "").trim();
  const start = Math.max(0, text.search(/^error:(?![\s\S]*^error:)/m));
  const message = text
    .slice(start)
    .replace(/^error:\s*/, "")
    .split(/\n\s*\n|\n\s*at \S|\n\s*…/)[0]
    ?.replace(/\s*\n\s*/g, " ")
    .replace(/, at \S+:\d+:\d+$/, "")
    .trim();
  const place = choosePlace(placesOf(text.slice(start))) ?? choosePlace(placesOf(text.slice(0, start)).reverse());
  const tooDeep = /infinite recursion|stack overflow|out of memory/i.test(message ?? "");
  return problem(tooDeep ? "NN1008" : "NN1006", `Nix says: ${message || "nothing, and failed"}`, {
    ...place,
    hint: hintFor(message ?? ""),
  });
}

interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Nix names places on lines of their own, as `at FILE:LINE:COLUMN:`; a place inside a message, where something else
 * stands, comes after them. What Nix evaluates from the command line has the name `«string»` or `(string)`.
 */
function placesOf(text: string): Place[] {
  const find = (pattern: RegExp) => {
    return [...text.matchAll(pattern)].map(([, file = "", line, column]) => {
      return { file, line: Number(line), column: Number(column) };
    });
  };
  return [...find(/^\s*at (\/[^\n]*?):(\d+):(\d+)/gm), ...find(/\S.* at (\/[^\n]*?):(\d+):(\d+)/g)];
}

function choosePlace(places: readonly Place[]): Place | null {
  return places.find(({ file }) => !file.startsWith("/nix/store/")) ?? places[0] ?? null;
}

function hintFor(message: string): string {
  if (/without required argument|with unexpected argument/.test(message)) {
    return "A function is called with `{ }`: give each of its arguments a default.";
  }
  if (/infinite recursion/.test(message)) return "Look for a set that refers to itself.";
  if (/syntax error/.test(message)) return "Most often a `;` or a closing bracket is missing before this place.";
  return "The file must evaluate on its own: `nix-instantiate --eval --strict FILE` shows the same.";
}

function withoutEscapes(text: string): string {
  // Nix colours its messages even in a pipe. The property stands for ESC, which a pattern may not hold as itself.
  return text.replace(/\p{Cc}\[[0-9;]*[A-Za-z]/gu, "");
}
