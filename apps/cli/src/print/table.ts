import Table from "cli-table3";
import { cut, visible, columns as widthOf } from "./text.js";

/** Columns that stand between two others. */
const gap = 2;

/** A column is not made narrower than this: less says nothing. */
const narrowest = 6;

/**
 * A table without lines between its columns, so that a row is easily copied and cut.
 *
 * @param width - columns of the terminal, on which no line breaks: the widest cells are cut, and end in `…`; `null` for
 * a pipe, which takes all
 * @param optional - heads of columns that are left out one after another, rather than cut any
 */
export function printTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  width: number | null = null,
  optional: readonly string[] = [],
): string {
  const shown = rows.map((row) => row.map(visible));
  const widths = head.map((text, index) => Math.max(widthOf(text), ...maximum(shown, index)));
  const [first, ...rest] = optional;
  if (first !== undefined && width !== null && lineOf(widths) > width) {
    const keep = (_: unknown, index: number) => head[index] !== first;
    return printTable(
      head.filter(keep),
      rows.map((row) => row.filter(keep)),
      width,
      rest,
    );
  }
  const fitted = width === null ? widths : narrowed(widths, width);
  // The library would cut between the halves of a character.
  const all = [head, ...shown].map((row) => row.map((cell, index) => cut(cell, fitted[index] ?? 0)));
  // Laying out takes the square of the rows: ten thousand at once would take minutes.
  const parts = Array.from({ length: Math.ceil(all.length / most) }, (_, index) =>
    layOut(all.slice(index * most, (index + 1) * most), fitted),
  );
  return parts.join("");
}

/** Rows that are laid out at once. */
const most = 100;

function layOut(rows: readonly (readonly string[])[], widths: readonly number[]): string {
  const table = new Table({
    chars: noLines,
    colWidths: widths.map((own) => own + gap),
    style: { head: [], border: [], "padding-left": 0, "padding-right": gap },
  });
  for (const row of rows) table.push([...row]);
  const lines = table.toString().split("\n");
  return lines.map((line) => `${line.trimEnd()}\n`).join("");
}

/** The width of a stream that is a terminal; `null` for a pipe or file. */
export function terminalWidth(stream: NodeJS.WritableStream): number | null {
  const { isTTY, columns } = stream as Partial<NodeJS.WriteStream>;
  return isTTY === true && columns !== undefined && columns > 0 ? columns : null;
}

/** The size of a stream that is a terminal; `null` for a pipe or file. */
export function terminalScreen(
  stream: NodeJS.WritableStream,
): { readonly width: number; readonly height: number } | null {
  const width = terminalWidth(stream);
  const { rows } = stream as Partial<NodeJS.WriteStream>;
  return width === null ? null : { width, height: rows !== undefined && rows > 0 ? rows : 24 };
}

/** The widest cell of a column, as a list of one: spreading ten thousand of them would exhaust the stack. */
function maximum(rows: readonly (readonly string[])[], index: number): readonly number[] {
  return [rows.reduce((widest, row) => Math.max(widest, widthOf(row[index] ?? "")), 0)];
}

/** Columns of a line. */
function lineOf(widths: readonly number[]): number {
  return widths.reduce((sum, own) => sum + own + gap, -gap);
}

/** Takes from the widest column, one by one, until the line fits. */
function narrowed(natural: readonly number[], width: number): readonly number[] {
  const widths = [...natural];
  let excess = lineOf(widths) - width;
  while (excess > 0) {
    const widest = widths.indexOf(Math.max(...widths));
    const own = widths[widest] ?? 0;
    if (own <= narrowest) break;
    widths[widest] = own - 1;
    excess--;
  }
  return widths;
}

const noLines = {
  top: "",
  "top-mid": "",
  "top-left": "",
  "top-right": "",
  bottom: "",
  "bottom-mid": "",
  "bottom-left": "",
  "bottom-right": "",
  left: "",
  "left-mid": "",
  mid: "",
  "mid-mid": "",
  right: "",
  "right-mid": "",
  middle: "",
};
