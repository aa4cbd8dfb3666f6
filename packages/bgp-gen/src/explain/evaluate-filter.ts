import { isInside } from "@nix-nos/ipam";
import {
  type AsSet,
  asPathHolds,
  type Policy,
  type PolicyMatch,
  type PolicyTerm,
  type PrefixSet,
  type RpkiState,
} from "@nix-nos/topology";
import { automatonOf } from "../plan/automatons.js";
import type { RouteFilter } from "../plan/types.js";
import { applyActions } from "./apply-actions.js";
import { communityMatches } from "./communities.js";
import type { Route } from "./route.js";

/** What a filter's terms refer to. */
export interface FilterSurroundings {
  readonly localAs: number;
  /** The node's end of the session: what `nextHop: self` becomes. */
  readonly localAddress: string;
  readonly prefixSets: ReadonlyMap<string, PrefixSet>;
  /** What the ROAs say of a prefix and its origin; the own AS is the origin of a route without a path. */
  readonly rpki: (prefix: string, originAs: number) => RpkiState;
}

export interface FilterVerdict {
  readonly verdict: "accept" | "reject";
  /** The route with what the terms changed on its way; of a rejected one, up to the term that rejected it. */
  readonly route: Route;
  /** A term on its way said which next hop the route has, be it the one that it had. */
  readonly setsNextHop: boolean;
  /** The term that decided, or `null` when none did and the filter's `otherwise` holds. */
  readonly decidedBy: { readonly policy: Policy; readonly term: PolicyTerm } | null;
}

/**
 * What a filter does to a route: the reference that the daemons' configurations are held against.
 *
 * The terms of the policies are tried in order. The first of a policy that holds changes the route, and accepts it,
 * rejects it, or leaves it to the next policy; later terms see what earlier ones changed.
 *
 * @param filter - of a session's channel, so without static conditions
 * @returns the verdict, the route as it is then, and the term that decided
 *
 * @example
 * ```ts
 * import { evaluateFilter } from "@nix-nos/bgp-gen";
 *
 * const route = { prefix: "10.0.0.0/8", asPath: [64500], nextHop: null, localPref: null, med: null, weight: 0, communities: [] };
 * const surroundings = { localAs: 65000, localAddress: "192.0.2.2", prefixSets: new Map(), rpki: () => "unknown" } as const;
 * evaluateFilter({ policies: [], otherwise: "reject" }, route, surroundings).verdict; // => "reject"
 * ```
 */
export function evaluateFilter(filter: RouteFilter, route: Route, surroundings: FilterSurroundings): FilterVerdict {
  let current = route;
  let setsNextHop = false;
  for (const policy of filter.policies) {
    const term = policy.terms.find(({ match }) => holds(match, current, surroundings));
    if (term === undefined) continue;
    if (term.action === "reject")
      return { verdict: "reject", route: current, setsNextHop, decidedBy: { policy, term } };
    current = applyActions(term.set, current, surroundings);
    setsNextHop ||= term.set.nextHop !== null && term.set.nextHop.kind !== "discard";
    if (term.action === "accept")
      return { verdict: "accept", route: current, setsNextHop, decidedBy: { policy, term } };
  }
  return { verdict: filter.otherwise, route: current, setsNextHop, decidedBy: null };
}

/** Whether a route is all that a match asks for. */
function holds(match: PolicyMatch, route: Route, surroundings: FilterSurroundings): boolean {
  const { asPath } = route;
  if (match.prefixSets !== null) {
    const sets = match.prefixSets.flatMap((name) => surroundings.prefixSets.get(name) ?? []);
    if (!sets.some((set) => isInSet(route.prefix, set))) return false;
  }
  if (match.communities !== null) {
    const { communities } = match;
    if (!route.communities.some((own) => communities.some((pattern) => communityMatches(own, pattern)))) return false;
  }
  if (match.asPaths !== null && !match.asPaths.some((pattern) => asPathHolds(automatonOf(pattern), asPath))) {
    return false;
  }
  if (match.asPathLength !== null) {
    if (asPath.length < match.asPathLength.min || asPath.length > match.asPathLength.max) return false;
  }
  if (match.hasAsSet !== null && route.hasAsSet !== true) return false;
  if (match.originAs !== null && !isOrigin(match.originAs, asPath.at(-1))) return false;
  if (match.nextHops !== null) {
    const { nextHop } = route;
    if (nextHop === null || !match.nextHops.some((prefix) => isInside(nextHop, prefix))) return false;
  }
  if (match.rpki !== null) {
    const state = surroundings.rpki(route.prefix, asPath.at(-1) ?? surroundings.localAs);
    if (!match.rpki.includes(state)) return false;
  }
  return true;
}

function isInSet(prefix: string, { ranges }: PrefixSet): boolean {
  const length = Number(prefix.slice(prefix.indexOf("/") + 1));
  return ranges.some(
    (range) => range.minLength <= length && length <= range.maxLength && isInside(prefix, range.prefix),
  );
}

function isOrigin({ ranges }: AsSet, number: number | undefined): boolean {
  return number !== undefined && ranges.some(({ min, max }) => min <= number && number <= max);
}
