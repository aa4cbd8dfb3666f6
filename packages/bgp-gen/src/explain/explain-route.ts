import type { Family, Network, RpkiState } from "@nix-nos/topology";
import { defaultRoutes } from "../plan/default-route.js";
import type { BgpPlan, BgpSession, BgpSpeaker } from "../plan/types.js";
import { type Crossing, type CrossingSurroundings, type HeldRoute, receive, send } from "./crossing.js";
import { beginHere, beginning } from "./own-routes.js";
import { plainRoute, type Route } from "./route.js";
import { across, otherEnd, travel } from "./travel.js";

/** Where a prefix comes from. */
export type RouteOrigin =
  | { readonly kind: "originated"; readonly node: string }
  | {
      readonly kind: "vip";
      readonly node: string;
      readonly advertisement: string;
      readonly announce: "static" | "health";
    }
  /** Nobody of the topology has it; this peer may announce it. */
  | { readonly kind: "peer"; readonly node: string; readonly peer: string };

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
}

/** How a prefix reaches a node, and what passes the node's sessions. */
export interface RouteExplanation {
  readonly node: string;
  readonly prefix: string;
  readonly family: Family;
  readonly origins: readonly RouteOrigin[];
  /** The route that the node uses; `null` when none reaches it. */
  readonly route: Route | null;
  /** The nodes that it came over, from its origin to this node. */
  readonly way: readonly string[];
  /** Name of the session that it came over; `null` for an own one or none. */
  readonly over: string | null;
  readonly sessions: readonly SessionExplanation[];
  /** `false` when the routes never come to rest, and this is one moment of it. */
  readonly isSettled: boolean;
}

/**
 * Explains what becomes of a prefix at a node: where it comes from, how it gets there, and which of the node's sessions
 * it passes.
 *
 * It is a calculation over the plan, not a look at the network: the best route is chosen by the first steps of RFC 4271
 * §9.1.2, and every session is taken for up. A prefix that nobody of the topology has is taken to be announced by every
 * outside peer, with the peer's AS alone as its path.
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
  };
  const inner = plan.speakers.flatMap((own) => ownRoutes(own, prefix));
  const outer = inner.length > 0 ? [] : plan.speakers.flatMap((own) => peerRoutes(own, prefix, surroundings));
  const { best, isSettled } = travel(
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
    way: held?.way ?? [],
    over: held?.session ?? null,
    sessions: explainSessions(plan, speaker, prefix, best, surroundings),
    isSettled,
  };
}

function familyOf(prefix: string): Family {
  return prefix.includes(":") ? "ipv6" : "ipv4";
}

interface Origin {
  readonly origin: RouteOrigin;
  readonly node: string;
  /** `null` where a filter keeps it out. */
  readonly held: HeldRoute | null;
}

/** What the speaker announces of its own accord, once. */
function ownRoutes({ node, originated, vips }: BgpSpeaker, prefix: string): readonly Origin[] {
  const vip = vips.find((own) => own.prefix === prefix);
  if (vip) {
    const { advertisement, announce, communities, nextHop } = vip;
    const held = beginHere(node, prefix, { communities, nextHop });
    return [{ origin: { kind: "vip", node, advertisement, announce }, node, held }];
  }
  if (!originated.includes(prefix)) return [];
  return [{ origin: { kind: "originated", node }, node, held: beginHere(node, prefix) }];
}

/** What the speaker would take from its outside peers, if they announced the prefix. */
function peerRoutes(speaker: BgpSpeaker, prefix: string, surroundings: CrossingSurroundings): readonly Origin[] {
  const { node } = speaker;
  return speaker.sessions.flatMap((session): Origin[] => {
    const { peer, channels } = session;
    if (peer === null || !channels.some(({ family }) => family === familyOf(prefix))) return [];
    const { held } = fromOutside(speaker, session, prefix, surroundings);
    return [{ origin: { kind: "peer", node, peer }, node, held }];
  });
}

/** What an outside neighbour announces, if it does. */
function fromOutside(
  speaker: BgpSpeaker,
  session: BgpSession,
  prefix: string,
  surroundings: CrossingSurroundings,
): Crossing {
  const given: HeldRoute = {
    ...beginning,
    route: {
      ...plainRoute(prefix),
      asPath: session.kind === "ebgp" ? [session.remoteAs] : [],
      nextHop: session.dynamic ? null : session.remoteAddress,
    },
    learnt: session.kind,
    way: [session.peer ?? session.remoteAddress],
  };
  return receive(speaker, session, given, surroundings);
}

function explainSessions(
  plan: BgpPlan,
  speaker: BgpSpeaker,
  prefix: string,
  best: ReadonlyMap<string, HeldRoute>,
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
          ? fromOutside(speaker, session, prefix, surroundings)
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
  if (crossing === null) return { passes: false, reason: otherwise, route: null };
  return { passes: crossing.passes, reason: crossing.reason, route: crossing.held?.route ?? null };
}
