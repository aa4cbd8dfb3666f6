import { decimals } from "@nix-nos/bgp-gen";
import { type AsPathNode, type CommunityPattern, largestAs, type NumberRange, otherRanges } from "@nix-nos/topology";
import { longestLine } from "../ios/document.js";

/** What an as-path list leaves of a line, also one of those that are too many; communities are shorter. */
const longestRegex = longestLine - "ip as-path access-list 99999 permit ".length;

/** IOS counts no repetitions, so they are written out. */
const longestWritten = 2000;

/**
 * Expressions of IOS, any of which holds for a path where the expression of AS numbers does; `null` where one would be
 * too long a line.
 *
 * `_` is whatever stands between AS numbers, or an end of the path.
 */
export function pathRegexes(root: AsPathNode): readonly string[] | null {
  if (root.kind === "choice") return concat(root.items.map(pathRegexes));
  const written = spell(root, false);
  if (written === undefined) return [];
  if (written === null) return null;
  const text = written === "" ? ".*" : /\$$/.test(written) ? written : `${written}_`;
  if (text.length <= longestRegex) return [text];
  const halves = split(root);
  return halves && concat(halves.map(pathRegexes));
}

/** Expressions for paths whose last AS number is in the ranges. */
export function originRegexes(ranges: readonly NumberRange[]): readonly string[] | null {
  return pathRegexes({ kind: "sequence", items: [{ kind: "as", ranges }, { kind: "end" }] });
}

/**
 * Expressions for the paths that "every path but those that begin with these numbers" leaves out; `null` for an expression
 * that is not of this kind. The numbers that are meant are few, all others many.
 */
export function allButFirst(root: AsPathNode): readonly string[] | null {
  if (root.kind !== "choice" || root.items.length !== 2) return null;
  const rows = root.items.map((item) => (item.kind === "sequence" ? item.items : [item]));
  const isEmpty = rows.some(
    ([start, end, ...more]) => start?.kind === "start" && end?.kind === "end" && more.length === 0,
  );
  const letter = rows.map(([start, as, ...more]) =>
    start?.kind === "start" && as?.kind === "as" && more.length === 0 ? as : null,
  );
  const found = letter.find((as) => as !== null);
  if (!isEmpty || !found) return null;
  const others = otherRanges(found.ranges);
  return others.length === 0
    ? null
    : pathRegexes({ kind: "sequence", items: [{ kind: "start" }, { kind: "as", ranges: others }] });
}

/** Paths of so many AS numbers or more, told by the spaces between them: IOS has no count. */
export function lengthRegex(least: number): string | null {
  const text = least === 0 ? ".*" : least === 1 ? "." : `.${" .*".repeat(least - 2)} .`;
  return text.length <= longestRegex ? text : null;
}

function concat(lists: readonly (readonly string[] | null)[]): readonly string[] | null {
  return lists.includes(null) ? null : lists.flatMap((list) => list ?? []);
}

/** `undefined` never holds; `null` is too long. `isFirst` stands right behind `^`, where nothing separates. */
function spell(node: AsPathNode, isFirst: boolean): string | null | undefined {
  switch (node.kind) {
    case "as": {
      const each = numbers(node.ranges);
      if (each.length === 0) return undefined;
      return `${isFirst ? "" : "_"}${group(each)}`;
    }
    case "sequence": {
      let text = "";
      let [first, behindStart] = [isFirst, false];
      for (const item of node.items) {
        if (item.kind === "start" && behindStart) continue;
        const own = spell(item, first);
        if (own === undefined || own === null) return own;
        text += own;
        if (text.length > longestWritten) return null;
        behindStart = item.kind === "start";
        first = behindStart;
      }
      return text;
    }
    case "choice": {
      const each = node.items.map((item) => spell(item, isFirst));
      if (each.includes(null)) return null;
      const held = each.filter((text) => typeof text === "string");
      return held.length === 0 ? undefined : group(held);
    }
    case "repeat":
      return repeat(node, isFirst);
    case "start":
      return "^";
    case "end":
      return "$";
  }
}

