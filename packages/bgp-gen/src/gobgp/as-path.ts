import { type AsPathNode, largestAs, type NumberRange } from "@nix-nos/topology";

/**
 * A regular expression (RE2) over GoBGP's text of a path, AS numbers with a space between, that holds where the
 * expression of AS numbers does. Every letter takes the space before it, so a number in front is no letter's.
 *
 * @param inFront - the AS number that the filter does not know of: over eBGP GoBGP has put the own one in front before any
 *   policy looks; `null` for a path as it came in
 */
export function pathRegex(node: AsPathNode, inFront: number | null): string {
  const inner = (each: AsPathNode) => pathRegex(each, inFront);
  switch (node.kind) {
    case "as":
      return `${inFront === null ? "(?:^| )" : " "}${numbers(node.ranges)}\\b`;
    case "sequence":
      return node.items
        .filter((item, index) => item.kind !== "start" || node.items[index - 1]?.kind !== "start")
        .map(inner)
        .join("");
    case "choice":
      return `(?:${node.items.map(inner).join("|")})`;
    case "repeat":
      return `(?:${inner(node.item)})${quantifier(node.min, node.max)}`;
    case "start":
      return inFront === null ? "^" : `^${inFront}\\b`;
    case "end":
      return "$";
  }
}

/** Holds for a path whose last AS number is in the ranges. */
export function originRegex(ranges: readonly NumberRange[], inFront: number | null): string {
  return `${pathRegex({ kind: "as", ranges }, inFront)}$`;
}

/** Holds for a path of at most so many AS numbers. */
export function longestRegex(most: number, inFront: number | null): string {
  if (inFront !== null) return `^${inFront}(?: \\d+){0,${most}}$`;
  return most === 0 ? "^$" : `^(?:\\d+(?: \\d+){0,${most - 1}})?$`;
}

/** What no path is long enough to tell from no limit: a message has 4096 bytes, and RE2 counts to 1000. */
export const unlimitedLength = 1000;

function quantifier(min: number, max: number | null): string {
  if (max === null) return min === 0 ? "*" : min === 1 ? "+" : `{${min},}`;
  if (min === 0 && max === 1) return "?";
  return min === max ? `{${min}}` : `{${min},${max}}`;
}

function numbers(ranges: readonly NumberRange[]): string {
  // The end of the text with something after it: never.
  if (ranges.length === 0) return "$.";
  if (ranges.some(({ min, max }) => min === 0 && max === largestAs)) return "\\d+";
  const each = ranges.flatMap(({ min, max }) => decimals(min, max));
  return each.length === 1 && each[0] !== undefined ? each[0] : `(?:${each.join("|")})`;
}

/**
 * Expressions for the decimal numbers from one to another, both included and without leading zeros: as few as there
 * are ways in which leading digits agree.
 *
 * @example
 * ```ts
 * import { decimals } from "@nix-nos/bgp-gen";
 *
 * decimals(95, 120); // => ["9[5-9]", "1[0-1]\\d", "120"]
 * ```
 */
export function decimals(min: number, max: number): readonly string[] {
  const parts: string[] = [];
  let from = min;
  while (from <= max) {
    // The largest block 10^k that starts at `from`, keeps its number of digits and ends by `max`.
    let size = 1;
    while (from % (size * 10) === 0 && from + size * 10 - 1 <= max && String(from).length > String(size).length)
      size *= 10;
    const free = String(size).length - 1;
    const head = String(from).slice(0, String(from).length - free);
    const last = Number(head.at(-1));
    const steps = Math.min(9 - last, Math.floor((max - from + 1) / size) - 1);
    const digit = steps === 0 ? String(last) : `[${last}-${last + steps}]`;
    parts.push(`${head.slice(0, -1)}${digit}${free === 0 ? "" : free === 1 ? "\\d" : `\\d{${free}}`}`);
    from += (steps + 1) * size;
  }
  return parts;
}
