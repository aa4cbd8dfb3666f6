import { familyOf, formatPrefix, isInside, networkOf, parsePrefix } from "@nix-nos/ipam";
import { type Family, mergeRanges, type OptionValue, type PrefixRange } from "@nix-nos/topology";

/**
 * IPv4 addresses in IPv6 (RFC 4291 §2.5.5.2). GoBGP finds none of them in any set, does not start for a range of
 * lengths inside, and lets none of their routes in (`policies.ts`); BIRD takes none either.
 */
const mapped = "::ffff:0:0/96";

/** Every IPv6 prefix but those mapped. */
export const everyIpv6: readonly OptionValue[] = [{ "ip-prefix": "::/0", "masklength-range": "0..128" }];

/**
 * The items of a GoBGP prefix set of one family. GoBGP looks only at the longest prefix of a set that covers a route, so
 * each item says again what those around it say.
 */
export function prefixItems(ranges: readonly PrefixRange[], family: Family): readonly OptionValue[] {
  const byPrefix = new Map<string, PrefixRange[]>();
  const lengths = new Set<number>();
  for (const range of ranges) {
    if (familyOf(range.prefix) !== family || isInside(range.prefix, mapped)) continue;
    const known = byPrefix.get(range.prefix);
    if (known) known.push(range);
    else byPrefix.set(range.prefix, [range]);
    lengths.add(lengthOf(range.prefix));
  }
  const shorter = [...lengths].sort((a, b) => a - b);
  return [...byPrefix].flatMap(([prefix, own]) => {
    const parsed = parsePrefix(prefix);
    if (parsed === null) return [];
    const around = shorter
      .filter((length) => length < parsed.length)
      .flatMap((length) => byPrefix.get(formatPrefix(networkOf(parsed.address, length))) ?? []);
    const spans = [...own, ...around]
      .map(({ minLength, maxLength }) => ({ min: Math.max(minLength, parsed.length), max: maxLength }))
      .filter(({ min, max }) => min <= max);
    return mergeRanges(spans).map(({ min, max }) => ({
      "ip-prefix": prefix,
      ...((min !== parsed.length || max !== parsed.length) && { "masklength-range": `${min}..${max}` }),
    }));
  });
}

function lengthOf(prefix: string): number {
  return Number(prefix.slice(prefix.indexOf("/") + 1));
}
