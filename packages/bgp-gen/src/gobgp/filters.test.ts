import {
  anyRoute,
  type Community,
  type Family,
  noChange,
  type PolicyActions,
  type PolicyTerm,
  parseCommunity,
} from "@nix-nos/topology";
import fc from "fast-check";
import { expect, it } from "vitest";
import { communityText } from "../explain/describe-term.js";
import { evaluateFilter } from "../explain/evaluate-filter.js";
import { rpkiState } from "../explain/roas.js";
import { plainRoute, type Route } from "../explain/route.js";
import { throughBird } from "../live-bird.test-support.js";
import { outsideAs, ownAddress, throughGobgp } from "../live-gobgp.test-support.js";
import type { RouteFilter } from "../plan/types.js";
import { filters, localAs, prefixSets, roas, routes } from "../policy.test-support.js";

const bySets = new Map(prefixSets.map((set) => [set.name, set]));

/** What GoBGP cannot say, the plan refuses (`check-gobgp-filters.ts`). */
function sayable(filter: RouteFilter, direction: "import" | "export", family: Family): RouteFilter {
  const inTerm = (term: PolicyTerm): PolicyTerm => ({
    ...term,
    match: { ...term.match, nextHops: direction === "export" ? null : term.match.nextHops },
    set: term.action === "reject" ? noChange : inActions(term.set, direction, family),
  });
  return {
    ...filter,
    policies: filter.policies.map((policy) => ({ ...policy, terms: policy.terms.map(inTerm) })),
  };
}

function inActions(set: PolicyActions, direction: "import" | "export", family: Family): PolicyActions {
  const { prepend, replaceCommunities, nextHop } = set;
  const keepsExtended = replaceCommunities !== null && !replaceCommunities.some(({ kind }) => kind === "extended");
  return {
    ...set,
    weight: null,
    // The sessions here have IPv4 addresses alone.
    nextHop: family === "ipv6" && nextHop?.kind === "self" ? null : nextHop,
    localPref: set.localPref === 0 ? 1 : set.localPref,
    prepend: prepend && direction === "export" ? { ...prepend, as: null } : prepend,
    ...(keepsExtended && { replaceCommunities: null, addCommunities: replaceCommunities }),
    removeCommunities: keepsExtended
      ? [
          { kind: "standard", asn: null, value: null },
          { kind: "large", asn: null, data1: null, data2: null },
        ]
      : set.removeCommunities.filter(({ kind }) => kind !== "extended"),
  };
}

function comparable(route: Route | null, direction: "import" | "export") {
  if (route === null) return null;
  const text = (community: Community) => JSON.stringify(Object.entries(community).sort());
  const { prefix, asPath, communities, nextHop, localPref, med } = route;
  const shared = { prefix, asPath: asPath.join(" "), communities: [...new Set(communities.map(text))].sort() };
  return direction === "import" ? { ...shared, nextHop, localPref, med } : shared;
}

it.each<[Family, "import" | "export"]>([
  ["ipv4", "import"],
  ["ipv4", "export"],
  ["ipv6", "import"],
  ["ipv6", "export"],
])(
  "any filter does to any %s route on %s in GoBGP and in BIRD what the plan says",
  { timeout: 120_000 },
  async (family, direction) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(filters(family), { minLength: 24, maxLength: 24 }),
        fc.uniqueArray(routes(family), { minLength: 7, maxLength: 7, selector: ({ prefix }) => prefix }),
        async (someFilters, someRoutes) => {
          const said = someFilters.map((filter) => sayable(filter, direction, family));
          const sent = someRoutes.map((route) => ({ ...route, localPref: null, med: null }));
          const batch = { family, filters: said, prefixSets, localAs, roas };
          const found = await throughGobgp({ ...batch, direction, routes: sent });
          const received = sent.map((route) => ({ ...route, asPath: [outsideAs, ...route.asPath] }));
          const inBird = await throughBird({ ...batch, routes: received, localAddress: ownAddress });
          const rpki = (prefix: string, origin: number) => rpkiState(roas, prefix, origin);
          const wrong = said.flatMap((filter, index) =>
            received.flatMap((route, row) => {
              const { verdict, route: after } = evaluateFilter(filter, route, {
                localAs,
                localAddress: ownAddress,
                prefixSets: bySets,
                rpki,
              });
              const sentOn = (own: Route | null | undefined) =>
                own && direction === "export" ? { ...own, asPath: [localAs, ...own.asPath] } : (own ?? null);
              const expected = comparable(verdict === "accept" ? sentOn(after) : null, direction);
              const got = {
                gobgp: comparable(found[index]?.[row] ?? null, direction),
                bird: comparable(sentOn(inBird[index]?.[row]), direction),
              };
              return JSON.stringify({ gobgp: expected, bird: expected }) === JSON.stringify(got)
                ? []
                : [{ expected, got, route, filter: JSON.stringify(filter) }];
            }),
          );
          expect(wrong.slice(0, 1)).toEqual([]);
        },
      ),
      { numRuns: 1, endOnFailure: true },
    );
  },
);

