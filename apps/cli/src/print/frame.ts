import type { Paint } from "./paint.js";
import { columns, visible } from "./text.js";

/** A place to point at; columns count UTF-16 units from 1, as editors and parsers in JavaScript do. */
export interface FramePlace {
  readonly line: number;
  readonly column: number;
  readonly endColumn?: number;
}

/** Columns of source text that a frame shows of a long line. */
const window = 100;

/**
 * The source line of a place with carets under it, as lines of text without indentation of their own.
 *
 * @param lines - of the source
 * @param gutter - columns to keep for line numbers
 */
export function codeFrame(
  lines: readonly string[],
  place: FramePlace,
  gutter: number,
  paint: Paint,
): readonly string[] {
  const line = lines[place.line - 1]?.replace(/\r$/, "");
  if (line === undefined) return [];
  const start = Math.min(Math.max(place.column - 1, 0), line.length);
  const end = Math.min(
    Math.max(place.endColumn === undefined ? start + 1 : place.endColumn - 1, start + 1),
    line.length,
  );

  // A long line is cut to a window that has the caret in its first third.
  const from = line.length <= window ? 0 : Math.max(0, Math.min(start - Math.floor(window / 3), line.length - window));
  const to = Math.min(line.length, from + window);
  const shownEnd = Math.min(Math.max(end, start), to);
  const head = from > 0 ? "…" : "";
  const tail = to < line.length ? "…" : "";
  const before = head + shown(line.slice(from, start));
  const marked = shown(line.slice(start, shownEnd));
  const after = shown(line.slice(shownEnd, to)) + tail;

  const number = paint("faint", `${String(place.line).padStart(gutter)} |`);
  const blank = paint("faint", `${" ".repeat(gutter)} |`);
  const carets = " ".repeat(columns(before)) + paint("error", "^".repeat(Math.max(1, columns(marked))));
  return [blank, `${number} ${before}${marked}${after}`.trimEnd(), `${blank} ${carets}`];
}

function shown(text: string): string {
  return visible(text.replaceAll("\t", "  "));
}
