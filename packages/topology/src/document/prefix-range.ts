import { addressBits, formatPrefix, parsePrefix } from "@nix-nos/ipam";
import type { PrefixRange } from "../network/policy.js";

/**
 * Reads an entry of a prefix set, in the notation of BIRD's filters.
 *
 * @param text - `10.0.0.0/8` alone; `10.0.0.0/8+` with everything inside; `10.0.0.0/8{24,28}` what is inside and has
 * one of these lengths
 * @returns `null` when the text is none, or a length is shorter than the prefix or too long for the family
 *
 * @example
 * ```ts
 * import { parsePrefixRange } from "@nix-nos/topology";
 *
 * parsePrefixRange("10.0.0.0/8{16,24}"); // => { "prefix": "10.0.0.0/8", "minLength": 16, "maxLength": 24 }
 * parsePrefixRange("10.0.0.0/8+"); // => { "prefix": "10.0.0.0/8", "minLength": 8, "maxLength": 32 }
 * ```
 */
export function parsePrefixRange(text: string): PrefixRange | null {
  const match = /^([^+{]+)(?:(\+)|\{(\d{1,3}),(\d{1,3})\})?$/.exec(text);
  const prefix = match?.[1] === undefined ? null : parsePrefix(match[1]);
  if (!match || !prefix) return null;
  const { length } = prefix;
  const longest = addressBits(prefix.address.family);
  const [, , all, from, to] = match;
  const minLength = from === undefined ? length : Number(from);
  const maxLength = to === undefined ? (all ? longest : length) : Number(to);
  if (minLength < length || maxLength < minLength || maxLength > longest) return null;
  return { prefix: formatPrefix(prefix), minLength, maxLength };
}
