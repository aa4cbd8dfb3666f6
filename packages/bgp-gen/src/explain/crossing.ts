import { familyOf } from "@nix-nos/ipam";
import type { Family, PeerRole, PrefixSet, RpkiState } from "@nix-nos/topology";
import { isDefaultRoute } from "../plan/default-route.js";
import type { BgpSession, BgpSpeaker, RouteFilter, SessionChannel } from "../plan/types.js";
import { keptBack } from "../plan/well-known.js";
import { communityMatches } from "./communities.js";
import { describeTerm } from "./describe-term.js";
import { evaluateFilter } from "./evaluate-filter.js";
import { beginHere, type HeldRoute } from "./held-route.js";
import type { Route } from "./route.js";

/** Whether a route crosses an end of a session, and what it is then; why not otherwise. */
export type Crossing =
  | { readonly passes: true; readonly held: HeldRoute; readonly reason: string }
  | { readonly passes: false; readonly held: null; readonly reason: string };

/** What all crossings refer to. */
export interface CrossingSurroundings {
  readonly prefixSets: ReadonlyMap<string, PrefixSet>;
  readonly rpki: (prefix: string, originAs: number) => RpkiState;
  /** Whether an address is on the network that a session runs over. */
  readonly isOnLink: (session: BgpSession, address: string) => boolean;
  /** The node's own address on the network that a session runs over; `null` where it has none of the family. */
  readonly ownAddress: (session: BgpSession, family: Family) => string | null;
}

/** A speaker gives what it holds to a neighbour, or does not. */
export function send(
  speaker: BgpSpeaker,
  session: BgpSession,
  given: HeldRoute,
  surroundings: CrossingSurroundings,
): Crossing {
  const channel = channelOf(session, given.route);
  if (channel === null) return refused("the session does not carry the family");
  if (given.session === session.name) return refused("it came from there");
  const isOutside = session.kind === "ebgp" && !session.confederation;
  const kept = keptBackByItself(speaker, session, given);
  if (kept !== null) return refused(`it carries ${kept} (RFC 1997)`);
  if (session.kind === "ibgp" && given.learnt === "ibgp" && !session.routeReflectorClient) {
    return refused("it came over iBGP, and goes on to a reflector's clients alone (RFC 4456)");
  }
  const isMade = channel.defaultOriginate && isDefaultRoute(given.route.prefix);
  const knowsRoles = speaker.daemon === "bird";
  if (given.onlyToCustomers && knowsRoles && isUpwards(session.role) && !isMade) {
    return refused("it came from a provider, peer or route server, and goes to customers alone (RFC 9234)");
  }
  if (session.routeReflectorClient && given.clusters.includes(clusterOf(speaker))) {
    return refused("it was in this cluster before: a loop (RFC 4456)");
  }
  const held = isMade ? beginHere(speaker.node, given.route.prefix) : given;
  // A metric is for the next AS alone, which hears of none but what this one's own policies set (RFC 4271 §5.1.4).
  const before = isOutside ? { ...held.route, med: null } : held.route;
  const filtered = through(channel.export, before, session, surroundings);
  if (!filtered.passes) return refused(filtered.reason);
  const { route } = filtered;
  const reflects =
    session.kind === "ibgp" && (held.learnt === "ibgp" || held.learnt === "client" || held.originator !== null);
  return {
    passes: true,
    reason: filtered.reason,
    held: {
      ...held,
      route: {
        ...route,
        nextHop: nextHopTold(speaker, session, channel, held, filtered, surroundings),
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
      clusters: reflects ? [...clustersOf(speaker, session, held), ...held.clusters] : [],
      sender: { routerId: speaker.routerId, address: session.localAddress },
      onlyToCustomers: held.onlyToCustomers || (knowsRoles && isDownwards(session.role)),
    },
  };
}

/** The node itself, or who was the next hop before. */
function nextHopTold(
  { daemon }: BgpSpeaker,
  session: BgpSession,
  { family, nextHopSelf, extendedNextHop }: SessionChannel,
  { learnt }: HeldRoute,
  { route: { nextHop }, setsNextHop }: { readonly route: Route; readonly setsNextHop: boolean },
  { isOnLink, ownAddress }: CrossingSurroundings,
): string | null {
  const isUsable = extendedNextHop || familyOf(session.localAddress) === family;
  const itself = isUsable ? session.localAddress : ownAddress(session, family);
  const isOuter = learnt === "ebgp" || learnt === "confederation";
  if (nextHop === null || nextHopSelf === "all" || (nextHopSelf === "ebgp" && isOuter)) return itself;
  if (setsNextHop || session.kind === "ibgp" || session.confederation) return nextHop;
  // BIRD and IOS leave one that the neighbour reaches without this node (RFC 4271 §5.1.3).
  const isThirdParty = daemon !== "gobgp" && session.transport.multihop === null && isOnLink(session, nextHop);
  return isThirdParty ? nextHop : itself;
}

/** The sidecar's session has the router id for its cluster, whatever the node's other clients are in. */
function clustersOf(speaker: BgpSpeaker, session: BgpSession, { learnt }: HeldRoute): readonly string[] {
  const { routerId } = speaker;
  const own = clusterOf(speaker);
  if (learnt !== "own") return [own];
  return session.routeReflectorClient && own !== routerId ? [own, routerId] : [routerId];
}

function clusterOf({ clusterId, routerId }: BgpSpeaker): string {
  return clusterId ?? routerId;
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
  const loop = loopOf(speaker, session, channel, given);
  if (loop !== null) return refused(loop);
  const knowsRoles = speaker.daemon === "bird";
  if (given.onlyToCustomers && knowsRoles && (session.role === "provider" || session.role === "rs")) {
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
      onlyToCustomers: given.onlyToCustomers || (knowsRoles && isUpwards(session.role)),
    },
  };
}

