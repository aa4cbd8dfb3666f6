import { aligned, gapsOf, spaceOf } from "./free-space.js";
import { fromNumber, toNumber } from "./number.js";
import { addressBits, firstAddress, type Prefix, prefixSize } from "./prefix.js";

/**
 * The networks of a length within another that overlap none of those taken, lowest first, one at a time: O(n log n)
 * for what is taken, and then nothing but a step for each.
 *
 * Nothing is remembered: for networks that stay with who got them, `createAllocator` has `allocateBlock`.
 *
 * @param taken - of any length and in any order; those elsewhere do not matter
 * @param length - one shorter than the network's, or beyond its family's bits, gives none
 *
 * @example
 * ```ts
 * import { carve, formatPrefix, parsePrefix } from "@nix-nos/ipam";
 *
 * const [site, first] = [parsePrefix("10.0.0.0/22"), parsePrefix("10.0.1.0/26")];
 * const racks = site && first ? [...carve(site, [first], 24)] : [];
 * racks.map(formatPrefix); // => ["10.0.0.0/24", "10.0.2.0/24", "10.0.3.0/24"]
 * const [rack] = site && first ? carve(site, [first], 26) : [];
 * rack && formatPrefix(rack); // => "10.0.0.0/26"
 * ```
 */
export function* carve(prefix: Prefix, taken: readonly Prefix[], length: number): Generator<Prefix, void, undefined> {
  const { family } = prefix.address;
  if (!Number.isInteger(length) || length < prefix.length || length > addressBits(family)) return;
  const startOf = (own: Prefix) => toNumber(firstAddress(own));
  const others = taken.filter(({ address }) => address.family === family);
  const space = spaceOf(others.map((own) => [startOf(own), startOf(own) + prefixSize(own)]));
  const size = 1n << BigInt(addressBits(family) - length);
  const start = startOf(prefix);
  for (const [low, high] of gapsOf(space, start, start + prefixSize(prefix)))
    for (let at = aligned(low, size); at + size <= high; at += size) yield { address: fromNumber(family, at), length };
}
