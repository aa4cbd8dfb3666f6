import type { Box, Point } from "./geometry.js";

/** How far a line that goes around others keeps from them. */
const clearance = 16;

/** A line between two boxes side by side: straight, or bowed around the boxes that stand between them. */
export function lineAbreast(from: Box, to: Box, others: readonly Box[]): readonly Point[] {
  const [a, b] = [center(from), center(to)];
  const between = others.filter((box) => box !== from && box !== to && crosses(a, b, box));
  if (between.length === 0) return [atBorder(from, b), middle(a, b), atBorder(to, a)];
  const lies = Math.abs(a.x - b.x) >= Math.abs(a.y - b.y);
  const reach = Math.max(...[from, to, ...between].map((box) => (lies ? box.height : box.width))) / 2 + clearance;
  const bow = middle(a, b);
  const over = lies ? { x: bow.x, y: bow.y + 2 * reach } : { x: bow.x + 2 * reach, y: bow.y };
  return [atBorder(from, over), over, atBorder(to, over)];
}

function center({ x, y, width, height }: Box): Point {
  return { x: x + width / 2, y: y + height / 2 };
}

function middle(a: Point, b: Point): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

/** Where the way from a box's center to a point leaves the box. */
function atBorder(box: Box, to: Point): Point {
  const { x, y } = center(box);
  const [dx, dy] = [to.x - x, to.y - y];
  const part = Math.min(1, box.width / 2 / (Math.abs(dx) || 1e-9), box.height / 2 / (Math.abs(dy) || 1e-9));
  return { x: x + dx * part, y: y + dy * part };
}

/** Looked at in steps that are finer than any box. */
function crosses(a: Point, b: Point, { x, y, width, height }: Box): boolean {
  const steps = Math.ceil(Math.hypot(b.x - a.x, b.y - a.y) / 10);
  return Array.from({ length: steps + 1 }, (_, step) => step / Math.max(1, steps)).some((part) => {
    const at = { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part };
    return at.x >= x && at.x <= x + width && at.y >= y && at.y <= y + height;
  });
}
