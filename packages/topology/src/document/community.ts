import type { Community } from "../network/network.js";

/**
 * Reads a community as the topology writes it.
 *
 * @param text - `A:B`, standard (RFC 1997), or `A:B:C`, large (RFC 8092), in decimal
 * @returns `null` when the text is none, or a number does not fit
 *
 * @example
 * ```ts
 * import { parseCommunity } from "@nix-nos/topology";
 *
 * parseCommunity("65000:100"); // => { "kind": "standard", "asn": 65000, "value": 100 }
 * parseCommunity("70000:1"); // => null
 * ```
 */
export function parseCommunity(text: string): Community | null {
  if (!/^\d{1,10}(:\d{1,10}){1,2}$/.test(text)) return null;
  const [a = 0, b = 0, c] = text.split(":").map(Number);
  if (c === undefined) return a <= 0xffff && b <= 0xffff ? { kind: "standard", asn: a, value: b } : null;
  if (Math.max(a, b, c) > 0xffff_ffff) return null;
  return { kind: "large", asn: a, data1: b, data2: c };
}
