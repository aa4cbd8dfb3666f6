import { familyOf } from "@nix-nos/ipam";
import { type IrrQuestion, type PrefixRange, parsePrefixRange } from "@nix-nos/topology";

type Items = readonly (string | number)[];

/** Why an answer needs somebody to look at it before it is believed; `null` when it does not. */
export function doubtOf(question: IrrQuestion, items: Items, before: Items | null): string | null {
  if (question.of === "asSets") {
    return before !== null && items.length * 2 < before.length
      ? `there were ${before.length} AS numbers, and now ${items.length}`
      : null;
  }
  const now = rangesOf(items);
  const wide = now.find(({ prefix, minLength }) => minLength < (prefix.includes(":") ? widest.ipv6 : widest.ipv4));
  if (wide !== undefined) return `it takes in ${wide.prefix}, which is larger than what is given to anybody`;
  if (before === null) return null;
  const then = rangesOf(before);
  for (const family of ["ipv4", "ipv6"] as const) {
    const [size, old] = [sizeOf(now, family, question), sizeOf(then, family, question)];
    if (size * 2 < old) {
      return `there were ${numberOf(old)} ${family === "ipv4" ? "IPv4" : "IPv6"} prefixes, and now ${numberOf(size)}`;
    }
  }
  return null;
}

/** IANA gives blocks of this size to regional registries, so nobody announces a larger one. */
const widest = { ipv4: 8, ipv6: 12 };

function rangesOf(items: Items): readonly PrefixRange[] {
  return items.flatMap((text) => parsePrefixRange(String(text)) ?? []);
}

/**
 * How many registered prefixes ranges stand for, however they are put together: aggregated, two of them become one
 * range, and the set is no smaller. What is inside a registered prefix is not counted.
 */
function sizeOf(ranges: readonly PrefixRange[], family: "ipv4" | "ipv6", { moreSpecifics }: IrrQuestion): number {
  let size = 0;
  for (const { prefix, minLength, maxLength } of ranges) {
    if (familyOf(prefix) !== family) continue;
    const own = Number(prefix.split("/")[1]);
    const last = moreSpecifics[family] === null ? maxLength : minLength;
    for (let length = minLength; length <= last; length++) size += 2 ** (length - own);
  }
  return size;
}

function numberOf(size: number): string {
  return size < 1e6 ? String(size) : size.toExponential(1);
}