function repeat(
  { item, min, max }: Extract<AsPathNode, { kind: "repeat" }>,
  isFirst: boolean,
): string | null | undefined {
  const inner = spell(item, false);
  if (inner === null) return null;
  if (inner === undefined) return min === 0 ? "" : undefined;
  const [head, times] = isFirst && min > 0 ? [spell(item, true), min - 1] : ["", min];
  if (typeof head !== "string") return head;
  const optional = max === null ? 0 : max - min;
  if (inner.length * (times + optional) > longestWritten) return null;
  const more = max === null ? `(${inner})*` : `${`(${inner}`.repeat(optional)}${")?".repeat(optional)}`;
  return `${head}${inner.repeat(times)}${more}`;
}

/** The same expression as two, each with half of the numbers of a letter that stands in it as it is. */
function split(root: AsPathNode): readonly AsPathNode[] | null {
  const items = root.kind === "sequence" ? root.items : [root];
  const sizes = items.map((item) => (item.kind === "as" ? numbers(item.ranges).length : 0));
  const widest = sizes.indexOf(Math.max(...sizes));
  const letter = items[widest];
  if (letter?.kind !== "as" || (sizes[widest] ?? 0) < 2) return null;
  return halvesOf(letter.ranges).map((ranges) => ({
    kind: "sequence",
    items: items.map((item, index) => (index === widest ? { kind: "as", ranges } : item)),
  }));
}

function halvesOf(ranges: readonly NumberRange[]): readonly (readonly NumberRange[])[] {
  const [only, ...others] = ranges;
  if (only === undefined) return [];
  if (others.length > 0) {
    const half = Math.ceil(ranges.length / 2);
    return [ranges.slice(0, half), ranges.slice(half)];
  }
  // Where one of the expressions begins: a cut anywhere else would make more of them.
  const each = numbers(ranges);
  const middle = Number((each[Math.floor(each.length / 2)] ?? "").replace(/\[(\d)-\d\]/g, "$1"));
  return [[{ min: only.min, max: middle - 1 }], [{ min: middle, max: only.max }]];
}

function numbers(ranges: readonly NumberRange[]): readonly string[] {
  if (ranges.some(({ min, max }) => min === 0 && max === largestAs)) return ["[0-9]+"];
  return ranges.flatMap(({ min, max }) => decimals(min, max)).map(withoutCounts);
}

/** IOS knows neither `\d` nor `{3}`. */
function withoutCounts(text: string): string {
  return text.replace(/\\d(?:\{(\d+)\})?/g, (_, count?: string) => "[0-9]".repeat(Number(count ?? 1)));
}

function group(each: readonly string[]): string {
  const [only] = each;
  return each.length === 1 && only !== undefined ? only : `(${each.join("|")})`;
}

/** Words that stand for standard communities in the text that expressions see: IOS's, and FRR's. */
const names: readonly (readonly [asn: number, value: number, names: readonly string[]])[] = [
  [0, 0, ["internet"]],
  [65535, 0, ["gshut", "graceful-shutdown"]],
  [65535, 1, ["accept-own"]],
  [65535, 2, ["route-filter-translated-v4"]],
  [65535, 3, ["route-filter-v4"]],
  [65535, 4, ["route-filter-translated-v6"]],
  [65535, 5, ["route-filter-v6"]],
  [65535, 6, ["llgr-stale"]],
  [65535, 7, ["no-llgr"]],
  [65535, 8, ["accept-own-nexthop"]],
  [65535, 666, ["blackhole"]],
  [65535, 65281, ["no-export"]],
  [65535, 65282, ["no-advertise"]],
  [65535, 65283, ["local-AS"]],
  [65535, 65284, ["no-peer"]],
];

/** An expression for the communities that a pattern leaves open. */
export function communityRegex(pattern: CommunityPattern): string {
  const number = (value: number | null) => (value === null ? "[0-9]+" : String(value));
  switch (pattern.kind) {
    case "standard": {
      const { asn, value } = pattern;
      if (asn === null && value === null) return ".";
      const called = names.filter(([a, v]) => (asn ?? a) === a && (value ?? v) === v).flatMap(([, , each]) => each);
      return `_${group([`${number(asn)}:${number(value)}`, ...called])}_`;
    }
    case "large":
      return `_${number(pattern.asn)}:${number(pattern.data1)}:${number(pattern.data2)}_`;
    case "extended":
      return `_${pattern.type === "rt" ? "RT" : "SoO"}:${number(pattern.asn)}:${number(pattern.value)}_`;
  }
}
