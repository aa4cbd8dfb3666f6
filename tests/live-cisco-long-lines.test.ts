// More communities than a line of IOS holds, through FRR with a Cisco device's route-maps: every route has them all.
import { evaluateFilter, type RouteFilter } from "@nix-nos/bgp-gen";
import { anyRoute, type Community, noChange, type PolicyTerm, parseCommunity } from "@nix-nos/topology";
import { expect, it } from "vitest";
import { localAs } from "../packages/bgp-gen/src/policy.test-support.js";
import { configOf, outsideAs, ownAddress, throughFrr } from "./support/live-frr.js";

const many = (textOf: (index: number) => string) =>
  Array.from({ length: 50 }, (_, index) => parseCommunity(textOf(index)) as Community);
const standard = many((index) => `64999:${10_000 + index}`);
const large = many((index) => `4200000000:${index}:4200000000`);
const targets = many((index) => `rt:64999:${4_000_000_000 + index}`);

const term = (own: Partial<PolicyTerm>): PolicyTerm => ({
  match: anyRoute,
  set: noChange,
  action: "accept",
  path: [],
  ...own,
});
const tagged = { ...anyRoute, communities: [parseCommunity("64500:1") as Community] };
const filter: RouteFilter = {
  policies: [
    {
      name: "first",
      path: [],
      terms: [term({ match: tagged, set: { ...noChange, addCommunities: [...standard, ...targets] }, action: "next" })],
    },
    {
      name: "second",
      path: [],
      terms: [
        term({ match: tagged, set: { ...noChange, localPref: 7, addCommunities: large } }),
        term({ set: { ...noChange, replaceCommunities: [...large, ...standard] } }),
      ],
    },
  ],
  otherwise: "reject",
};

it("more communities than a line holds all arrive", { timeout: 180_000 }, async () => {
  const routes = ["64500:1", "64500:2"].map((text, index) => ({
    prefix: `10.${index}.0.0/16`,
    asPath: [64_501],
    nextHop: "192.0.2.1",
    localPref: null,
    med: null,
    weight: 0,
    communities: [parseCommunity(text) as Community],
  }));
  const batch = { direction: "import", family: "ipv4", filters: [filter], routes, prefixSets: [], localAs } as const;
  expect(configOf(batch).match(/^ set community/gm)?.length).toBeGreaterThan(2);
  const texts = (own: readonly Community[] | undefined) =>
    own?.map((each) => JSON.stringify(Object.entries(each).sort())).sort();
  const expected = routes.map((route) => {
    const received = { ...route, asPath: [outsideAs, ...route.asPath] };
    const place = { localAs, localAddress: ownAddress.ipv4, prefixSets: new Map(), rpki: () => "unknown" as const };
    return texts(evaluateFilter(filter, received, place).route.communities);
  });
  expect(expected.map((own) => own?.length)).toEqual([151, 100]);
  const seen = (rows: Awaited<ReturnType<typeof throughFrr>>) => rows[0]?.map((route) => texts(route?.communities));
  const found = await throughFrr(batch, (rows) => JSON.stringify(seen(rows)) === JSON.stringify(expected));
  expect(seen(found)).toEqual(expected);
});
