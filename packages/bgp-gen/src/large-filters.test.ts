// What is large is one of two things: taken by both daemons, with the same meaning, or refused before it is printed.
import { anyRoute, noChange, type PolicyMatch, type PrefixSet, parseAsPath, parseCommunity } from "@nix-nos/topology";
import { expect, it } from "vitest";
import { evaluateFilter } from "./explain/evaluate-filter.js";
import { plainRoute, type Route } from "./explain/route.js";
import { type BirdBatch, throughBird } from "./live-bird.test-support.js";
import { outsideAs, throughGobgp } from "./live-gobgp.test-support.js";
import { fitsRegex } from "./plan/regex-limits.js";
import type { RouteFilter } from "./plan/types.js";

const many = 10_000;
const each = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index));
const prefix = (index: number) => `${20 + (index >> 16)}.${(index >> 8) & 255}.${index & 255}.0/24`;
const community = (text: string) => {
  const parsed = parseCommunity(text);
  if (parsed === null) throw new Error(text);
  return parsed;
};
const path = (text: string) => {
  const { pattern } = parseAsPath(text);
  if (pattern === null) throw new Error(text);
  return pattern;
};

const prefixSets: readonly PrefixSet[] = [
  {
    name: "many",
    ranges: each(many, (index) => ({ prefix: prefix(2 * index), minLength: 24, maxLength: 24 })),
    path: null,
  },
];
/** Alternatives of ten digits, in each of a hundred places: near to all that is let through. */
const wide = `^.* ([${each(150, (index) => `${1_000_000_001 + 20_000_000 * index}-${1_000_000_001 + 20_000_000 * index + 99}`).join(" ")}]{1,100} 7)$`;

const matches: readonly Partial<PolicyMatch>[] = [
  { prefixSets: ["many"] },
  { communities: each(many, (index) => community(`${1 + (index % 60_000)}:${2 * (index % 30_000)}`)) },
  { communities: each(many, (index) => community(`${index}:${index}:7`)) },
  {
    originAs: { name: null, ranges: each(many, (index) => ({ min: 100_000 + 3 * index, max: 100_000 + 3 * index })) },
  },
  { asPaths: each(2000, (index) => path(`${300_000 + 3 * index} 9$`)) },
  { asPaths: [path("(5{0,40}){25} 6$")] },
  { asPaths: [path(wide)] },
];

const filters = matches.map((match): RouteFilter => {
  const terms = [
    { match: { ...anyRoute, ...match }, set: { ...noChange, med: 5 }, action: "accept" as const, path: [] },
  ];
  return { policies: [{ name: "large", terms, path: [] }], otherwise: "reject" };
});

const last = many - 1;
const route = (own: Partial<Route>): Route => ({
  ...plainRoute(own.prefix ?? "10.9.0.0/24"),
  asPath: [outsideAs],
  nextHop: "192.0.2.9",
  ...own,
});
const routes = [
  ...[0, 2 * last, 2 * last + 1].map((index) => route({ prefix: prefix(index) })),
  ...[`1:0`, `${1 + last}:${2 * last}`, `${1 + last}:1`, `${last}:${last}:7`, `${last}:${last}:8`].map((text) =>
    route({ communities: [community(text)] }),
  ),
  ...[
    [100_000],
    [100_000 + 3 * last],
    [100_001],
    [300_000, 9],
    [300_000 + 3 * 1999, 9],
    [300_001, 9],
    [5, 5, 6],
    [1_000_000_050, 3_980_000_001, 7],
    [1_000_000_050, 3_980_000_201, 7],
  ].map((numbers) => route({ asPath: [outsideAs, ...numbers] })),
].map((own, index) => (own.prefix === "10.9.0.0/24" ? { ...own, prefix: `10.9.${index}.0/24` } : own));

const surroundings = { localAs: 65_000, localAddress: "192.0.2.2", prefixSets, roas: [] };

it("goes through both daemons with the meaning that it has", { timeout: 120_000 }, async () => {
  const inside = new Map(prefixSets.map((set) => [set.name, set]));
  const passes = filters.map((filter) =>
    routes.map(
      (own) =>
        evaluateFilter(filter, own, { ...surroundings, prefixSets: inside, rpki: () => "unknown" }).verdict ===
        "accept",
    ),
  );
  expect(passes.map((row) => row.filter(Boolean).length)).toEqual([2, 2, 1, 2, 2, 1, 1]);
  const batch: BirdBatch = { ...surroundings, family: "ipv4", filters, routes };
  expect((await throughBird(batch)).map((row) => row.map((found) => found !== null))).toEqual(passes);
  const gobgp = await throughGobgp({ ...surroundings, family: "ipv4", filters, routes, direction: "import" });
  expect(gobgp.map((row) => row.map((found) => found !== null))).toEqual(passes);
});

it("is refused where GoBGP would run on without any policy", () => {
  const fits = (...texts: string[]) => fitsRegex({ ...anyRoute, asPaths: texts.map(path) });
  expect(matches.every((match) => fitsRegex({ ...anyRoute, ...match }))).toBe(true);
  expect(fits("(5{0,40}){26} 6$")).toBe(false);
  expect(fits("(5{2,})*", "(5*){255}")).toBe(true);
  expect(fits(wide.replace("{1,100}", "{1,255}"))).toBe(false);
  expect(fits(...each(30, (index) => wide.replace(" 7)", ` ${index})`)))).toBe(false);
});
