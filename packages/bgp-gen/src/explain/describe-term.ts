import type { Community, CommunityPattern, NumberRange, PolicyMatch, PolicyTerm } from "@nix-nos/topology";

/** One term in words: what it asks for, what it changes, what becomes of the route. */
export interface TermText {
  /** `every route` where it asks for nothing. */
  readonly when: string;
  /** Empty where it changes nothing. */
  readonly changes: string;
  readonly action: PolicyTerm["action"];
}

/**
 * A term as people read it, in the words of the topology.
 *
 * @example
 * ```ts
 * import { describeTerm } from "@nix-nos/bgp-gen";
 * import { anyRoute, noChange } from "@nix-nos/topology";
 *
 * const term = { match: { ...anyRoute, prefixSets: ["bogons"] }, set: noChange, action: "reject", path: [] } as const;
 * describeTerm(term); // => { "when": "prefixSet bogons", "changes": "", "action": "reject" }
 * ```
 */
export function describeTerm({ match, set, action }: PolicyTerm): TermText {
  const changes = [
    ...(set.localPref === null ? [] : [`localPref ${set.localPref}`]),
    ...(set.med === null ? [] : [`med ${set.med}`]),
    ...(set.weight === null ? [] : [`weight ${set.weight}`]),
    ...(set.prepend === null ? [] : [`prepend ${set.prepend.as ?? "own AS"} ×${set.prepend.times}`]),
    ...(set.nextHop === null
      ? []
      : [`nextHop ${set.nextHop.kind === "address" ? set.nextHop.address : set.nextHop.kind}`]),
    ...(set.replaceCommunities === null ? [] : [`communities = ${listed(set.replaceCommunities) || "none"}`]),
    ...(set.removeCommunities.length === 0 ? [] : [`- ${listed(set.removeCommunities)}`]),
    ...(set.addCommunities.length === 0 ? [] : [`+ ${listed(set.addCommunities)}`]),
  ];
  return { when: conditions(match).join(", ") || "every route", changes: changes.join(", "), action };
}

function conditions(match: PolicyMatch): readonly string[] {
  const length = match.asPathLength;
  return [
    ...any("prefixSet", match.prefixSets),
    ...any("community", match.communities?.map(communityText)),
    ...any(
      "asPath",
      match.asPaths?.map(({ text }) => JSON.stringify(text)),
    ),
    ...(length === null ? [] : [`asPathLength ${length.min} to ${length.max}`]),
    ...(match.hasAsSet === null ? [] : ["an AS set in the path"]),
    ...(match.originAs === null ? [] : [`originAs ${match.originAs.name ?? rangesText(match.originAs.ranges)}`]),
    ...any("nextHop", match.nextHops),
    ...any("rpki", match.rpki),
    ...any("neighbor", match.neighbors && [...match.neighbors.names, ...match.neighbors.prefixes]),
    ...any("role", match.roles),
    ...(match.family === null ? [] : [`family ${match.family}`]),
  ];
}

function any(word: string, values: readonly string[] | null | undefined): readonly string[] {
  return values ? [`${word} ${values.join(" or ")}`] : [];
}

function rangesText(ranges: readonly NumberRange[]): string {
  return ranges.map(({ min, max }) => (min === max ? String(min) : `${min}-${max}`)).join(" or ");
}

function listed(communities: readonly CommunityPattern[]): string {
  return communities.map(communityText).join(" ");
}

/**
 * A community, or a pattern of several, as the topology writes it.
 *
 * @example
 * ```ts
 * import { communityText } from "@nix-nos/bgp-gen";
 *
 * communityText({ kind: "large", asn: 65000, data1: 1, data2: null }); // => "65000:1:*"
 * ```
 */
export function communityText(community: Community | CommunityPattern): string {
  const part = (number: number | null) => number ?? "*";
  switch (community.kind) {
    case "standard":
      return `${part(community.asn)}:${part(community.value)}`;
    case "large":
      return `${part(community.asn)}:${part(community.data1)}:${part(community.data2)}`;
    case "extended":
      return `${community.type}:${part(community.asn)}:${part(community.value)}`;
  }
}
