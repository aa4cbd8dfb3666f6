import type { Path } from "../diagnostics/diagnostic.js";
import type { TopologyBgp } from "../document/bgp-schema.js";
import { parseCommunity } from "../document/community.js";
import type { TopologyPolicyTerm } from "../document/policy-schema.js";
import { parsePrefixRange } from "../document/prefix-range.js";
import { compareNames } from "../names.js";
import type { Community } from "../network/network.js";
import { anyRoute, noChange, type Policy, type PolicyTerm, type PrefixSet } from "../network/policy.js";
import { bogons, bogonsName } from "./bogons.js";
import { sortedEntries } from "./sorted-entries.js";

const bgpPath = ["nix-nos", "network", "bgp"] as const;

/** The document's policies, by name. */
export function resolvePolicies(bgp: TopologyBgp | undefined): readonly Policy[] {
  return sortedEntries(bgp?.policies).map(([name, terms]) => {
    const path: Path = [...bgpPath, "policies", name];
    return { name, terms: terms.map((term, index) => resolveTerm(term, [...path, index])), path };
  });
}

function resolveTerm({ match, set, then: action }: TopologyPolicyTerm, path: Path): PolicyTerm {
  const length = match?.asPathLength;
  return {
    match: {
      ...anyRoute,
      prefixSets: match?.prefixSet === undefined ? null : [match.prefixSet],
      communities: match?.community === undefined ? null : communities([match.community]),
      asPathLength: length === undefined ? null : { min: length.min ?? 0, max: length.max ?? longestPath },
    },
    set: {
      ...noChange,
      localPref: set?.localPref ?? null,
      med: set?.med ?? null,
      prepend: set?.prepend === undefined ? null : { times: set.prepend, as: null },
      addCommunities: communities([...(set?.addCommunities ?? []), ...(set?.addLargeCommunities ?? [])]),
      removeCommunities: communities(set?.removeCommunities ?? []),
    },
    action,
    path,
  };
}

/** An AS path's length is compared as a number of 16 bits. */
const longestPath = 65_535;

function communities(texts: readonly string[]): readonly Community[] {
  return texts.flatMap((text) => parseCommunity(text) ?? []);
}

/** The document's prefix sets and, where a policy names it, the built-in one. */
export function resolvePrefixSets(bgp: TopologyBgp | undefined, policies: readonly Policy[]): readonly PrefixSet[] {
  const written: PrefixSet[] = sortedEntries(bgp?.prefixSets).map(([name, texts]) => ({
    name,
    ranges: texts.flatMap((text) => parsePrefixRange(text) ?? []),
    path: [...bgpPath, "prefixSets", name],
  }));
  const isNamed = policies.some(({ terms }) => terms.some(({ match }) => match.prefixSets?.includes(bogonsName)));
  return isNamed ? [...written, bogons].sort((a, b) => compareNames(a.name, b.name)) : written;
}
