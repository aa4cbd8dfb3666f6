import { familyOf, isInside } from "@nix-nos/ipam";
import type { Family, PolicyMatch, PolicyTerm, PrefixSet } from "@nix-nos/topology";
import { type IosLine, line, word } from "../ios/document.js";
import { internetFault, isInternet } from "./communities.js";
import { type CommunityKind, communityWords, type Lists, type PathLine } from "./lists.js";
import { rangesOf } from "./prefixes.js";
import { allButFirst, lengthRegex, originRegexes, pathRegexes } from "./regex.js";
import { communityKnown, type KnownPrefix, prefixKnown, type RouteState } from "./state.js";
import type { Refuse } from "./unsayable.js";

/** One way in which a term may hold: all of its conditions, of which an entry takes one of each kind. */
export interface Way {
  readonly matches: readonly IosLine[];
  /** As-path lists, each of which has to hold; an entry asks for one. */
  readonly paths: readonly number[];
  /** What is known of the prefix when the way holds; `null` where it was not asked for now. */
  readonly inside: KnownPrefix | null;
}

export interface MatchPlace {
  readonly family: Family;
  readonly prefixSets: ReadonlyMap<string, PrefixSet>;
  readonly lists: Lists;
  readonly refuse: Refuse;
}

/**
 * The ways in which a term may hold for a route of which some is known; none where it never does. Of several sets of
 * prefixes, and of communities of several kinds, each is a way of its own: an entry asks for one.
 *
 * @param name - what lists are called that have no name of their own
 */
export function waysOf(term: PolicyTerm, state: RouteState, place: MatchPlace, name: string): readonly Way[] {
  // Refused, and a condition all the same: the terms behind it are looked at too.
  const states = (term.match.rpki ?? []).map((state) => line`match rpki ${word(state)}`);
  if (states.length > 0)
    place.refuse(
      term,
      "is not told by this version how to ask the RPKI",
      "Remove `rpki`, or the peer's `rejectInvalid`",
    );
  const prefixes = prefixWays(term, state, place);
  const communities = communityWays(term, state, place, name);
  const hops = hopMatches(term, state, place, name);
  const paths = pathLists(term, state, place);
  if (hops === null || paths === null) return [];
  return prefixes.flatMap(({ match, inside }) =>
    communities.map((community) => ({ matches: [...match, ...community, ...hops, ...states], paths, inside })),
  );
}

interface PrefixWay {
  readonly match: readonly IosLine[];
  readonly inside: KnownPrefix | null;
}

function prefixWays(term: PolicyTerm, state: RouteState, { family, prefixSets, lists, refuse }: MatchPlace) {
  const { prefixSets: names } = term.match;
  const always: readonly PrefixWay[] = [{ match: [], inside: null }];
  if (names === null) return always;
  const ways: PrefixWay[] = [];
  for (const name of names) {
    const ranges = rangesOf(prefixSets.get(name), family);
    const known = ranges.length === 0 ? "fails" : prefixKnown(ranges, state);
    if (known === "holds") return always;
    if (known === "unknown") {
      const what = "asks for a prefix once on its way through a route-map, and a policy before has asked already";
      refuse(term, what, "Ask for both sets in one policy, or for sets of which one is inside the other");
    }
    if (known === "fails") continue;
    const list = lists.prefixes(family, `${name}-${family === "ipv4" ? "v4" : "v6"}`, ranges);
    const match =
      family === "ipv4"
        ? line`match ip address prefix-list ${word(list)}`
        : line`match ipv6 address prefix-list ${word(list)}`;
    ways.push({ match: [match], inside: { names: name, ranges } });
  }
  return ways;
}