it.each(["import", "export"] as const)(
  "on %s, what is added to one route is added to no other of its message, and for no other neighbour",
  { timeout: 60_000 },
  async (direction) => {
    // Three in a list: GoBGP has room for a fourth there.
    const carried = ["rt:65000:1", "rt:65000:2", "ro:65000:1", "65000:1:1", "65000:1:2", "65000:2:1"];
    const communities = carried.flatMap((text) => parseCommunity(text) ?? []);
    const prefixesOf = [
      ["small", "10.1.1.0/24"],
      ["default", "0.0.0.0/0"],
      ["inside", "10.1.0.0/16"],
    ] as const;
    const sent = prefixesOf.map(([, prefix]) => ({ ...plainRoute(prefix), nextHop: "192.0.2.1", communities }));
    const adding = (number: number): RouteFilter => ({
      otherwise: "reject",
      policies: [
        {
          name: "adds",
          path: [],
          terms: prefixesOf.map(([set], index) => ({
            match: { ...anyRoute, prefixSets: [set] },
            set: {
              ...noChange,
              addCommunities: [`rt:64999:${number * 10 + index}`, `64999:${number}:${index}`].flatMap(
                (text) => parseCommunity(text) ?? [],
              ),
            },
            action: "accept",
            path: [],
          })),
        },
      ],
    });
    const said = [1, 2, 3, 4].map(adding);
    const found = await throughGobgp({
      direction,
      family: "ipv4",
      filters: said,
      routes: sent,
      prefixSets,
      localAs,
      roas: [],
    });
    const surroundings = { localAs, localAddress: ownAddress, prefixSets: bySets, rpki: () => "unknown" as const };
    for (const [index, filter] of said.entries()) {
      for (const [row, route] of sent.entries()) {
        const { route: after } = evaluateFilter(filter, route, surroundings);
        const texts = (some: readonly Community[] = []) => some.map(communityText).sort();
        expect(texts(found[index]?.[row]?.communities)).toEqual(texts(after.communities));
      }
    }
  },
);

it.each([
  [false, "does not look at a route again"],
  [true, "looks at every route again when it is told to"],
])("ROAs that come later (told: %s): GoBGP %s", { timeout: 60_000 }, async (looksAgain) => {
  const valid = { ...plainRoute("10.1.0.0/16"), nextHop: "192.0.2.1", asPath: [64500] };
  const invalid = { ...valid, prefix: "10.1.1.0/24" };
  const term = {
    match: { ...anyRoute, rpki: ["invalid" as const] },
    set: noChange,
    action: "reject" as const,
    path: [],
  };
  const filter: RouteFilter = { otherwise: "accept", policies: [{ name: "a", path: [], terms: [term] }] };
  const [found] = await throughGobgp({
    ...{ direction: "import", family: "ipv4", filters: [filter], routes: [valid, invalid], prefixSets, localAs },
    roas: [],
    later: { roas, looksAgain },
  });
  expect(found?.map((route) => route?.prefix)).toEqual([valid.prefix, looksAgain ? undefined : invalid.prefix]);
});
