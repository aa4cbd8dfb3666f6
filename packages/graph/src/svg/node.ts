import { boxLines } from "../boxes.js";
import type { Box } from "../layout/geometry.js";
import { type BoxText, sizes, textWidth } from "../layout/measure.js";
import type { PlacedNode } from "../layout/place.js";
import { outline } from "./shapes.js";
import { element, type Xml } from "./xml.js";

/** A box with its name, what stands under it, VIPs, and the names in a stack. */
export function drawNode({ node, text, box }: PlacedNode): Xml {
  const { x, y, width } = box;
  const middle = x + width / 2;
  let at = y + sizes.padY;
  const write = (name: string, what: string, height: number): Xml => {
    at += height;
    return element("text", { class: name, x: middle, y: at - 4 }, what);
  };
  return element(
    "g",
    { class: `node ${node.shape}`, role: "graphics-symbol" },
    element("title", {}, boxLines(node).join("; ")),
    ...outline(node.shape, box),
    write("label", text.label, sizes.labelHeight),
    ...text.lines.map((line) => write("line", line, sizes.lineHeight)),
    ...text.vips.flatMap((vip) => [vipFrame(vip, middle, at), write("vip", vip, sizes.vipHeight)]),
    ...cells(text, { ...box, y: at + 6 }),
  );
}

function vipFrame(vip: string, middle: number, at: number): Xml {
  const width = Math.round(textWidth(vip, sizes.line) + 18);
  return element("rect", {
    class: "vip-box",
    x: middle - width / 2,
    y: at + 2,
    width,
    height: sizes.vipHeight - 3,
    rx: 7,
  });
}

function cells({ cells: names, columns, cellWidth }: BoxText, { x, y, width }: Box): readonly Xml[] {
  const left = x + (width - columns * cellWidth) / 2;
  return names.map((name, index) => {
    const column = index % columns;
    const row = Math.floor(index / columns);
    const middle = Math.round((left + (column + 0.5) * cellWidth) * 10) / 10;
    return element("text", { class: "cell", x: middle, y: y + row * sizes.cellHeight + 13 }, name);
  });
}
