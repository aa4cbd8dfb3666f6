import type { Community } from "../network/community.js";
import type { CommunityPattern } from "../network/policy.js";

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

/**
 * Reads a community of which the last numbers may be left open.
 *
 * @param text - as `parseCommunity` takes it; `*` instead of a number, and then instead of all that follow, is any.
 * `*:*` and `*:*:*` are all standard and all large ones, `*:666` those of any AS. An extended one names its AS, because
 * BIRD has no word for any.
 * @returns `null` when the text is none
 *
 * @example
 * ```ts
 * import { parseCommunityPattern } from "@nix-nos/topology";
 *
 * parseCommunityPattern("65000:1:*"); // => { "kind": "large", "asn": 65000, "data1": 1, "data2": null }
 * parseCommunityPattern("65000:*:1"); // => null
 * ```
 */
export function parseCommunityPattern(text: string): CommunityPattern | null {
  if (!text.includes("*")) return parseCommunity(text);
  const parts = text.split(":");
  const isOpen = (part: string) => part === "*";
  const firstOpen = parts.findIndex(isOpen);
  const isAnyAs = parts.length === 2 && firstOpen === 0;
  if (!isAnyAs && !parts.slice(firstOpen).every(isOpen)) return null;
  const community = parseCommunity(parts.map((part) => (isOpen(part) ? "0" : part)).join(":"));
  const open = parts.map(isOpen);
  switch (community?.kind) {
    case "standard":
      return { ...community, asn: open[0] ? null : community.asn, value: open[1] ? null : community.value };
    case "large":
      return {
        ...community,
        asn: open[0] ? null : community.asn,
        data1: open[1] ? null : community.data1,
        data2: open[2] ? null : community.data2,
      };
    case "extended":
      return open[1] ? null : { ...community, value: null };
    default:
      return null;
  }
}
