import type { Family, OptionValue, PolicyMatch, PrefixSet, RpkiState } from "@nix-nos/topology";
import { longestRegex, originRegex, pathRegex, unlimitedLength } from "./as-path.js";
import { type CommunityKind, communityKeys, communityKinds, communityRegex } from "./communities.js";
import type { DefinedSets } from "./defined-sets.js";
import { prefixItems } from "./prefixes.js";

/** What statements of one filter have in common. */
export interface FilterPlace {
  /** Name of the set of the neighbours that the filter is for. */
  readonly neighbors: string;
  /** Families that the filter is for. */
  readonly families: readonly Family[];
  /** The neighbours have other families too. */
  readonly isOneOfSeveral: boolean;
  /** The AS number that stands in front of a path before the filter's policies look; `null` for none. */
  readonly inFront: number | null;
  readonly localAs: number;
  readonly prefixSets: ReadonlyMap<string, PrefixSet>;
  readonly sets: DefinedSets;
}

/** Conditions of a statement, all of which must hold. */
export interface Conditions {
  readonly top: { readonly [key: string]: OptionValue };
  readonly bgp: { readonly [key: string]: OptionValue };
  /** The kind of community that the statement asks for, of which it cannot ask for another one. */
  readonly communities: CommunityKind | null;
}

/** What every statement of a filter asks. */
export function placeConditions({ neighbors, families, isOneOfSeveral }: FilterPlace): Conditions {
  return {
    top: { "match-neighbor-set": { "neighbor-set": neighbors, "match-set-options": "any" } },
    bgp: { ...(isOneOfSeveral && { "afi-safi-in-list": families.map((family) => `${family}-unicast`) }) },
    communities: null,
  };
}

/**
 * The ways in which a match may hold, each as the conditions of one statement: a statement asks for prefixes of one
 * family, communities of one kind and one state of the RPKI. None where it never holds.
 *
 * @param name - what the sets are called, if they have no name of their own
 */
export function matchConditions(match: PolicyMatch, place: FilterPlace, name: string): readonly Conditions[] {
  const always: Conditions = { ...placeConditions(place) };
  const path = pathConditions(match, place, name);
  if (path === null) return [];
  const common = { ...path, ...(match.nextHops !== null && { "next-hop-in-list": match.nextHops }) };
  const states: readonly (RpkiState | null)[] = match.rpki ?? [null];
  return prefixConditions(match, place).flatMap((prefixes) =>
    communityConditions(match, place, name).flatMap(({ bgp, communities }) =>
      states.map((state) => ({
        top: { ...always.top, ...prefixes },
        bgp: {
          ...always.bgp,
          ...bgp,
          ...common,
          ...(state !== null && { "rpki-validation-result": state === "unknown" ? "not-found" : state }),
        },
        communities,
      })),
    ),
  );
}

type Part = { readonly [key: string]: OptionValue };

function prefixConditions(
  { prefixSets }: PolicyMatch,
  { families, prefixSets: known, sets }: FilterPlace,
): readonly Part[] {
  if (prefixSets === null) return [{}];
  const ranges = prefixSets.flatMap((name) => known.get(name)?.ranges ?? []);
  return families.flatMap((family) => {
    const items = prefixItems(ranges, family);
    if (items.length === 0) return [];
    const name = sets.define("prefix", `${prefixSets.join(" or ")} ${family}`, items);
    return [{ "match-prefix-set": { "prefix-set": name, "match-set-options": "any" } }];
  });
}

function communityConditions(
  { communities }: PolicyMatch,
  { sets }: FilterPlace,
  name: string,
): readonly Pick<Conditions, "bgp" | "communities">[] {
  if (communities === null) return [{ bgp: {}, communities: null }];
  return communityKinds.flatMap((kind) => {
    const patterns = communities.filter((pattern) => pattern.kind === kind);
    if (patterns.length === 0) return [];
    return [
      {
        bgp: askFor(
          kind,
          "any",
          sets.define(
            kind,
            name,
            patterns.map((each) => communityRegex(each)),
          ),
        ),
        communities: kind,
      },
    ];
  });
}

/** A condition on one kind of communities. */
export function askFor(kind: CommunityKind, option: "any" | "invert", set: string): Part {
  const [condition, setKey] = communityKeys[kind];
  return { [condition]: { [setKey]: set, "match-set-options": option } };
}

/** Expressions, origin and length as one set of expressions and at most one bound; `null` where none can hold. */
function pathConditions(
  { asPaths, originAs, asPathLength, hasAsSet }: PolicyMatch,
  { inFront, sets }: FilterPlace,
  name: string,
): Part | null {
  const expressions: string[] = [];
  if (asPaths !== null) {
    if (asPaths.length === 0) return null;
    const each = asPaths.map(({ root }) => pathRegex(root, inFront));
    expressions.push(each.length === 1 && each[0] !== undefined ? each[0] : `(?:${each.join("|")})`);
  }
  // A set stands in braces in GoBGP's text of a path, that of a confederation in brackets.
  if (hasAsSet !== null) expressions.push("\\{|\\[");
  if (originAs !== null) expressions.push(originRegex(originAs.ranges, inFront));
  const ahead = inFront === null ? 0 : 1;
  let bound: Part = {};
  if (asPathLength !== null) {
    const { min, max } = asPathLength;
    const isBounded = max < unlimitedLength;
    if (min > 0) bound = { "as-path-length": { operator: "ge", value: min + ahead } };
    else if (isBounded) bound = { "as-path-length": { operator: "le", value: max + ahead } };
    if (min > 0 && isBounded) expressions.push(longestRegex(max, inFront));
  }
  if (expressions.length === 0) return bound;
  const set = sets.define("asPath", name, expressions);
  const option = expressions.length === 1 ? "any" : "all";
  return { ...bound, "match-as-path-set": { "as-path-set": set, "match-set-options": option } };
}
