/**
 * Orders names as people do: runs of digits by value, so that `node2` comes before `node10`; a total order that
 * does not depend on the machine's locale.
 *
 * @returns negative, zero or positive, as `Array.prototype.sort` wants it
 *
 * @example
 * ```ts
 * import { compareNames } from "@nix-nos/topology";
 *
 * ["node10", "node2", "edge1"].sort(compareNames); // => ["edge1", "node2", "node10"]
 * ```
 */
export function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (isDigit(a, i) && isDigit(b, j)) {
      const endA = endOfDigits(a, i);
      const endB = endOfDigits(b, j);
      const left = a.slice(i, endA).replace(/^0+/, "");
      const right = b.slice(j, endB).replace(/^0+/, "");
      if (left.length !== right.length) return left.length - right.length;
      if (left !== right) return left < right ? -1 : 1;
      i = endA;
      j = endB;
      continue;
    }
    const difference = a.charCodeAt(i) - b.charCodeAt(j);
    if (difference !== 0) return difference;
    i++;
    j++;
  }
  // Equal but for leading zeros or length: the plain order keeps it total.
  return a.length - i - (b.length - j) || (a < b ? -1 : 1);
}

function isDigit(text: string, index: number): boolean {
  const code = text.charCodeAt(index);
  return code >= 48 && code <= 57;
}

function endOfDigits(text: string, start: number): number {
  let end = start;
  while (end < text.length && isDigit(text, end)) end++;
  return end;
}
