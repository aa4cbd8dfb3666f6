import { familyOf } from "@nix-nos/ipam";
import type { Family, Network, RpkiState } from "@nix-nos/topology";
import { defaultRoutes } from "../plan/default-route.js";
import type { BgpPlan, BgpSession, BgpSpeaker } from "../plan/types.js";
import { type Crossing, type CrossingSurroundings, send } from "./crossing.js";
import { beginHere, type HeldRoute } from "./held-route.js";
import { linksOf } from "./on-link.js";
import { type Announced, announcementsOf, fromOutside, ownRoutes, peerRoutes, type RouteOrigin } from "./origins.js";
import type { Route } from "./route.js";
import { across, otherEnd, travel } from "./travel.js";

/** One session of the node: what it does with the prefix in each direction. */
export interface SessionExplanation {
  readonly session: string;
  /** Name of the neighbour: a node or a peer. */
  readonly neighbour: string;
  readonly kind: "ibgp" | "ebgp";
  /** What comes in; from a neighbour outside, if it announces the prefix. */
  readonly import: Passage;
  readonly export: Passage;
}

export interface Passage {
  readonly passes: boolean;
  /** The policy and term that decided, or the rule of BGP. */
  readonly reason: string;
  /** The route on the other side; `null` where none passes. */
  readonly route: Route | null;
  /** Parts of the confederation in its path, before those of `route` (RFC 5065); neighbours outside see none. */
  readonly confederationPath: readonly number[];
}

/** How a prefix reaches a node, and what passes the node's sessions. */
export interface RouteExplanation {
  readonly node: string;
  readonly prefix: string;
  readonly family: Family;
  readonly origins: readonly RouteOrigin[];
  /** The route that the node uses; `null` when none reaches it. */
  readonly route: Route | null;
  /** Parts of the confederation in its path, before those of `route` (RFC 5065). */
  readonly confederationPath: readonly number[];
  /** The nodes that it came over, from its origin to this node. */
  readonly way: readonly string[];
  /** Name of the session that it came over; `null` for an own one or none. */
  readonly over: string | null;
  /** Ways of other routes that may be used as well: what tells them apart is not the topology's to know. */
  readonly asGood: readonly (readonly string[])[];
  readonly sessions: readonly SessionExplanation[];
  /** `false` when the routes never come to rest, and this is one moment of it. */
  readonly isSettled: boolean;
}

/**
 * Explains what becomes of a prefix at a node: where it comes from, how it gets there, and which of the node's sessions
 * it passes.
 *
 * It is a calculation over the plan, not a look at the network. Every session is taken for up, every health check for
 * well, and every next hop for as near as any other; the best route is chosen by the other steps of RFC 4271 §9.1.2.2 and
 * RFC 4456 §9, as BIRD and GoBGP take them. What they ask for beyond the topology, as a neighbour's BGP identifier or
 * which of two routes is older, is not guessed: `asGood` has the routes that may be used instead.
 *
 * Outside peers announce what `nix-nos.lab.peers` says. A prefix that nobody is known to announce is taken to come from
 * every outside peer, with the peer's AS alone as its path.
 *
 * @param query - `prefix` is canonical, and one that is announced exactly so; `rpki` says what the ROAs would, `unknown`
 *   unless it is given
 * @returns `null` for a node that is no BGP speaker
 *
 * @example
 * ```ts
 * import { explainRoute, planBgp } from "@nix-nos/bgp-gen";
 * import { loadTopology, resolveTopology, unwrap } from "@nix-nos/topology";
 *
 * const text = `
 * nix-nos:
 *   clusters: { lab: { nodes: {
 *     a: { role: leaf, ip: 10.0.0.1, bgp: { originate: [203.0.113.0/24] } }, b: { role: leaf, ip: 10.0.0.2 } } } }
 *   network: { bgp: { autonomousSystems: { "65000": { members: [a, b] } } } }
 * `;
 * const network = unwrap(resolveTopology(unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" })).document));
 * explainRoute(unwrap(planBgp(network)), network, { node: "b", prefix: "203.0.113.0/24" })?.way; // => ["a", "b"]
 * ```
 */
