import type { Community, PeerRole, PrefixSet, RpkiState } from "@nix-nos/topology";
import { isDefaultRoute } from "../plan/default-route.js";
import type { BgpSession, BgpSpeaker, RouteFilter } from "../plan/types.js";
import { describeTerm } from "./describe-term.js";
import { evaluateFilter } from "./evaluate-filter.js";
import { beginHere } from "./own-routes.js";
import type { Route } from "./route.js";

/** A route as a node holds it, with what BGP remembers of its way. */
export interface HeldRoute {
  readonly route: Route;
  /** From whom: `client` is a route reflector's client. */
  readonly learnt: "own" | "ebgp" | "confederation" | "ibgp" | "client";
  /** Name of the session that it came over; `null` for an own one. */
  readonly session: string | null;
  /** From where it begins to this node: the peer or node first. */
  readonly way: readonly string[];
  /** Parts of the confederation that it passed (RFC 5065). */
  readonly confederationPath: readonly number[];
  /** ORIGINATOR_ID and CLUSTER_LIST (RFC 4456). */
  readonly originator: string | null;
  readonly clusters: readonly string[];
  /** ONLY_TO_CUSTOMER is set (RFC 9234). */
  readonly onlyToCustomers: boolean;
}

/** Whether a route crosses an end of a session, and what it is then; why not otherwise. */
export type Crossing =
  | { readonly passes: true; readonly held: HeldRoute; readonly reason: string }
  | { readonly passes: false; readonly held: null; readonly reason: string };

/** What all crossings refer to. */
export interface CrossingSurroundings {
  readonly prefixSets: ReadonlyMap<string, PrefixSet>;
  readonly rpki: (prefix: string, originAs: number) => RpkiState;
}

/** A speaker gives what it holds to a neighbour, or does not. */
export function send(
  speaker: BgpSpeaker,
  session: BgpSession,
  given: HeldRoute,
  surroundings: CrossingSurroundings,
): Crossing {
  let held = given;
  const channel = channelOf(session, held.route);
  if (channel === null) return refused("the session does not carry the family");
  if (held.session === session.name) return refused("it came from there");
  if (channel.defaultOriginate && isDefaultRoute(held.route.prefix)) held = beginHere(speaker.node, held.route.prefix);
  const isOutside = session.kind === "ebgp" && !session.confederation;
  for (const { value, name, holds } of wellKnown) {
    if (holds(session.kind === "ebgp", isOutside) && held.route.communities.some(isWellKnown(value))) {
      return refused(`it carries ${name} (RFC 1997)`);
    }
  }
  if (session.kind === "ibgp" && held.learnt === "ibgp" && !session.routeReflectorClient) {
    return refused("it came over iBGP, and goes on to a reflector's clients alone (RFC 4456)");
  }
  if (held.onlyToCustomers && isUpwards(session.role)) {
    return refused("it came from a provider, peer or route server, and goes to customers alone (RFC 9234)");
  }
  const filtered = through(channel.export, held.route, session, surroundings);
  if (!filtered.passes) return refused(filtered.reason);
  const { route } = filtered;
  const becomesNextHop =
    session.kind === "ebgp"
      ? !session.confederation || channel.nextHopSelf === "all"
      : channel.nextHopSelf === "all" || (channel.nextHopSelf === "ebgp" && held.learnt === "ebgp");
  const isSet = route.nextHop !== held.route.nextHop;
  const nextHop = (becomesNextHop && !isSet) || route.nextHop === null ? session.localAddress : route.nextHop;
  const reflects = session.kind === "ibgp" && (held.learnt === "ibgp" || held.learnt === "client");
  return {
    passes: true,
    reason: filtered.reason,
    held: {
      ...held,
      route: {
        ...route,
        nextHop,
        weight: 0,
        asPath: isOutside ? [session.localAs, ...route.asPath] : route.asPath,
        localPref: isOutside ? null : (route.localPref ?? 100),
      },
      confederationPath: isOutside
        ? []
        : session.kind === "ebgp"
          ? [session.localAs, ...held.confederationPath]
          : held.confederationPath,
      originator: reflects ? held.originator : session.kind === "ibgp" ? speaker.routerId : null,
      clusters: reflects ? [speaker.clusterId ?? speaker.routerId, ...held.clusters] : [],
      onlyToCustomers: held.onlyToCustomers || isDownwards(session.role),
    },
  };
}

