import { type Community, type CommunityPattern, largestAs, type OptionValue } from "@nix-nos/topology";
import { communityText } from "../explain/describe-term.js";
import { decimals } from "./as-path.js";

export type CommunityKind = Community["kind"];

export const communityKinds = ["standard", "extended", "large"] as const;

/** GoBGP's keys for each kind: of a condition, of its set, of an action, of the action's list. */
export const communityKeys = {
  standard: ["match-community-set", "community-set", "set-community", "set-community-method"],
  extended: ["match-ext-community-set", "ext-community-set", "set-ext-community", "set-ext-community-method"],
  large: ["match-large-community-set", "large-community-set", "set-large-community", "set-large-community-method"],
} as const;

/**
 * A community that says something to later statements of one policy alone: under the last AS number, which nobody has
 * (RFC 7300).
 */
export const marks = {
  /** The conditions of a term with several statements hold. */
  hit: { kind: "large", asn: largestAs, data1: 0, data2: 1 },
  /** A term has left the route to the next policy. */
  left: {
    large: { kind: "large", asn: largestAs, data1: 0, data2: 2 },
    standard: { kind: "standard", asn: 65_535, value: 65_535 },
  },
} as const;

/** A community as GoBGP's actions take it: extended ones otherwise than the topology writes them. */
export function actionText(community: Community): string {
  if (community.kind !== "extended") return communityText(community);
  return `${subtype(community.type)}:${extendedAs(community.asn)}:${community.value}`;
}

/**
 * A pattern as GoBGP's sets and removals take it: a regular expression over its own text of a community.
 *
 * @param sparesMarks - an open AS number leaves out the one that marks are under
 */
export function communityRegex(pattern: CommunityPattern, sparesMarks = false): string {
  const number = (value: number | null) => (value === null ? "\\d+" : String(value));
  switch (pattern.kind) {
    case "standard":
      return `^${number(pattern.asn)}:${number(pattern.value)}$`;
    case "large": {
      const open = sparesMarks ? `(?:${decimals(0, largestAs - 1).join("|")})` : "\\d+";
      const asn = pattern.asn === null ? open : String(pattern.asn);
      return `^${asn}:${number(pattern.data1)}:${number(pattern.data2)}$`;
    }
    case "extended": {
      // One and two numbers before the last; three dots would be an address.
      const asn = pattern.asn === null ? "\\d+(?:\\.\\d+)?" : extendedAs(pattern.asn).replace(".", "\\.");
      return `${subtype(pattern.type)}:^${asn}:${number(pattern.value)}$`;
    }
  }
}

export function communityAction(
  kind: CommunityKind,
  option: "add" | "remove" | "replace",
  list: readonly string[],
): { readonly [key: string]: OptionValue } {
  const [, , action, method] = communityKeys[kind];
  return { [action]: { [method]: { "communities-list": list }, options: option } };
}

/** GoBGP calls the route origin by its older name, site of origin. */
function subtype(type: "rt" | "ro"): string {
  return type === "rt" ? "rt" : "soo";
}

/** AS numbers of 32 bits are written in two halves (RFC 5396). */
function extendedAs(asn: number): string {
  return asn > 65_535 ? `${Math.floor(asn / 65_536)}.${asn % 65_536}` : String(asn);
}
