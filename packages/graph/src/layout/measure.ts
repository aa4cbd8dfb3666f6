import type { GraphNode } from "../model.js";

/** Heights and widths in the picture's units, pixels at its natural size. */
export const sizes = {
  label: 13,
  line: 11,
  lineHeight: 15,
  vipHeight: 18,
  labelHeight: 18,
  padX: 16,
  padY: 8,
  cellHeight: 19,
} as const;

/** Longer texts are cut; the whole stands in the box's title. */
const mostCharacters = 34;
/** More VIPs than these are counted. */
const mostVips = 3;

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** What stands in a box, as far as it is written. */
export interface BoxText {
  readonly label: string;
  readonly lines: readonly string[];
  readonly vips: readonly string[];
  /** Rows of names of a stack, row by row; as many columns in each but the last. */
  readonly cells: readonly string[];
  readonly columns: number;
  readonly cellWidth: number;
}

export function boxText({ label, lines, vips, members, shape }: GraphNode): BoxText {
  const shown = vips.slice(0, vips.length > mostVips + 1 ? mostVips : vips.length);
  const rest = vips.length - shown.length;
  const cells = members.map((member) =>
    cut(shape === "external" ? [member.label, ...member.lines].join(", ") : member.label),
  );
  const cellWidth = Math.max(0, ...cells.map((cell) => textWidth(cell, sizes.line))) + 12;
  return {
    label: cut(label),
    lines: lines.map(cut),
    vips: [...shown.map(cut), ...(rest > 0 ? [`and ${rest} more`] : [])],
    cells,
    columns: Math.ceil(Math.sqrt((cells.length * sizes.cellHeight) / cellWidth)),
    cellWidth,
  };
}

export function boxSize(text: BoxText, shape: GraphNode["shape"]): Size {
  const { label, lines, vips, cells, columns, cellWidth } = text;
  const width = Math.max(
    textWidth(label, sizes.label) * 1.06,
    ...lines.map((line) => textWidth(line, sizes.line)),
    ...vips.map((vip) => textWidth(vip, sizes.line) + 22),
    columns * cellWidth,
  );
  const rows = cells.length === 0 ? 0 : Math.ceil(cells.length / columns) * sizes.cellHeight + 6;
  const height =
    sizes.labelHeight + lines.length * sizes.lineHeight + vips.length * sizes.vipHeight + rows + 2 * sizes.padY;
  return { width: Math.ceil(Math.max(56, width) + 2 * sizes.padX + slack(shape, height)), height };
}

/** Slanted sides take room from what stands between them. */
function slack(shape: GraphNode["shape"], height: number): number {
  if (shape === "border" || shape === "spine" || shape === "leaf") return 16;
  if (shape === "external" || shape === "router" || shape === "mesh") return Math.min(height, 40) / 2;
  return shape === "reflector" ? 10 : 0;
}

/** About what sans-serif fonts need: there is none to ask, and the same text must have the same width everywhere. */
export function textWidth(text: string, fontSize: number): number {
  let width = 0;
  for (const char of text)
    width += (char.codePointAt(0) ?? 0) >= 0x1100 ? 1 : /[A-Z@%&mwMW×–]/.test(char) ? 0.78 : 0.57;
  return width * fontSize;
}

function cut(text: string): string {
  const characters = [...text];
  return characters.length <= mostCharacters ? text : `${characters.slice(0, mostCharacters - 1).join("")}…`;
}
