import { familyOf } from "@nix-nos/ipam";
import type { LabAnnouncement, Network } from "@nix-nos/topology";
import type { BgpSession, BgpSpeaker, PlannedVip, Sidecar } from "../plan/types.js";
import { type Crossing, type CrossingSurroundings, receive } from "./crossing.js";
import { beginHere, beginning, type HeldRoute } from "./held-route.js";
import { plainRoute } from "./route.js";

/** Where a prefix comes from. */
export type RouteOrigin =
  | { readonly kind: "originated"; readonly node: string }
  | {
      readonly kind: "vip";
      readonly node: string;
      readonly advertisement: string;
      readonly announce: "static" | "health";
    }
  /** The peer announces it where the lab plays it; or nobody is known to announce it, and any peer may. */
  | { readonly kind: "peer"; readonly node: string; readonly peer: string; readonly announced: boolean };

/** A route where it enters the topology. */
export interface Origin {
  readonly origin: RouteOrigin;
  readonly node: string;
  /** `null` where a filter keeps it out. */
  readonly held: HeldRoute | null;
}

/** What the speaker announces of its own accord, once. */
export function ownRoutes({ node, originated, vips, sidecar }: BgpSpeaker, prefix: string): readonly Origin[] {
  const vip = vips.find((own) => own.prefix === prefix);
  if (vip) {
    const { advertisement, announce, communities, localPref } = vip;
    const begun = beginHere(node, prefix, { communities, localPref });
    const held = announce === "static" || sidecar === null ? begun : injected(begun, vip, sidecar);
    return [{ origin: { kind: "vip", node, advertisement, announce }, node, held }];
  }
  if (!originated.includes(prefix)) return [];
  return [{ origin: { kind: "originated", node }, node, held: beginHere(node, prefix) }];
}

/** A route of the node's own that came to its BIRD over iBGP, from the sidecar. */
function injected(
  begun: HeldRoute,
  { localPref, nextHop, localAddress }: PlannedVip,
  { routerId }: Sidecar,
): HeldRoute {
  const route = { ...begun.route, localPref: localPref ?? 100, nextHop: nextHop ?? localAddress };
  return { ...begun, route, originator: routerId };
}

/** What the topology's outside peers announce of a prefix where the lab plays them, by the peer's name. */
export type Announced = ReadonlyMap<string, LabAnnouncement>;

export function announcementsOf({ lab }: Network, prefix: string): Announced {
  return new Map(
    lab.peers.flatMap(({ name, announce }) => {
      const own = announce.find((each) => each.prefix === prefix);
      return own ? [[name, own]] : [];
    }),
  );
}

/** What the speaker takes from the outside peers that announce the prefix, or would, if any did. */
export function peerRoutes(
  speaker: BgpSpeaker,
  prefix: string,
  announced: Announced,
  isFromAnyone: boolean,
  surroundings: CrossingSurroundings,
): readonly Origin[] {
  const { node } = speaker;
  return speaker.sessions.flatMap((session): Origin[] => {
    const { peer, channels } = session;
    if (peer === null || !channels.some(({ family }) => family === familyOf(prefix))) return [];
    const said = announced.get(peer);
    if (said === undefined && !isFromAnyone) return [];
    const { held } = fromOutside(speaker, session, prefix, said, surroundings);
    return [{ origin: { kind: "peer", node, peer, announced: said !== undefined }, node, held }];
  });
}

/** What an outside neighbour announces, if it does: what is known of that, or its AS alone. */
export function fromOutside(
  speaker: BgpSpeaker,
  session: BgpSession,
  prefix: string,
  said: LabAnnouncement | undefined,
  surroundings: CrossingSurroundings,
): Crossing {
  const { asPath = [], communities = [], med = null } = said ?? {};
  const given: HeldRoute = {
    ...beginning,
    route: {
      ...plainRoute(prefix),
      asPath: session.kind === "ebgp" ? [session.remoteAs, ...asPath] : asPath,
      nextHop: session.dynamic ? null : session.remoteAddress,
      communities,
      med,
    },
    learnt: session.kind,
    way: [session.peer ?? session.remoteAddress],
    sender: { routerId: null, address: session.remoteAddress },
  };
  return receive(speaker, session, given, surroundings);
}
