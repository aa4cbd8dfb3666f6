import { addressBits, formatPrefix, parseAddress, parsePrefix } from "@nix-nos/ipam";
import type { Path } from "../diagnostics/diagnostic.js";
import { parseAsPath } from "../document/as-path.js";
import type { TopologyBgp } from "../document/bgp-schema.js";
import { parseCommunity, parseCommunityPattern } from "../document/community.js";
import type { TopologyPolicyTerm } from "../document/policy-schema.js";
import { parsePrefixRange } from "../document/prefix-range.js";
import { parseAsRange } from "../document/text.js";
import { compareNames } from "../names.js";
import type { Community } from "../network/community.js";
import type {
  AsSet,
  CommunityPattern,
  NeighborMatch,
  NextHopAction,
  Policy,
  PolicyActions,
  PolicyMatch,
  PolicyTerm,
  PrefixSet,
} from "../network/policy.js";
import { mergeRanges } from "../network/ranges.js";
import { bogonAsns, bogons, bogonsName } from "./bogons.js";
import { canonicalAddress } from "./canonical-text.js";
import type { Registered } from "./irr.js";
import { sortedEntries } from "./sorted-entries.js";

const bgpPath = ["nix-nos", "network", "bgp"] as const;

/** What names in terms stand for. */
interface Named {
  readonly bgp: TopologyBgp | undefined;
  readonly asSets: ReadonlyMap<string, AsSet>;
}

/** The document's policies, by name; the names of communities and AS sets in them are resolved away. */
export function resolvePolicies(bgp: TopologyBgp | undefined, { asSets: registered }: Registered): readonly Policy[] {
  const asSets = new Map([
    ...Object.entries(bgp?.asSets ?? {}).map(([name, set]): [string, AsSet] => [
      name,
      asSet(name, Array.isArray(set) ? set : (registered.get(name) ?? [])),
    ]),
    [bogonsName, bogonAsns] as const,
  ]);
  return sortedEntries(bgp?.policies).map(([name, terms]) => {
    const path: Path = [...bgpPath, "policies", name];
    return { name, terms: terms.map((term, index) => resolveTerm(term, [...path, index], { bgp, asSets })), path };
  });
}

function resolveTerm({ match, set, then: action }: TopologyPolicyTerm, path: Path, named: Named): PolicyTerm {
  return { match: resolveMatch(match, named), set: resolveActions(set, named), action, path };
}

function resolveMatch(match: TopologyPolicyTerm["match"], named: Named): PolicyMatch {
  const length = match?.asPathLength;
  return {
    prefixSets: listOf(match?.prefixSet),
    communities: listOf(match?.community)?.flatMap((text) => patternOf(text, named) ?? []) ?? null,
    asPaths: listOf(match?.asPath)?.flatMap((text) => parseAsPath(text).pattern ?? []) ?? null,
    asPathLength: length === undefined ? null : { min: length.min ?? 0, max: length.max ?? longestPath },
    hasAsSet: null,
    originAs: originOf(match?.originAs, named),
    nextHops: listOf(match?.nextHop)?.map(prefixOf) ?? null,
    rpki: listOf(match?.rpki),
    neighbors: neighborsOf(match?.neighbor),
    roles: listOf(match?.role),
    family: match?.family ?? null,
  };
}

function resolveActions(set: TopologyPolicyTerm["set"], { bgp, ...named }: Named): PolicyActions {
  const prepend = typeof set?.prepend === "number" ? { times: set.prepend } : set?.prepend;
  const added = [...(set?.addCommunities ?? []), ...(set?.addLargeCommunities ?? [])];
  return {
    localPref: set?.localPref ?? null,
    med: set?.med ?? null,
    weight: set?.weight ?? null,
    prepend: prepend === undefined ? null : { times: prepend.times, as: prepend.as ?? null },
    nextHop: nextHopOf(set?.nextHop),
    replaceCommunities: set?.replaceCommunities === undefined ? null : resolveCommunities(set.replaceCommunities, bgp),
    removeCommunities: (set?.removeCommunities ?? []).flatMap((text) => patternOf(text, { bgp, ...named }) ?? []),
    addCommunities: resolveCommunities(added, bgp),
  };
}

/** An AS path's length is compared as a number of 16 bits. */
const longestPath = 65_535;

/** Communities, each written as such or by its name. */
export function resolveCommunities(texts: readonly string[], bgp: TopologyBgp | undefined): readonly Community[] {
  return texts.flatMap((text) => parseCommunity(written(text, bgp)) ?? []);
}

function patternOf(text: string, { bgp }: Named): CommunityPattern | null {
  return parseCommunityPattern(written(text, bgp));
}

/** What a name of a community stands for. */
function written(text: string, bgp: TopologyBgp | undefined): string {
  const known = bgp?.communities;
  return (known !== undefined && Object.hasOwn(known, text) ? known[text] : undefined) ?? text;
}

function originOf(origin: NonNullable<TopologyPolicyTerm["match"]>["originAs"], { asSets }: Named): AsSet | null {
  if (origin === undefined) return null;
  if (typeof origin === "number") return asSet(null, [origin]);
  if ("set" in origin) return asSets.get(origin.set) ?? asSet(origin.set, []);
  return asSet(null, origin);
}

function asSet(name: string | null, numbers: readonly (number | string)[]): AsSet {
  const ranges = numbers.flatMap((number) =>
    typeof number === "number" ? { min: number, max: number } : (parseAsRange(number) ?? []),
  );
  return { name, ranges: mergeRanges(ranges) };
}

function neighborsOf(neighbor: string | readonly string[] | undefined): NeighborMatch | null {
  const all = listOf(neighbor);
  if (all === null) return null;
  const isName = (text: string) => parseAddress(text) === null && parsePrefix(text) === null;
  return { names: all.filter(isName), prefixes: all.filter((text) => !isName(text)).map(prefixOf) };
}

/** Canonical; an address as a prefix of full length. */
function prefixOf(text: string): string {
  const address = parseAddress(text);
  const prefix = address === null ? parsePrefix(text) : { address, length: addressBits(address.family) };
  return prefix === null ? text : formatPrefix(prefix);
}

function nextHopOf(nextHop: string | undefined): NextHopAction | null {
  if (nextHop === undefined) return null;
  if (nextHop === "self" || nextHop === "unchanged") return { kind: nextHop };
  return { kind: "address", address: canonicalAddress(nextHop) };
}

function listOf<Item extends string>(value: Item | readonly Item[] | undefined): readonly Item[] | null {
  if (value === undefined) return null;
  return typeof value === "string" ? [value] : value;
}

/** The document's prefix sets and, where a policy names it, the built-in one. */
export function resolvePrefixSets(
  bgp: TopologyBgp | undefined,
  policies: readonly Policy[],
  { prefixSets: registered }: Registered,
): readonly PrefixSet[] {
  const sets: PrefixSet[] = sortedEntries(bgp?.prefixSets).map(([name, set]) => ({
    name,
    ranges: (Array.isArray(set) ? set : (registered.get(name) ?? [])).flatMap((text) => parsePrefixRange(text) ?? []),
    path: [...bgpPath, "prefixSets", name],
  }));
  const isNamed = policies.some(({ terms }) => terms.some(({ match }) => match.prefixSets?.includes(bogonsName)));
  return isNamed ? [...sets, bogons].sort((a, b) => compareNames(a.name, b.name)) : sets;
}
