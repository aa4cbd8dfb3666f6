import { anyRoute, type Family, noChange, type Peer, type Policy, type PrefixSet } from "@nix-nos/topology";
import { familiesOf } from "./channels.js";
import type { BgpSpeaker, RouteFilter } from "./types.js";
import { gracefulShutdown } from "./well-known.js";

/** The prefix that every address is in. */
export const defaultRoutes: Readonly<Record<Family, string>> = { ipv4: "0.0.0.0/0", ipv6: "::/0" };

/**
 * Whether a prefix is one that every address of its family is in.
 *
 * @param prefix - canonical
 *
 * @example
 * ```ts
 * import { isDefaultRoute } from "@nix-nos/bgp-gen";
 *
 * isDefaultRoute("::/0"); // => true
 * ```
 */
export function isDefaultRoute(prefix: string): boolean {
  return prefix === defaultRoutes.ipv4 || prefix === defaultRoutes.ipv6;
}

/** No name of the topology has a space in it. */
const setName = "nix-nos default route";

/** Both default routes, for the policy below. */
export const defaultRouteSet: PrefixSet = {
  name: setName,
  ranges: Object.values(defaultRoutes).map((prefix) => ({ prefix, minLength: 0, maxLength: 0 })),
  path: null,
};

/**
 * What goes out to a neighbour that is sent a default route: that one before all written policies, which speak of other
 * routes. A session without any (RFC 8212) has been told of this one.
 */
export function withDefaultRoute(filter: RouteFilter, { maintenance, path }: Peer): RouteFilter {
  const set = { ...noChange, addCommunities: maintenance ? [gracefulShutdown] : [] };
  const policy: Policy = {
    name: setName,
    terms: [{ match: { ...anyRoute, prefixSets: [setName] }, set, action: "accept", path }],
    path,
  };
  return { ...filter, policies: [policy, ...filter.policies] };
}

/** Families of which the speaker makes a default route for some of its neighbours. */
export function defaultRouteFamilies({ sessions }: Pick<BgpSpeaker, "sessions">): readonly Family[] {
  const outside = sessions.filter(({ peer }) => peer !== null);
  const all = outside.map(({ channels }) => familiesOf({ channels: channels.filter((own) => own.defaultOriginate) }));
  return (["ipv4", "ipv6"] as const).filter((family) => all.some((families) => families.includes(family)));
}
