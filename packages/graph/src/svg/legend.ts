import { type Size, sizes, textWidth } from "../layout/measure.js";
import type { GraphLegend } from "../model.js";
import { outline } from "./shapes.js";
import { element, type Xml } from "./xml.js";

const symbol = { width: 34, height: 18 } as const;
const rowHeight = 28;

/** What the shapes and lines mean, in a row each. */
export function drawLegend({ shapes, edges }: GraphLegend): readonly Xml[] {
  const first = row(shapes.map(({ text }) => text));
  const second = row(edges.map(({ text }) => text));
  const below = shapes.length === 0 ? 0 : rowHeight;
  return [
    ...shapes.map(({ shape, text }, index) => {
      const x = first.starts[index] ?? 0;
      return element("g", { class: shape }, ...outline(shape, { x, y: 0, ...symbol }), caption(text, x, 0));
    }),
    ...edges.map(({ kind, text, directed }, index) => {
      const x = second.starts[index] ?? 0;
      const y = below + symbol.height / 2;
      const d = `M${x} ${y} L${x + symbol.width} ${y}`;
      const tip = x + symbol.width;
      const arrow = element("path", { class: "arrow", d: `M${tip} ${y} L${tip - 9} ${y - 4} L${tip - 9} ${y + 4} Z` });
      return element(
        "g",
        { class: `edge ${kind}` },
        element("path", { d }),
        directed ? arrow : null,
        caption(text, x, below),
      );
    }),
  ];
}

export function legendSize({ shapes, edges }: GraphLegend): Size {
  const rows = [shapes, edges].filter((list) => list.length > 0);
  return {
    width: Math.max(0, ...rows.map((list) => row(list.map(({ text }) => text)).width)),
    height: rows.length * rowHeight,
  };
}

function caption(text: string, x: number, y: number): Xml {
  return element("text", { x: x + symbol.width + 8, y: y + 13 }, text);
}

function row(texts: readonly string[]): { readonly starts: readonly number[]; readonly width: number } {
  const starts: number[] = [];
  let width = 0;
  for (const text of texts) {
    starts.push(width);
    width += Math.ceil(symbol.width + 8 + textWidth(text, sizes.line) + 22);
  }
  return { starts, width };
}