/** A speaker takes what a neighbour gives it, or does not. */
export function receive(
  speaker: BgpSpeaker,
  session: BgpSession,
  given: HeldRoute,
  surroundings: CrossingSurroundings,
): Crossing {
  const channel = channelOf(session, given.route);
  if (channel === null) return refused("the session does not carry the family");
  const { asPath } = given.route;
  if (session.kind === "ebgp") {
    const own = asPath.filter((number) => number === session.localAs).length;
    if (own > channel.allowLocalAs) return refused(`its path has the own AS ${session.localAs}: a loop (RFC 4271)`);
    if (given.confederationPath.includes(speaker.localAs)) {
      return refused(`it was in AS ${speaker.localAs} of the confederation before: a loop (RFC 5065)`);
    }
    if (session.enforceFirstAs && asPath[0] !== session.remoteAs) {
      return refused(`its path does not begin with the neighbour's AS ${session.remoteAs}`);
    }
  } else {
    if (given.originator === speaker.routerId) return refused("it began here: a loop (RFC 4456)");
    if (given.clusters.includes(speaker.clusterId ?? speaker.routerId)) {
      return refused("it was in this cluster before: a loop (RFC 4456)");
    }
  }
  if (given.onlyToCustomers && (session.role === "provider" || session.role === "rs")) {
    return refused("the neighbour leaks it: it was for customers alone (RFC 9234)");
  }
  const filtered = through(channel.import, given.route, session, surroundings);
  if (!filtered.passes) return refused(filtered.reason);
  const learnt =
    session.kind === "ebgp"
      ? session.confederation
        ? "confederation"
        : "ebgp"
      : session.routeReflectorClient
        ? "client"
        : "ibgp";
  return {
    passes: true,
    reason: filtered.reason,
    held: {
      ...given,
      route: { ...filtered.route, localPref: filtered.route.localPref ?? 100 },
      learnt,
      session: session.name,
      way: [...given.way, speaker.node],
      onlyToCustomers: given.onlyToCustomers || isUpwards(session.role),
    },
  };
}

function channelOf({ channels }: BgpSession, { prefix }: Route) {
  return channels.find(({ family }) => (family === "ipv6") === prefix.includes(":")) ?? null;
}

function refused(reason: string): Crossing {
  return { passes: false, held: null, reason };
}

/** A filter's verdict, in words. */
function through(filter: RouteFilter, route: Route, session: BgpSession, surroundings: CrossingSurroundings) {
  const result = evaluateFilter(filter, route, {
    prefixSets: surroundings.prefixSets,
    rpki: surroundings.rpki,
    localAs: session.localAs,
    localAddress: session.localAddress,
  });
  const passes = result.verdict === "accept";
  const verb = passes ? "accepted" : "rejected";
  if (result.decidedBy === null) {
    const isOpen = filter.policies.length === 0 && passes;
    return { passes, route: result.route, reason: isOpen ? "no policy" : `${verb}: no term holds` };
  }
  const { policy, term } = result.decidedBy;
  return { passes, route: result.route, reason: `${verb} by ${policy.name}: ${describeTerm(term).when}` };
}

/** Towards a provider, a peer or a route server. */
function isUpwards(role: PeerRole | null): boolean {
  return role === "customer" || role === "peer" || role === "rs-client";
}

/** Towards a customer, a peer or a route server's client: what it hears is for its customers alone. */
function isDownwards(role: PeerRole | null): boolean {
  return role === "provider" || role === "peer" || role === "rs";
}

const wellKnown: readonly {
  readonly value: number;
  readonly name: string;
  readonly holds: (isEbgp: boolean, isOutside: boolean) => boolean;
}[] = [
  { value: 0xff02, name: "no-advertise", holds: () => true },
  { value: 0xff01, name: "no-export", holds: (_, isOutside) => isOutside },
  { value: 0xff03, name: "no-export-subconfed", holds: (isEbgp) => isEbgp },
];

function isWellKnown(value: number) {
  return (community: Community) =>
    community.kind === "standard" && community.asn === 0xffff && community.value === value;
}
