/**
 * The marks that git leaves in a file whose merge conflicts. A JSON text never has one at the start of a line: a string
 * holds no line break.
 */
const marks = { ours: "<<<<<<<", base: "|||||||", middle: "=======", theirs: ">>>>>>>" } as const;

type Mark = keyof typeof marks;
const markList = Object.entries(marks) as readonly (readonly [Mark, string])[];

/** Both sides of a text with conflicts, each with the line in that text that a line of the side comes from. */
export interface Sides {
  readonly ours: Side;
  readonly theirs: Side;
  /** There is no conflict, and the sides are the same. */
  readonly isOne: boolean;
}

export interface Side {
  readonly lines: readonly string[];
  /** From 1. */
  readonly numbers: readonly number[];
}

/** The lines, from 1, on which a conflict begins; a mark that belongs to none counts as well. */
export function conflictStarts(text: string): readonly number[] {
  const starts: number[] = [];
  let open = false;
  for (const [index, line] of linesOf(text).entries()) {
    const mark = markOf(line);
    if (mark === null) continue;
    if (mark === "ours" || !open) starts.push(index + 1);
    open = mark !== "theirs";
  }
  return starts;
}

/**
 * Divides a text at its marks: outside a conflict, a line belongs to both sides. The base that `merge.conflictStyle =
 * diff3` shows belongs to neither.
 *
 * @returns a line number instead where a mark stands that belongs to no conflict
 */
export function splitSides(text: string): Sides | number {
  const sides = { ours: emptySide(), theirs: emptySide() };
  let state: Mark | "outside" = "outside";
  let opened = 0;
  for (const [index, line] of linesOf(text).entries()) {
    const mark = markOf(line);
    if (mark === null) {
      if (state === "outside" || state === "ours") add(sides.ours, line, index + 1);
      if (state === "outside" || state === "middle") add(sides.theirs, line, index + 1);
      continue;
    }
    const follows: boolean =
      (mark === "ours" && state === "outside") ||
      (mark === "base" && state === "ours") ||
      (mark === "middle" && (state === "ours" || state === "base")) ||
      (mark === "theirs" && state === "middle");
    if (!follows) return index + 1;
    if (mark === "ours") opened = index + 1;
    state = mark === "theirs" ? "outside" : mark;
  }
  return state === "outside" ? { ...sides, isOne: opened === 0 } : opened;
}

function linesOf(text: string): string[] {
  return text.split(/\r?\n/);
}

function markOf(line: string): Mark | null {
  for (const [name, mark] of markList)
    if (line.startsWith(mark) && (line.length === mark.length || line[mark.length] === " ")) return name;
  return null;
}

function emptySide(): { lines: string[]; numbers: number[] } {
  return { lines: [], numbers: [] };
}

function add(side: { lines: string[]; numbers: number[] }, line: string, number: number): void {
  side.lines.push(line);
  side.numbers.push(number);
}
