import type { AsPathNode, NumberRange, PolicyMatch } from "@nix-nos/topology";

/** Repetitions inside each other multiply, and Go's regular expressions count to this. */
const mostRepeats = 1000;

/** Go takes three times as much; far below, a look at one path already takes longer than anybody wants to wait. */
const mostLetters = 1_000_000;

/**
 * Whether GoBGP can read what a match asks of a path: it says nothing of an expression that Go's `regexp` refuses but one
 * line in its log, and runs on without any policy.
 */
export function fitsRegex({ asPaths, originAs }: PolicyMatch): boolean {
  const nodes = [...(asPaths ?? []).map(({ root }) => root)];
  const letters = nodes.reduce((sum, node) => sum + lettersOf(node), rangesLetters(originAs?.ranges ?? []));
  return letters <= mostLetters && nodes.every((node) => repeatsFit(node, mostRepeats));
}

/** As `repeatIsValid` in Go's regexp/syntax counts: what has no largest number counts by its smallest, and `*` not at all. */
function repeatsFit(node: AsPathNode, left: number): boolean {
  switch (node.kind) {
    case "repeat": {
      const times = node.max ?? node.min;
      const isCounted = times > 1 && !(node.max === null && node.min <= 1);
      return times <= left && repeatsFit(node.item, isCounted ? Math.floor(left / times) : left);
    }
    case "sequence":
    case "choice":
      return node.items.every((item) => repeatsFit(item, left));
    default:
      return true;
  }
}

/** How many characters an expression comes to with every repetition written out; rather too many than too few. */
function lettersOf(node: AsPathNode): number {
  switch (node.kind) {
    case "as":
      return rangesLetters(node.ranges) + 10;
    case "sequence":
    case "choice":
      return node.items.reduce((sum, item) => sum + lettersOf(item) + 2, 0);
    case "repeat":
      return (lettersOf(node.item) + 2) * Math.max(1, node.max ?? node.min + 1);
    default:
      return 12;
  }
}

/** A range of numbers is as many expressions of its digits as it takes to go up and down again by powers of ten. */
function rangesLetters(ranges: readonly NumberRange[]): number {
  return ranges.reduce((sum, { min, max }) => {
    const digits = String(max).length + 1;
    return sum + (min === max ? digits : 2 * String(max - min).length * digits);
  }, 0);
}
