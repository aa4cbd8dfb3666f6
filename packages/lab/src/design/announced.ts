import type { RouteFilter } from "@nix-nos/bgp-gen";
import {
  anyRoute,
  type LabAnnouncement,
  noChange,
  type Policy,
  type PolicyActions,
  type PolicyTerm,
  type PrefixSet,
} from "@nix-nos/topology";

/** A played neighbour's announcements as its BIRD gets them: prefixes to originate, and a filter that dresses them. */
export interface Dressed {
  readonly originated: readonly string[];
  readonly prefixSets: readonly PrefixSet[];
  readonly filter: RouteFilter;
}

/** In the same terms as every other filter: one printer spells them. */
export function dressAnnouncements(announce: readonly LabAnnouncement[]): Dressed {
  const prefixSets = announce.map(({ prefix }, index): PrefixSet => {
    const length = Number(prefix.slice(prefix.indexOf("/") + 1));
    return { name: setName(index), ranges: [{ prefix, minLength: length, maxLength: length }], path: null };
  });
  const longest = Math.max(0, ...announce.map(({ asPath }) => asPath.length));
  // The origin goes in front first, then whoever heard it from there.
  const path = Array.from({ length: longest }, (_, depth) =>
    policy(`path ${depth}`, announce, "next", ({ asPath }) => {
      const as = asPath.at(-1 - depth);
      return as === undefined ? {} : { prepend: { times: 1, as } };
    }),
  );
  const rest = policy("announced", announce, "accept", ({ med, communities }) => ({
    med,
    addCommunities: communities,
  }));
  const originated = announce.map(({ prefix }) => prefix);
  return { originated, prefixSets, filter: { policies: [...path, rest], otherwise: "reject" } };
}

function policy(
  name: string,
  announce: readonly LabAnnouncement[],
  action: PolicyTerm["action"],
  changes: (announcement: LabAnnouncement) => Partial<PolicyActions>,
): Policy {
  const terms = announce.map((announcement, index) => ({
    match: { ...anyRoute, prefixSets: [setName(index)] },
    set: { ...noChange, ...changes(announcement) },
    action,
    path: [],
  }));
  return { name, terms, path: [] };
}

function setName(index: number): string {
  return `announced-${index}`;
}
