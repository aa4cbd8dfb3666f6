import { isInside } from "@nix-nos/ipam";
import type { Community, CommunityPattern, Policy, PolicyActions, PrefixRange } from "@nix-nos/topology";

/**
 * What is known of a route on one way through a filter. IOS asks for what a route had before the route-map and changes it
 * when all is decided, FRR changes it at once: what a condition asks for is therefore decided here where a term before has
 * changed it, and neither is asked.
 */
export interface RouteState {
  /** The communities that the route came with are gone. */
  readonly replaced: boolean;
  readonly removed: readonly CommunityPattern[];
  readonly added: readonly Community[];
  readonly prepended: boolean;
  /** What a term has set; `null` is what the route came with. */
  readonly nextHop: string | null;
  /** What a term that has let the route go on asked of its prefix. */
  readonly inside: KnownPrefix | null;
}

/** Ranges that a prefix is in one of. */
export interface KnownPrefix {
  /** Names of the sets that they are of. */
  readonly names: string;
  readonly ranges: readonly PrefixRange[];
}

export const asItCame: RouteState = {
  replaced: false,
  removed: [],
  added: [],
  prepended: false,
  nextHop: null,
  inside: null,
};

/** The state behind a term that goes on. */
export function afterActions(state: RouteState, set: PolicyActions, nextHop: string | null): RouteState {
  const replaced = state.replaced || set.replaceCommunities !== null;
  const before = set.replaceCommunities ?? state.added;
  const kept = before.filter((own) => !set.removeCommunities.some((pattern) => covers(pattern, own)));
  return {
    ...state,
    replaced,
    removed: replaced ? [] : [...state.removed, ...set.removeCommunities],
    added: [...kept, ...set.addCommunities],
    prepended: state.prepended || set.prepend !== null,
    nextHop: nextHop ?? state.nextHop,
  };
}

/** What is known already of a condition; `open` has to be asked, `unknown` would be answered otherwise by IOS and FRR. */
export type Known = "holds" | "fails" | "open" | "unknown";

/** Whether the route carries a community of a pattern. */
export function communityKnown(pattern: CommunityPattern, { replaced, removed, added }: RouteState): Known {
  if (added.some((own) => covers(pattern, own))) return "holds";
  if (replaced || removed.some((gone) => covers(gone, pattern))) return "fails";
  return removed.some((gone) => meets(gone, pattern)) ? "unknown" : "open";
}

/** Whether the prefix is in one of the ranges. */
export function prefixKnown(ranges: readonly PrefixRange[], { inside }: RouteState): Known {
  if (inside === null) return "open";
  if (inside.ranges.every((own) => ranges.some((range) => isWithin(own, range)))) return "holds";
  return inside.ranges.some((own) => ranges.some((range) => overlap(own, range))) ? "unknown" : "fails";
}

/** All of a state that the policies behind can ask for: two states with one text are one to them. */
export function stateKey(state: RouteState, later: readonly Policy[], asksNextHop: boolean): string {
  const terms = later.flatMap((policy) => policy.terms);
  const patterns = terms.flatMap(({ match }) => match.communities ?? []);
  const asksPath = terms.some(({ match }) => (match.asPaths ?? match.originAs ?? match.asPathLength) !== null);
  const asksPrefix = terms.some(({ match }) => match.prefixSets !== null);
  const asksHop = asksNextHop || terms.some(({ match, set }) => match.nextHops !== null || set.nextHop !== null);
  return JSON.stringify([
    patterns.length > 0 && state.replaced,
    state.removed.filter((gone) => patterns.some((pattern) => meets(gone, pattern))),
    state.added.filter((own) => patterns.some((pattern) => covers(pattern, own))),
    asksPath && state.prepended,
    asksHop ? state.nextHop : null,
    asksPrefix ? (state.inside?.names ?? null) : null,
  ]);
}

function parts(pattern: CommunityPattern): readonly (number | null)[] {
  if (pattern.kind === "large") return [pattern.asn, pattern.data1, pattern.data2];
  return [pattern.asn, pattern.value];
}

function isOfKind(a: CommunityPattern, b: CommunityPattern): boolean {
  return a.kind === b.kind && (a.kind !== "extended" || b.kind !== "extended" || a.type === b.type);
}

/** All that the second means, the first does. */
function covers(wide: CommunityPattern, narrow: CommunityPattern): boolean {
  const own = parts(narrow);
  return isOfKind(wide, narrow) && parts(wide).every((part, index) => part === null || part === own[index]);
}

/** Some community is what both mean. */
function meets(a: CommunityPattern, b: CommunityPattern): boolean {
  const own = parts(b);
  return (
    isOfKind(a, b) &&
    parts(a).every((part, index) => part === null || own[index] === null || part === (own[index] ?? null))
  );
}

function isWithin(own: PrefixRange, range: PrefixRange): boolean {
  return isInside(own.prefix, range.prefix) && own.minLength >= range.minLength && own.maxLength <= range.maxLength;
}

function overlap(a: PrefixRange, b: PrefixRange): boolean {
  const nested = isInside(a.prefix, b.prefix) || isInside(b.prefix, a.prefix);
  const least = Math.max(a.minLength, b.minLength, lengthOf(a.prefix), lengthOf(b.prefix));
  return nested && least <= Math.min(a.maxLength, b.maxLength);
}

function lengthOf(prefix: string): number {
  return Number(prefix.slice(prefix.indexOf("/") + 1));
}
