/**
 * The known name that was most likely meant, by edit distance; `null` when none is near.
 *
 * @param name - what was written
 * @param known - what could have been written
 *
 * @example
 * ```ts
 * import { nearestName } from "@nix-nos/topology";
 *
 * nearestName("memebrs", ["members", "ibgp"]); // => "members"
 * nearestName("zebra", ["members", "ibgp"]); // => null
 * ```
 */
export function nearestName(name: string, known: Iterable<string>): string | null {
  if (name.length > 64) return null;
  const limit = Math.max(1, Math.min(3, Math.floor(name.length / 3)));
  let best: string | null = null;
  let bestDistance = limit + 1;
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) > limit) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Optimal string alignment: a swap of two neighbours, the commonest slip of a hand, counts once. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(cost);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length] ?? 0;
}

/**
 * `Did you mean "members"?`, or what else is known when it is a short list: the hint of a diagnostic.
 *
 * @param name - what was written
 * @param known - what could have been written
 *
 * @example
 * ```ts
 * import { didYouMean } from "@nix-nos/topology";
 *
 * didYouMean("memebrs", ["members", "ibgp"]); // => "Did you mean \"members\"?"
 * ```
 */
export function didYouMean(name: string, known: Iterable<string>): string | undefined {
  const names = [...known];
  const nearest = nearestName(name, names);
  if (nearest !== null) return `Did you mean ${quote(nearest)}?`;
  if (names.length === 0 || names.length > 20) return undefined;
  return `Known: ${names.map(visible).join(", ")}.`;
}

/**
 * A value of the document in a message: quoted, cut, with control characters made visible.
 *
 * @example
 * ```ts
 * import { quote } from "@nix-nos/topology";
 *
 * quote("a\u0007b"); // => "\"a\\u0007b\""
 * ```
 */
export function quote(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  const shown = text.length > 60 ? `${text.slice(0, 57)}...` : text;
  return visible(JSON.stringify(shown));
}

/** JSON leaves in place what a terminal obeys all the same (C1 controls), and what turns the order of letters round. */
function visible(text: string): string {
  const escaped = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu, (char) => char.split("").map(escaped).join(""));
}
