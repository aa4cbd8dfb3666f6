import type { Community } from "../network/network.js";

/** Extended communities that carry an AS or an address and a number, by the names that routers share (RFC 4360 §4, §5). */
const extendedTypes = { rt: "rt", ro: "ro", soo: "ro" } as const;

/**
 * Reads a community as the topology writes it.
 *
 * @param text - `A:B`, standard (RFC 1997); `A:B:C`, large (RFC 8092); `rt:A:B` (route target) and `ro:A:B` or
 * `soo:A:B` (route origin), extended (RFC 4360, RFC 5668). Numbers are decimal.
 * @returns `null` when the text is none, or a number does not fit
 *
 * @example
 * ```ts
 * import { parseCommunity } from "@nix-nos/topology";
 *
 * parseCommunity("65000:100"); // => { "kind": "standard", "asn": 65000, "value": 100 }
 * parseCommunity("rt:65000:7"); // => { "kind": "extended", "type": "rt", "asn": 65000, "value": 7 }
 * parseCommunity("70000:1"); // => null
 * ```
 */
export function parseCommunity(text: string): Community | null {
  const extended = /^(rt|ro|soo):(\d{1,10}):(\d{1,10})$/.exec(text);
  if (extended)
    return parseExtended(extended[1] as keyof typeof extendedTypes, Number(extended[2]), Number(extended[3]));
  if (!/^\d{1,10}(:\d{1,10}){1,2}$/.test(text)) return null;
  const [a = 0, b = 0, c] = text.split(":").map(Number);
  if (c === undefined) return a <= 0xffff && b <= 0xffff ? { kind: "standard", asn: a, value: b } : null;
  if (Math.max(a, b, c) > 0xffff_ffff) return null;
  return { kind: "large", asn: a, data1: b, data2: c };
}

/** Six bytes for both: an AS of two leaves four for the number (RFC 4360 §3.1), one of four leaves two (RFC 5668 §2). */
function parseExtended(type: keyof typeof extendedTypes, asn: number, value: number): Community | null {
  const fits = asn <= 0xffff ? value <= 0xffff_ffff : asn <= 0xffff_ffff && value <= 0xffff;
  return fits ? { kind: "extended", type: extendedTypes[type], asn, value } : null;
}
