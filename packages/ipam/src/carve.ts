import { emptySpace, lowestFree, spaceOf } from "./free-space.js";
import { fromNumber, toNumber } from "./number.js";
import { addressBits, firstAddress, type Prefix, prefixSize } from "./prefix.js";

/**
 * The lowest network of a length within another that overlaps none of those taken, in O(n log n).
 *
 * Nothing is remembered: for networks that stay with who got them, `createAllocator` has `allocateBlock`.
 *
 * @param taken - of any length and in any order; those elsewhere do not matter
 * @returns `null` when nothing is left, or the length is shorter than the network's or beyond its family's bits
 *
 * @example
 * ```ts
 * import { carve, formatPrefix, parsePrefix } from "@nix-nos/ipam";
 *
 * const [site, first] = [parsePrefix("10.0.0.0/16"), parsePrefix("10.0.0.0/26")];
 * const rack = site && first && carve(site, [first], 24);
 * rack && formatPrefix(rack); // => "10.0.1.0/24"
 * ```
 */
export function carve(prefix: Prefix, taken: readonly Prefix[], length: number): Prefix | null {
  const { family } = prefix.address;
  if (!Number.isInteger(length) || length < prefix.length || length > addressBits(family)) return null;
  const startOf = (own: Prefix) => toNumber(firstAddress(own));
  const others = taken.filter(({ address }) => address.family === family);
  const space = spaceOf(others.map((own) => [startOf(own), startOf(own) + prefixSize(own)]));
  const start = startOf(prefix);
  const size = 1n << BigInt(addressBits(family) - length);
  const found = lowestFree(space, emptySpace(), start, start + prefixSize(prefix), size);
  return found === null ? null : { address: fromNumber(family, found), length };
}
