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
  switch (community.kind) {
    case "standard":
      return statement`bgp_community.add((${community.asn}, ${community.value}))`;
    case "large":
      return statement`bgp_large_community.add((${community.asn}, ${community.data1}, ${community.data2}))`;
    case "extended":
      return community.type === "rt"
        ? statement`bgp_ext_community.add((rt, ${community.asn}, ${community.value}))`
        : statement`bgp_ext_community.add((ro, ${community.asn}, ${community.value}))`;
  }
}