/** Why a route has been here before, or comes from where it says it does not; `null` where it is fine. */
function loopOf(
  speaker: BgpSpeaker,
  session: BgpSession,
  { allowLocalAs }: SessionChannel,
  { route: { asPath }, confederationPath, originator, clusters }: HeldRoute,
): string | null {
  const path = [...confederationPath, ...asPath];
  for (const own of new Set([speaker.localAs, speaker.confederation?.identifier ?? speaker.localAs])) {
    if (path.filter((number) => number === own).length <= allowLocalAs) continue;
    return confederationPath.includes(own)
      ? `it was in AS ${own} of the confederation before: a loop (RFC 5065)`
      : `its path has the own AS ${own}: a loop (RFC 4271)`;
  }
  if (session.enforceFirstAs && asPath[0] !== session.remoteAs) {
    return `its path does not begin with the neighbour's AS ${session.remoteAs}`;
  }
  if (session.kind === "ebgp") return null;
  if (originator === speaker.routerId) return "it began here: a loop (RFC 4456)";
  // What comes from anybody else in the cluster is of use here, though the clients have it already.
  if (session.routeReflectorClient && clusters.includes(clusterOf(speaker))) {
    return "it was in this cluster before: a loop (RFC 4456)";
  }
  return null;
}

function channelOf({ channels }: BgpSession, { prefix }: Pick<Route, "prefix">) {
  return channels.find(({ family }) => family === familyOf(prefix)) ?? null;
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
  const { route: after, setsNextHop } = result;
  if (result.decidedBy === null) {
    const isOpen = filter.policies.length === 0 && passes;
    return { passes, route: after, setsNextHop, reason: isOpen ? "no policy" : `${verb}: no term holds` };
  }
  const { policy, term } = result.decidedBy;
  return { passes, route: after, setsNextHop, reason: `${verb} by ${policy.name}: ${describeTerm(term).when}` };
}

/** Towards a provider, a peer or a route server. */
function isUpwards(role: PeerRole | null): boolean {
  return role === "customer" || role === "peer" || role === "rs-client";
}

/** Towards a customer, a peer or a route server's client: what it hears is for its customers alone. */
function isDownwards(role: PeerRole | null): boolean {
  return role === "provider" || role === "peer" || role === "rs";
}

const wellKnown: Readonly<Record<number, string>> = {
  65281: "no-export",
  65282: "no-advertise",
  65283: "no-export-subconfed",
};

/** The community for which BIRD or IOS does not tell a route of BGP; `null` where there is none, or the filter sees to that. */
function keptBackByItself(
  { daemon }: BgpSpeaker,
  { kind, confederation, peering }: BgpSession,
  { learnt, originator, route }: HeldRoute,
): string | null {
  if (daemon === "gobgp" || peering?.interpretsCommunities === false) return null;
  // A static route is none of BGP, and has not been received; what the sidecar injects has.
  if (learnt === "own" && originator === null) return null;
  const relation = kind === "ibgp" ? "ibgp" : confederation ? "confederation" : "ebgp";
  const found = keptBack[relation].find((kept) => route.communities.some((own) => communityMatches(own, kept)));
  return found === undefined ? null : (wellKnown[found.value] ?? null);
}
