import type { Community, Family } from "@nix-nos/topology";
import fc from "fast-check";
import { expect, it } from "vitest";
import { printBird } from "../bird/document.js";
import { filterBody } from "../bird/policies.js";
import { throughBird } from "../live-bird.test-support.js";
import { filters, localAddress, localAs, prefixSets, roas, routes } from "../policy.test-support.js";
import { evaluateFilter } from "./evaluate-filter.js";
import { rpkiState } from "./roas.js";
import type { Route } from "./route.js";

const bySets = new Map(prefixSets.map((set) => [set.name, set]));

/** Communities have no order. */
function comparable(route: Route | null) {
  const text = (community: Community) => JSON.stringify(Object.entries(community).sort());
  return route && { ...route, communities: route.communities.map(text).sort() };
}

it.each<Family>(["ipv4", "ipv6"])(
  "any policy does to any %s route what BIRD does",
  { timeout: 120_000 },
  async (family) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(filters(family), { minLength: 30, maxLength: 30 }),
        fc.array(routes(family), { minLength: 30, maxLength: 30 }),
        async (someFilters, someRoutes) => {
          const surroundings = {
            localAs,
            localAddress: localAddress[family],
            prefixSets: bySets,
            rpki: (prefix: string, as: number) => rpkiState(roas, prefix, as),
          };
          const expected = someFilters.map((filter) =>
            someRoutes.map((route) => {
              const { verdict, route: after } = evaluateFilter(filter, route, surroundings);
              return comparable(verdict === "accept" ? after : null);
            }),
          );
          const batch = { family, filters: someFilters, routes: someRoutes, prefixSets, roas, localAs };
          const found = await throughBird({ ...batch, localAddress: localAddress[family] });
          const [wrong] = someFilters.flatMap((filter, index) =>
            someRoutes.flatMap((route, row) => {
              const pair = { expected: expected[index]?.[row] ?? null, found: comparable(found[index]?.[row] ?? null) };
              return JSON.stringify(pair.expected) === JSON.stringify(pair.found)
                ? []
                : [
                    {
                      ...pair,
                      route,
                      filter: printBird(filterBody(filter, { ...batch, localAddress: localAddress[family] })),
                    },
                  ];
            }),
          );
          expect(wrong).toBeUndefined();
        },
      ),
      { numRuns: 3, endOnFailure: true },
    );
  },
);
