import type { Point } from "../layout/geometry.js";
import type { PlacedEdge } from "../layout/place.js";
import { element, type Xml } from "./xml.js";

/** A title of more lines than these is read by nobody. */
const mostDetails = 40;

/** A line, its arrow where it has a direction, and what is written at it. */
export function drawEdge({ edge, points, labelAt }: PlacedEdge): Xml {
  const { kind, client, label, details } = edge;
  const path = curve(points);
  const rest = details.length - mostDetails;
  const title = [...details.slice(0, mostDetails), ...(rest > 0 ? [`and ${rest} more`] : [])].join("; ");
  return element(
    "g",
    { class: `edge ${kind}`, role: "graphics-symbol" },
    element("title", {}, title),
    element("path", { d: path }),
    element("path", { class: "hit", d: path }),
    client === null ? null : arrow(client === "to" ? points : points.toReversed()),
    label === null || labelAt === null
      ? null
      : element("text", { class: "edge-label", x: labelAt.x, y: labelAt.y + 4 }, label),
  );
}

/** Through the middles of a polyline's parts, with its corners as control points: smooth, and never outside of it. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  if (first === undefined) return "M0 0";
  const parts = [`M${first.x} ${first.y}`];
  for (const [index, point] of rest.entries()) {
    const next = rest[index + 1];
    if (next === undefined) parts.push(`L${point.x} ${point.y}`);
    else parts.push(`Q${point.x} ${point.y} ${middle(point.x, next.x)} ${middle(point.y, next.y)}`);
  }
  return parts.join(" ");
}

function arrow(points: readonly Point[]): Xml | null {
  const tip = points.at(-1);
  const before = points.at(-2);
  if (tip === undefined || before === undefined) return null;
  const angle = Math.atan2(tip.y - before.y, tip.x - before.x);
  const corner = (turn: number) => {
    const x = tip.x - 9 * Math.cos(angle + turn);
    const y = tip.y - 9 * Math.sin(angle + turn);
    return `${Math.round(x * 10) / 10} ${Math.round(y * 10) / 10}`;
  };
  return element("path", { class: "arrow", d: `M${tip.x} ${tip.y} L${corner(0.4)} L${corner(-0.4)} Z` });
}

function middle(a: number, b: number): number {
  return Math.round((a + b) * 5) / 10;
}
