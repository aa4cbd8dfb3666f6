import type { Community, Family } from "@nix-nos/topology";
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
export const preferOwn = statement`preference = 250`;

/** Statements that attach communities to the route at hand. */
export function addCommunities(communities: readonly Community[]): readonly BirdItem[] {
  return communities.map(addCommunity);
}

function addCommunity(community: Community): BirdItem {
  return statement`${attributeOf(community)}.add(${communityPair(community)})`;
}

/** Statements that take communities from the route at hand; one that it does not carry is no fault. */
export function removeCommunities(communities: readonly Community[]): readonly BirdItem[] {
  return communities.map((community) => statement`${attributeOf(community)}.delete(${communityPair(community)})`);
}

/** The attribute that holds communities of a kind. */
export function attributeOf({ kind }: Community): BirdToken {
  if (kind === "standard") return expression`bgp_community`;
  return kind === "large" ? expression`bgp_large_community` : expression`bgp_ext_community`;
}

/** A community as BIRD writes one: `(65000, 100)`, `(65000, 1, 1)`, `(rt, 65000, 1)`. */
export function communityPair(community: Community): BirdToken {
  switch (community.kind) {
    case "standard":
      return expression`(${community.asn}, ${community.value})`;
    case "large":
      return expression`(${community.asn}, ${community.data1}, ${community.data2})`;
    case "extended":
      return community.type === "rt"
        ? expression`(rt, ${community.asn}, ${community.value})`
        : expression`(ro, ${community.asn}, ${community.value})`;
  }
}
