/** Numbers, of ASes or VLANs, with both ends in it. */
export interface NumberRange {
  readonly min: number;
  readonly max: number;
}

/** The largest AS number there is (RFC 6793). */
export const largestAs = 4_294_967_295;

/**
 * The same numbers, sorted, and no two ranges that touch.
 *
 * @example
 * ```ts
 * import { mergeRanges } from "@nix-nos/topology";
 *
 * mergeRanges([{ min: 5, max: 9 }, { min: 1, max: 4 }]); // => [{ "min": 1, "max": 9 }]
 * ```
 */
export function mergeRanges(ranges: readonly NumberRange[]): readonly NumberRange[] {
  const merged: { min: number; max: number }[] = [];
  for (const { min, max } of [...ranges].sort((a, b) => a.min - b.min)) {
    const last = merged.at(-1);
    if (last && min <= last.max + 1) last.max = Math.max(last.max, max);
    else merged.push({ min, max });
  }
  return merged;
}

/**
 * All other AS numbers.
 *
 * @param ranges - sorted and apart from each other
 *
 * @example
 * ```ts
 * import { otherRanges } from "@nix-nos/topology";
 *
 * otherRanges([{ min: 1, max: 4294967295 }]); // => [{ "min": 0, "max": 0 }]
 * ```
 */
export function otherRanges(ranges: readonly NumberRange[]): readonly NumberRange[] {
  const others: NumberRange[] = [];
  let next = 0;
  for (const { min, max } of ranges) {
    if (min > next) others.push({ min: next, max: min - 1 });
    next = max + 1;
  }
  if (next <= largestAs) others.push({ min: next, max: largestAs });
  return others;
}