function communityWays(
  term: PolicyTerm,
  state: RouteState,
  { lists, refuse }: MatchPlace,
  name: string,
): readonly (readonly IosLine[])[] {
  const { communities } = term.match;
  if (communities === null) return [[]];
  const open = communities.filter((pattern) => {
    const known = communityKnown(pattern, state);
    if (known === "unknown") {
      const what = "asks for the communities that a route came with, and a policy before has taken some of these away";
      refuse(term, what, "Ask before they are taken away");
    }
    return known === "open" || known === "unknown";
  });
  if (communities.some((pattern) => communityKnown(pattern, state) === "holds")) return [[]];
  return (Object.keys(communityWords) as readonly CommunityKind[]).flatMap((kind) => {
    const patterns = open.filter((pattern) => pattern.kind === kind);
    if (patterns.some(isInternet)) refuse(term, internetFault.what, internetFault.hint);
    if (patterns.length === 0) return [];
    const list = lists.communities(kind, name, patterns);
    return [[line`match ${{ token: communityWords[kind].match }} ${word(list)}`]];
  });
}

/** `null` where none of them holds. */
function hopMatches(
  { match: { nextHops } }: PolicyTerm,
  { nextHop }: RouteState,
  { family, lists }: MatchPlace,
  name: string,
): readonly IosLine[] | null {
  if (nextHops === null) return [];
  if (nextHop !== null) return nextHops.some((prefix) => isInside(nextHop, prefix)) ? [] : null;
  const ranges = nextHops
    .filter((prefix) => familyOf(prefix) === family)
    .map((prefix) => {
      const bits = family === "ipv4" ? 32 : 128;
      return { prefix, minLength: Number(prefix.slice(prefix.indexOf("/") + 1)), maxLength: bits };
    });
  if (ranges.length === 0) return null;
  const list = lists.prefixes(family, `${name}-next-hop`, ranges);
  return [
    family === "ipv4"
      ? line`match ip next-hop prefix-list ${word(list)}`
      : line`match ipv6 next-hop prefix-list ${word(list)}`,
  ];
}

/** `null` where one of them never holds. */
function pathLists(term: PolicyTerm, { prepended }: RouteState, { lists, refuse }: MatchPlace) {
  const { asPaths, originAs, asPathLength, hasAsSet } = term.match;
  if (prepended && (asPaths !== null || originAs !== null || asPathLength !== null)) {
    const what = "asks for the path that a route came with, and a policy before has put numbers in front of it";
    refuse(term, what, "Prepend in the term that accepts, or in a policy behind");
  }
  const found: number[] = [];
  const add = (lines: readonly PathLine[]) => {
    if (lines.length > 0) found.push(lists.paths(lines));
    return lines.length > 0;
  };
  const tooLong = () =>
    refuse(
      term,
      "reads 254 characters a line, and the expression is longer, its repetitions written out",
      "Ask for less",
    );
  if (asPaths !== null) {
    const [only, ...others] = asPaths;
    const first = only === undefined || others.length > 0 ? null : allButFirst(only.root);
    if (first !== null) add([...first.map((text) => ({ action: "deny" as const, regex: text })), permit(".*")]);
    else {
      const each = asPaths.map(({ root }) => pathRegexes(root));
      if (each.includes(null)) tooLong();
      if (!add(each.flatMap((list) => list ?? ["^$"]).map(permit))) return null;
    }
  }
  if (originAs !== null) {
    const each = originRegexes(originAs.ranges);
    if (each === null) tooLong();
    if (!add((each ?? ["^$"]).map(permit))) return null;
  }
  if (hasAsSet !== null) add(["\\{", "\\["].map(permit));
  if (asPathLength !== null) {
    const lines = lengthLines(asPathLength);
    if (lines === null) tooLong();
    add(lines ?? [permit(".*")]);
  }
  return found;
}

function permit(text: string): PathLine {
  return { action: "permit", regex: text };
}

/** No path of BGP has more numbers: what asks for less or this many asks for nothing. */
const unlimited = 255;

function lengthLines({ min, max }: NonNullable<PolicyMatch["asPathLength"]>): readonly PathLine[] | null {
  const [least, most] = [lengthRegex(min), max < unlimited ? lengthRegex(max + 1) : undefined];
  if (least === null || most === null) return null;
  return [...(most === undefined ? [] : [{ action: "deny" as const, regex: most }]), permit(least)];
}
