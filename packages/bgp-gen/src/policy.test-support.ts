import { isIP } from "node:net";
import {
  type AsSet,
  anyRoute,
  bogonAsns,
  type Community,
  type CommunityPattern,
  type Family,
  noChange,
  type Policy,
  type PolicyMatch,
  type PrefixSet,
  parseAsPath,
  parseCommunity,
  parseCommunityPattern,
  parsePrefixRange,
} from "@nix-nos/topology";
import fc from "fast-check";
import type { Roa } from "./explain/roas.js";
import type { Route } from "./explain/route.js";
import type { RouteFilter } from "./plan/types.js";

// Few values of each kind, so that random routes and random policies meet often.

export const localAs = 65000;
export const localAddress: Readonly<Record<Family, string>> = { ipv4: "192.0.2.2", ipv6: "2001:db8::2" };

const prefixes: Readonly<Record<Family, readonly string[]>> = {
  ipv4: [
    "10.0.0.0/8",
    "10.1.0.0/16",
    "10.1.1.0/24",
    "10.1.1.128/25",
    "10.2.0.0/16",
    "172.16.0.0/12",
    "0.0.0.0/0",
    "10.1.1.1/32",
    "128.0.0.0/1",
  ],
  ipv6: [
    ...["2001:db8::/32", "2001:db8:1::/48", "2001:db8:1:1::/64", "2001:db8:2::/48", "fd00::/8", "::/0"],
    ...["2001:db8:1:1::1/128", "64:ff9b::a00:0/104", "8000::/1"],
  ],
};

const nextHops: Readonly<Record<Family, readonly string[]>> = {
  ipv4: ["192.0.2.1", "192.0.2.9", "198.51.100.1"],
  ipv6: ["2001:db8::1", "2001:db8::9", "2001:db8:ffff::1"],
};

const asNumbers = [1, 23456, 64500, 64501, 64502, 65535, 65536, 4200000000, 4294967295];

const communities = present(
  [
    "65000:1",
    "65000:2",
    "65001:1",
    "0:0",
    "65000:1:1",
    "65000:1:2",
    "65000:2:1",
    "4200000000:1:1",
    "rt:65000:1",
    "rt:65000:2",
    "ro:65000:1",
    "rt:4200000000:1",
  ].map(parseCommunity),
);

const patterns: readonly CommunityPattern[] = [
  ...communities,
  ...present(
    ["65000:*", "*:1", "*:*", "65000:1:*", "65000:*:*", "*:*:*", "rt:65000:*", "ro:65000:*", "rt:4200000000:*"].map(
      parseCommunityPattern,
    ),
  ),
];

const expressions = [
  "64500",
  "^64500",
  "64501$",
  "^$",
  ".",
  "^.{2,3}$",
  "^64500+$",
  "[64500-64502 65536]",
  "^[^64500]*$",
  "64500 .* 64501",
  "^64500 (64501|64502)* [64500-65535]$",
  "^(64500|64501 64502?)+$",
  "(1|4294967295) 64500|^64502",
  "[4200000000-4294967295]$",
  "^(64500 .)*$",
];

export const prefixSets: readonly PrefixSet[] = [
  set("small", ["10.1.1.0/24", "2001:db8:1:1::/64"]),
  set("ranges", ["10.0.0.0/8{16,24}", "2001:db8::/32{48,64}"]),
  set("inside", ["10.1.0.0/16+", "2001:db8:1::/48+", "172.16.0.0/12+"]),
  set("four", ["10.0.0.0/8+"]),
  set("default", ["0.0.0.0/0", "::/0"]),
  set("all", ["0.0.0.0/0{0,32}", "::/0{0,128}"]),
  set("hosts", ["0.0.0.0/0{32,32}", "::/0{128,128}"]),
  set("mapped", ["::ffff:0:0/96+", "::ffff:10.1.0.0/112", "10.1.1.1/32"]),
  set("translated", ["64:ff9b::/96{97,128}", "128.0.0.0/1+"]),
  set("halves", ["0.0.0.0/0{1,1}", "::/0{1,16}", "10.1.1.0/24{25,32}", "2001:db8:1:1::/64{65,128}"]),
  set("empty", []),
];

const asSets: readonly AsSet[] = [
  {
    name: "customers",
    ranges: [
      { min: 64500, max: 64501 },
      { min: 65536, max: 65536 },
    ],
  },
  bogonAsns,
  { name: "wide", ranges: [{ min: 1, max: 4294967294 }] },
  { name: null, ranges: [{ min: 4200000000, max: 4294967295 }] },
];

