import type { NextHopAction, PolicyActions } from "@nix-nos/topology";
import { communityMatches, withCommunities } from "./communities.js";
import type { Route } from "./route.js";

/** The route with what a term changes in it. */
export function applyActions(
  set: PolicyActions,
  route: Route,
  own: { readonly localAs: number; readonly localAddress: string },
): Route {
  const { times, as } = set.prepend ?? { times: 0, as: null };
  const replaced = set.replaceCommunities === null ? route.communities : withCommunities([], set.replaceCommunities);
  const kept = replaced.filter(
    (community) => !set.removeCommunities.some((pattern) => communityMatches(community, pattern)),
  );
  return {
    ...route,
    asPath: [...Array.from({ length: times }, () => as ?? own.localAs), ...route.asPath],
    nextHop: set.nextHop === null ? route.nextHop : nextHopOf(set.nextHop, route, own.localAddress),
    localPref: set.localPref ?? route.localPref,
    med: set.med ?? route.med,
    weight: set.weight ?? route.weight,
    communities: withCommunities(kept, set.addCommunities),
  };
}

/** An own address of the other family than the route's says nothing; the daemon finds one of its interface. */
function nextHopOf(action: NextHopAction, { prefix, nextHop }: Route, localAddress: string): string | null {
  switch (action.kind) {
    case "address":
      return action.address;
    // Whatever it was, nothing is sent there.
    case "discard":
    case "unchanged":
      return nextHop;
    case "self":
      return localAddress.includes(":") === prefix.includes(":") ? localAddress : null;
  }
}