export function explainRoute(
  plan: BgpPlan,
  network: Network,
  query: {
    readonly node: string;
    readonly prefix: string;
    readonly rpki?: CrossingSurroundings["rpki"];
  },
): RouteExplanation | null {
  const { node, prefix } = query;
  const speaker = plan.speakerByNode.get(node);
  if (speaker === undefined) return null;
  const surroundings: CrossingSurroundings = {
    prefixSets: new Map(
      [...network.bgp.prefixSets, ...plan.speakers.flatMap(({ prefixSets }) => prefixSets)].map((set) => [
        set.name,
        set,
      ]),
    ),
    rpki: query.rpki ?? ((): RpkiState => "unknown"),
    ...linksOf(network),
  };
  const announced = announcementsOf(network, prefix);
  const inner = plan.speakers.flatMap((own) => ownRoutes(own, prefix));
  const isFromAnyone = inner.length === 0 && announced.size === 0;
  const outer = plan.speakers.flatMap((own) => peerRoutes(own, prefix, announced, isFromAnyone, surroundings));
  const { best, asGood, isSettled } = travel(
    plan,
    [...inner, ...outer].flatMap(({ node, held }) => (held ? [{ node, held }] : [])),
    surroundings,
  );
  const held = best.get(node) ?? null;
  return {
    node,
    prefix,
    family: familyOf(prefix),
    origins: [...inner, ...outer].map(({ origin }) => origin),
    route: held?.route ?? null,
    confederationPath: held?.confederationPath ?? [],
    way: held?.way ?? [],
    over: held?.session ?? null,
    asGood: asGood(node).map(({ way }) => way),
    sessions: explainSessions(plan, speaker, { prefix, best, announced }, surroundings),
    isSettled,
  };
}

function explainSessions(
  plan: BgpPlan,
  speaker: BgpSpeaker,
  {
    prefix,
    best,
    announced,
  }: { readonly prefix: string; readonly best: ReadonlyMap<string, HeldRoute>; readonly announced: Announced },
  surroundings: CrossingSurroundings,
): readonly SessionExplanation[] {
  const tables = new Map<string, ReadonlyMap<string, BgpSession>>();
  const own = best.get(speaker.node);
  return speaker.sessions.map((session) => {
    const there = session.remoteNode === null ? undefined : plan.speakerByNode.get(session.remoteNode);
    const theirs = there && otherEnd(session, there, tables);
    const isOurs = there && theirs && best.get(there.node)?.session === theirs.name;
    const incoming = isOurs
      ? null
      : there && theirs
        ? across(there, theirs, speaker, session, best.get(there.node) ?? null, surroundings)
        : session.peer !== null
          ? fromOutside(speaker, session, prefix, announced.get(session.peer), surroundings)
          : null;
    const told = own ?? madeDefault(speaker, session, prefix);
    const outgoing = told ? send(speaker, session, told, surroundings) : null;
    return {
      session: session.name,
      neighbour: session.remoteNode ?? session.peer ?? session.remoteAddress,
      kind: session.kind,
      import: passage(incoming, isOurs ? "the neighbour has it from here" : "the neighbour has no route"),
      export: passage(outgoing, "the node has no route"),
    };
  });
}

/** The default route that a node makes for a neighbour, also where it has none. */
function madeDefault({ node }: BgpSpeaker, { channels }: BgpSession, prefix: string): HeldRoute | null {
  const isMade = channels.some(({ defaultOriginate, family }) => defaultOriginate && defaultRoutes[family] === prefix);
  return isMade ? beginHere(node, prefix) : null;
}

function passage(crossing: Crossing | null, otherwise: string): Passage {
  if (crossing === null) return { passes: false, reason: otherwise, route: null, confederationPath: [] };
  const { passes, reason, held } = crossing;
  return { passes, reason, route: held?.route ?? null, confederationPath: held?.confederationPath ?? [] };
}
