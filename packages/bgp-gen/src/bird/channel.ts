import type { Community, CommunityPattern, Family } from "@nix-nos/topology";
import { birdPreference } from "../plan/bird-preference.js";
import { type BirdItem, type BirdToken, expression, statement } from "./document.js";

/** BIRD's word for a channel of a family. */
export function channelName(family: Family): BirdToken {
  return family === "ipv4" ? expression`ipv4` : expression`ipv6`;
}

/** `v4` or `v6`: how our names say a family. */
export function familySuffix(family: Family): "v4" | "v6" {
  return family === "ipv4" ? "v4" : "v6";
}

/**
 * Puts the route at hand above connected ones, which have 240: a loopback or VIP that an interface of this node carries
 * is connected too, and only the best route is announced. It also keeps a node from preferring another's route to a
 * VIP that it serves itself.
 */
export const preferOwn = statement`preference = ${birdPreference.own}`;

/** Statements that attach communities to the route at hand. */
export function addCommunities(communities: readonly Community[]): readonly BirdItem[] {
  return communities.map(addCommunity);
}

function addCommunity(community: Community): BirdItem {
  return statement`${attributeOf(community)}.add(${communityPair(community)})`;
}

/** Statements that take communities from the route at hand; one that it does not carry is no fault. */
export function removeCommunities(patterns: readonly CommunityPattern[]): readonly BirdItem[] {
  return patterns.map((pattern) => statement`${attributeOf(pattern)}.delete([ ${communityPair(pattern)} ])`);
}

/** The attribute that holds communities of a kind. */
export function attributeOf({ kind }: CommunityPattern): BirdToken {
  if (kind === "standard") return expression`bgp_community`;
  return kind === "large" ? expression`bgp_large_community` : expression`bgp_ext_community`;
}

/** A community as BIRD writes one: `(65000, 100)`, `(65000, 1, 1)`, `(rt, 65000, 1)`; `*` in a set for any number. */
export function communityPair(pattern: CommunityPattern): BirdToken {
  switch (pattern.kind) {
    case "standard":
      return expression`(${part(pattern.asn)}, ${part(pattern.value)})`;
    case "large":
      return expression`(${part(pattern.asn)}, ${part(pattern.data1)}, ${part(pattern.data2)})`;
    case "extended":
      return pattern.type === "rt"
        ? expression`(rt, ${part(pattern.asn)}, ${part(pattern.value)})`
        : expression`(ro, ${part(pattern.asn)}, ${part(pattern.value)})`;
  }
}

function part(number: number | null): BirdToken | number {
  return number ?? expression`*`;
}
