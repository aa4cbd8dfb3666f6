// Random policies, through FRR with a Cisco device's route-maps, and through the interpreter: they have to say the same.
import { evaluateFilter, type RouteFilter } from "@nix-nos/bgp-gen";
import { type Community, type CommunityPattern, type Family, noChange, type PolicyTerm } from "@nix-nos/topology";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Route } from "../packages/bgp-gen/src/explain/route.js";
import { filters, localAs, prefixSets, routes } from "../packages/bgp-gen/src/policy.test-support.js";
import { type FrrBatch, outsideAs, ownAddress, policiesOf, throughFrr } from "./support/live-frr.js";

const bySets = new Map(prefixSets.map((set) => [set.name, set]));

/** What is refused of any term (`NN6104`), and what FRR 8.4 has no word for, is left out of the random ones. */
function sayable(filter: RouteFilter, direction: "import" | "export"): RouteFilter {
  const isPlain = (own: CommunityPattern) => !(own.kind === "standard" && own.asn === 0 && own.value === 0);
  const inTerm = (term: PolicyTerm): PolicyTerm => {
    const { match, set } = term;
    const communities = match.communities?.filter(isPlain) ?? null;
    const isSelf = direction === "import" && set.nextHop?.kind === "self";
    return {
      ...term,
      match: { ...match, rpki: null, communities: communities?.length === 0 ? null : communities },
      set:
        term.action === "reject"
          ? noChange
          : {
              ...set,
              weight: direction === "export" ? null : set.weight,
              nextHop: isSelf ? null : set.nextHop,
              replaceCommunities: set.replaceCommunities?.filter(isPlain) ?? null,
              removeCommunities: set.removeCommunities.filter((own) => isPlain(own) && own.kind !== "extended"),
              addCommunities: set.addCommunities.filter(isPlain),
            },
    };
  };
  return { ...filter, policies: filter.policies.map((own) => ({ ...own, terms: own.terms.map(inTerm) })) };
}

function comparable(route: Route | null, direction: "import" | "export", hasNextHop: boolean) {
  if (route === null) return null;
  const text = (community: Community) => JSON.stringify(Object.entries(community).sort());
  const { prefix, asPath, communities, nextHop, localPref, med, weight } = route;
  const shared = {
    prefix,
    asPath: asPath.join(" "),
    communities: [...new Set(communities.map(text))].sort(),
    ...(hasNextHop && { nextHop }),
    // What a neighbour of another AS is not told is 0 to both.
    med: med ?? 0,
  };
  return direction === "import" ? { ...shared, localPref, weight } : shared;
}

it.each<[Family, "import" | "export"]>([
  ["ipv4", "import"],
  ["ipv4", "export"],
  ["ipv6", "import"],
  ["ipv6", "export"],
])(
  "any filter does to any %s route on %s in FRR what the plan says",
  { timeout: 240_000 },
  async (family, direction) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(filters(family), { minLength: 40, maxLength: 40 }),
        fc.uniqueArray(routes(family), { minLength: 7, maxLength: 7, selector: ({ prefix }) => prefix }),
        async (someFilters, someRoutes) => {
          const sent = someRoutes.map((route) => ({ ...route, localPref: null, med: null }));
          const batch = (own: readonly RouteFilter[]): FrrBatch => {
            return { direction, family, filters: own, routes: sent, prefixSets, localAs };
          };
          const said = someFilters
            .map((filter) => sayable(filter, direction))
            .filter((filter) => policiesOf(batch([filter])).unsayable.length === 0)
            .slice(0, 16);
          // What is refused is not to be most of what a person may write.
          expect(said.length).toBe(16);
          const received = sent.map((route) => ({ ...route, asPath: [outsideAs, ...route.asPath] }));
          const wrongOf = (found: Awaited<ReturnType<typeof throughFrr>>) =>
            said.flatMap((filter, index) =>
              received.flatMap((route, row) => {
                const {
                  verdict,
                  route: after,
                  setsNextHop,
                } = evaluateFilter(filter, route, {
                  localAs,
                  localAddress: ownAddress[family],
                  prefixSets: bySets,
                  rpki: () => "unknown",
                });
                const sentOn = direction === "export" ? { ...after, asPath: [localAs, ...after.asPath] } : after;
                const hasNextHop = direction === "import" || setsNextHop;
                const expected = comparable(verdict === "accept" ? sentOn : null, direction, hasNextHop);
                const got = comparable(found[index]?.[row] ?? null, direction, hasNextHop);
                return JSON.stringify(expected) === JSON.stringify(got)
                  ? []
                  : [{ expected, got, route, filter: JSON.stringify(filter) }];
              }),
            );
          const wrong = wrongOf(await throughFrr(batch(said), (found) => wrongOf(found).length === 0));
          expect(wrong.slice(0, 1)).toEqual([]);
        },
      ),
      { numRuns: 1, endOnFailure: true },
    );
  },
);
