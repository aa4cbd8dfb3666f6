import { compareAddress, type IpAddress, parseAddress } from "./address.js";
import { firstAddress, type Prefix, parsePrefix } from "./prefix.js";

/**
 * Whether an address lies in a network.
 *
 * @example
 * ```ts
 * import { containsAddress, parseAddress, parsePrefix } from "@nix-nos/ipam";
 *
 * const [prefix, address] = [parsePrefix("10.0.0.0/8"), parseAddress("10.1.2.3")];
 * prefix && address && containsAddress(prefix, address); // => true
 * ```
 */
export function containsAddress(prefix: Prefix, address: IpAddress): boolean {
  if (prefix.address.family !== address.family) return false;
  return compareAddress(firstAddress({ address, length: prefix.length }), prefix.address) === 0;
}

/**
 * Whether a network lies in another, or is it.
 *
 * @example
 * ```ts
 * import { containsPrefix, parsePrefix } from "@nix-nos/ipam";
 *
 * const [wide, narrow] = [parsePrefix("10.0.0.0/8"), parsePrefix("10.9.0.0/16")];
 * wide && narrow && containsPrefix(wide, narrow); // => true
 * wide && narrow && containsPrefix(narrow, wide); // => false
 * ```
 */
export function containsPrefix(outer: Prefix, inner: Prefix): boolean {
  return outer.length <= inner.length && containsAddress(outer, inner.address);
}

/**
 * Whether an address, or all of a prefix, lies in another prefix, by their texts; `false` where one is neither.
 *
 * @example
 * ```ts
 * import { isInside } from "@nix-nos/ipam";
 *
 * [isInside("10.1.0.0/16", "10.0.0.0/8"), isInside("10.1.2.3", "10.0.0.0/8")]; // => [true, true]
 * isInside("10.0.0.0/8", "10.1.0.0/16"); // => false
 * ```
 */
export function isInside(text: string, outer: string): boolean {
  const prefix = parsePrefix(outer);
  if (prefix === null) return false;
  const inner = parsePrefix(text);
  if (inner !== null) return containsPrefix(prefix, inner);
  const address = parseAddress(text);
  return address !== null && containsAddress(prefix, address);
}

/**
 * Whether two networks share an address, which is when one holds the other.
 *
 * @example
 * ```ts
 * import { overlaps, parsePrefix } from "@nix-nos/ipam";
 *
 * const [wide, narrow] = [parsePrefix("10.0.0.0/8"), parsePrefix("10.9.0.0/16")];
 * wide && narrow && overlaps(wide, narrow); // => true
 * ```
 */
export function overlaps(a: Prefix, b: Prefix): boolean {
  return containsPrefix(a, b) || containsPrefix(b, a);
}

/**
 * Every pair of an overlapping network and the nearest one before it that it lies in, in O(n log n).
 *
 * @returns pairs of indexes into `prefixes`, the smaller index first, sorted
 *
 * @example
 * ```ts
 * import { findOverlaps, parsePrefix } from "@nix-nos/ipam";
 *
 * const prefixes = ["10.0.0.0/8", "192.0.2.0/24", "10.1.0.0/16"].flatMap((text) => parsePrefix(text) ?? []);
 * findOverlaps(prefixes); // => [[0, 2]]
 * ```
 */
export function findOverlaps(prefixes: readonly Prefix[]): readonly (readonly [number, number])[] {
  const sorted = prefixes
    .map((prefix, index) => ({ prefix, index }))
    .sort(
      (a, b) =>
        compareAddress(a.prefix.address, b.prefix.address) || a.prefix.length - b.prefix.length || a.index - b.index,
    );
  const pairs: [number, number][] = [];
  const open: { prefix: Prefix; index: number }[] = [];
  for (const entry of sorted) {
    // Networks nest or are disjoint, so the ones that are still open form a chain.
    while (open.length > 0) {
      const outer = open.at(-1);
      if (outer && overlaps(outer.prefix, entry.prefix)) break;
      open.pop();
    }
    const outer = open.at(-1);
    if (outer) pairs.push(outer.index < entry.index ? [outer.index, entry.index] : [entry.index, outer.index]);
    open.push(entry);
  }
  return pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}
