import { isLinkLocal } from "@nix-nos/ipam";
import type { AddPath, Family, OptionValue } from "@nix-nos/topology";
import { familiesOf } from "../plan/channels.js";
import type { BgpSession, BgpSpeaker, SessionChannel } from "../plan/types.js";

type Part = { readonly [key: string]: OptionValue };

/** `neighbors`, and what stands for neighbours whose addresses nobody knows: `peer-groups`, `dynamic-neighbors`. */
export function neighborParts(speaker: BgpSpeaker): Part {
  const dynamic = speaker.sessions.filter((session) => session.dynamic);
  return {
    neighbors: speaker.sessions.filter((session) => !session.dynamic).map((session) => neighborOf(session, speaker)),
    ...(dynamic.length > 0 && {
      "peer-groups": dynamic.map((session) => peerGroupOf(session, speaker)),
      "dynamic-neighbors": dynamic.map(({ name, remoteAddress }) => ({
        config: { prefix: remoteAddress, "peer-group": name },
      })),
    }),
  };
}

/**
 * The address by which GoBGP knows the neighbour of a session: a link-local one has its interface (RFC 4007 §11).
 *
 * @example
 * ```ts
 * import { neighborAddress } from "@nix-nos/bgp-gen";
 *
 * neighborAddress({ remoteAddress: "fe80::1", interface: "eth1" }); // => "fe80::1%eth1"
 * ```
 */
export function neighborAddress({
  remoteAddress,
  interface: link,
}: Pick<BgpSession, "remoteAddress" | "interface">): string {
  return scoped(remoteAddress, link);
}

function neighborOf(session: BgpSession, speaker: BgpSpeaker): OptionValue {
  const { peering, localAddress, interface: link } = session;
  return {
    config: {
      "neighbor-address": neighborAddress(session),
      ...identityOf(session, speaker),
    },
    transport: {
      config: {
        // Without one, gobgpd looks for the interface while it reads the file, also where it only checks it.
        "local-address": scoped(localAddress, link),
        ...(peering?.passive && { "passive-mode": true }),
      },
    },
    ...sessionParts(session, speaker),
    "afi-safis": session.channels.map((channel) => ({
      ...familyPart(channel, session),
      ...addPaths(peering?.addPath[channel.family] ?? null),
    })),
  };
}

/** A group that whoever calls becomes a member of: gobgpd takes it as it is only if it says that the node waits. */
function peerGroupOf(session: BgpSession, speaker: BgpSpeaker): OptionValue {
  const [addPath = null] = familiesOf(session).map((family) => session.peering?.addPath[family] ?? null);
  return {
    config: { "peer-group-name": session.name, ...identityOf(session, speaker) },
    transport: {
      config: {
        "local-address": session.localAddress,
        "passive-mode": true,
      },
    },
    ...sessionParts(session, speaker),
    // That of a family is overwritten by that of the group.
    ...addPaths(addPath),
    "afi-safis": session.channels.map((channel) => familyPart(channel, session)),
  };
}

function identityOf({ remoteAs, description, localAs }: BgpSession, speaker: BgpSpeaker): Part {
  const usual = speaker.confederation === null ? speaker.localAs : null;
  return {
    "peer-as": remoteAs,
    // A confederation's own rules choose between its number and the part's.
    ...(usual !== null && localAs !== usual && { "local-as": localAs }),
    description,
  };
}

/** What a neighbour and a peer group say alike. */
function sessionParts(session: BgpSession, speaker: BgpSpeaker): Part {
  const { transport, channels, peering } = session;
  const { holdTime, keepalive } = session.timers;
  const allowOwnAs = Math.max(0, ...channels.map((channel) => channel.allowLocalAs));
  return {
    ...(transport.multihop !== null && {
      "ebgp-multihop": { config: { enabled: true, "multihop-ttl": transport.multihop } },
    }),
    // The sender's 255, less nothing: both are on one cable (RFC 5082).
    ...(transport.ttlSecurity && { "ttl-security": { config: { enabled: true, "ttl-min": 255 } } }),
    ...(allowOwnAs > 0 && { "as-path-options": { config: { "allow-own-as": allowOwnAs } } }),
    ...((holdTime !== null || keepalive !== null) && {
      timers: {
        config: {
          ...(holdTime !== null && { "hold-time": holdTime }),
          ...(keepalive !== null && { "keepalive-interval": keepalive }),
        },
      },
    }),
    ...(session.routeReflectorClient && {
      "route-reflector": {
        config: {
          "route-reflector-client": true,
          "route-reflector-cluster-id": speaker.clusterId ?? speaker.routerId,
        },
      },
    }),
    ...(session.gracefulRestart && {
      "graceful-restart": {
        config: {
          enabled: true,
          "restart-time": 120,
          ...(peering?.longLivedGracefulRestart && { "long-lived-enabled": true }),
        },
      },
    }),
  };
}

function familyPart(channel: SessionChannel, { gracefulRestart, peering }: BgpSession): Part {
  const longLived = peering?.longLivedGracefulRestart ?? null;
  return {
    ...afiSafi(channel.family),
    ...(gracefulRestart && { "mp-graceful-restart": { config: { enabled: true } } }),
    ...(longLived !== null && {
      "long-lived-graceful-restart": { config: { enabled: true, "restart-time": longLived } },
    }),
    // Counted before the policies; one too many ends the session until somebody starts it.
    ...(channel.limit !== null && { "prefix-limit": { config: { "max-prefixes": channel.limit.count } } }),
  };
}

/** A family by itself. */
export function afiSafi(family: Family): Part {
  return { config: { "afi-safi-name": `${family}-unicast` } };
}

/** The most paths that gobgpd can send for a prefix. */
const allPaths = 255;

function addPaths(addPath: AddPath | null): Part {
  if (addPath === null) return {};
  const config = {
    ...(addPath !== "send" && { receive: true }),
    ...(addPath !== "receive" && { "send-max": allPaths }),
  };
  return { "add-paths": { config } };
}

function scoped(address: string, link: string | null): string {
  return link !== null && isLinkLocal(address) ? `${address}%${link}` : address;
}
