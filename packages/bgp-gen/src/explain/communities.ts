import type { Community, CommunityPattern } from "@nix-nos/topology";

/** Whether a community is what a pattern leaves open. */
export function communityMatches(community: Community, pattern: CommunityPattern): boolean {
  const fits = (own: number, wanted: number | null) => wanted === null || own === wanted;
  if (community.kind === "standard" && pattern.kind === "standard") {
    return fits(community.asn, pattern.asn) && fits(community.value, pattern.value);
  }
  if (community.kind === "large" && pattern.kind === "large") {
    return (
      fits(community.asn, pattern.asn) && fits(community.data1, pattern.data1) && fits(community.data2, pattern.data2)
    );
  }
  if (community.kind === "extended" && pattern.kind === "extended") {
    return community.type === pattern.type && fits(community.asn, pattern.asn) && fits(community.value, pattern.value);
  }
  return false;
}

/** The communities with others, each once. */
export function withCommunities(own: readonly Community[], added: readonly Community[]): readonly Community[] {
  const all = [...own];
  for (const community of added) {
    if (!all.some((other) => communityMatches(other, community))) all.push(community);
  }
  return all;
}