export const roas: readonly Roa[] = [
  { prefix: "10.0.0.0/8", maxLength: 16, as: 64500 },
  { prefix: "10.1.0.0/16", maxLength: 24, as: 64501 },
  { prefix: "172.16.0.0/12", maxLength: 12, as: localAs },
  { prefix: "2001:db8::/32", maxLength: 48, as: 64500 },
  { prefix: "fd00::/8", maxLength: 8, as: localAs },
];

function set(name: string, texts: readonly string[]): PrefixSet {
  return { name, ranges: present(texts.map(parsePrefixRange)), path: null };
}

function present<Item>(items: readonly (Item | null)[]): readonly Item[] {
  return items.filter((item) => item !== null);
}

/** Nothing most of the time: a match that asks for much holds for nothing. */
function seldom<Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> {
  return fc.option(value, { nil: null, freq: 2 });
}

function some<Value>(values: readonly Value[]): fc.Arbitrary<Value[]> {
  return fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 3 });
}

function matches(family: Family): fc.Arbitrary<PolicyMatch> {
  const asPaths = expressions.map((text) => parseAsPath(text).pattern);
  return fc
    .record({
      prefixSets: seldom(some(prefixSets.map(({ name }) => name))),
      communities: seldom(some(patterns)),
      asPaths: seldom(some(present(asPaths))),
      asPathLength: seldom(
        fc.tuple(fc.nat(3), fc.nat(4)).map(([min, more]): { min: number; max: number } => ({ min, max: min + more })),
      ),
      originAs: seldom(fc.constantFrom(...asSets)),
      nextHops: seldom(some(nextHops[family].map((address) => `${address}/${isIP(address) === 4 ? 32 : 128}`))),
      rpki: seldom(some(["valid", "invalid", "unknown"] as const)),
    })
    .map((match) => ({ ...anyRoute, ...match }));
}

function actions(family: Family) {
  const added = fc.uniqueArray(fc.constantFrom(...communities), { maxLength: 2 });
  return fc
    .record({
      localPref: seldom(fc.constantFrom(0, 50, 200, 4294967295)),
      med: seldom(fc.constantFrom(0, 7, 4294967295)),
      weight: seldom(fc.constantFrom(0, 1, 99)),
      prepend: seldom(
        fc.record({ times: fc.integer({ min: 1, max: 3 }), as: fc.constantFrom(null, 64500, 4294967295) }),
      ),
      nextHop: seldom(
        fc.constantFrom(
          { kind: "self" as const },
          { kind: "unchanged" as const },
          ...nextHops[family].map((address) => ({ kind: "address" as const, address })),
        ),
      ),
      replaceCommunities: seldom(added),
      removeCommunities: fc.oneof(fc.constant([]), some(patterns)),
      addCommunities: added,
    })
    .map((set) => ({
      ...noChange,
      ...set,
      // Beside `replaceCommunities` the other two were refused.
      ...(set.replaceCommunities !== null && { removeCommunities: [], addCommunities: [] }),
    }));
}

/** Any filter of a family that the plan could hold: no static conditions are left in it. */
export function filters(family: Family): fc.Arbitrary<RouteFilter> {
  const term = fc
    .record({
      match: matches(family),
      set: actions(family),
      action: fc.constantFrom("accept" as const, "reject" as const, "next" as const, "next" as const),
      path: fc.constant([]),
    })
    .map((own) => (own.action === "reject" ? { ...own, set: noChange } : own));
  const policy: fc.Arbitrary<Policy> = fc.record({
    name: fc.constantFrom("a", "b"),
    terms: fc.array(term, { minLength: 1, maxLength: 4 }),
    path: fc.constant([]),
  });
  return fc.record({
    policies: fc.array(policy, { maxLength: 3 }),
    otherwise: fc.constantFrom("accept" as const, "reject" as const),
  });
}

/** Any route of a family, as a neighbour could send it. */
export function routes(family: Family): fc.Arbitrary<Route> {
  return fc.record({
    prefix: fc.constantFrom(...prefixes[family]),
    asPath: fc.array(fc.oneof(fc.constantFrom(64500, 64501), fc.constantFrom(...asNumbers)), { maxLength: 4 }),
    nextHop: fc.constantFrom(...nextHops[family]),
    localPref: fc.constantFrom(null, 100, 150),
    med: fc.constantFrom(null, 0, 10),
    weight: fc.constant(0),
    communities: fc.uniqueArray(fc.constantFrom<Community>(...communities), { maxLength: 5 }),
  });
}
