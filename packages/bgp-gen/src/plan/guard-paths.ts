import { type AsPathPattern, parseAsPath } from "@nix-nos/topology";

/**
 * Any AS number that nobody may announce: 0 (RFC 7607), AS_TRANS (RFC 6793), those for documentation (RFC 5398), for
 * private use (RFC 6996), reserved by IANA, and the last of 16 and 32 bits (RFC 7300).
 */
export const bogonAsns: AsPathPattern = pattern(
  "[0 23456 64496-64511 64512-65534 65535 65536-65551 65552-131071 4200000000-4294967294 4294967295]",
);

/** A path that does not begin with this AS number, or is empty (RFC 4271 §6.3). */
export function firstAsIsNot(number: number): AsPathPattern {
  return pattern(`^[^${number}]|^$`);
}

function pattern(text: string): AsPathPattern {
  const { pattern: parsed } = parseAsPath(text);
  if (parsed === null) throw new TypeError(`no expression of AS numbers: ${text}`);
  return parsed;
}
