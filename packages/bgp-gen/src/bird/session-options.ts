import type { AddPath, MaxPrefixes, PeerRole } from "@nix-nos/topology";
import type { BgpSession, BgpSpeaker, SessionChannel } from "../plan/types.js";
import { channelName } from "./channel.js";
import {
  type BirdItem,
  type BirdToken,
  block,
  comment,
  expression,
  includedFile,
  ip,
  rawText,
  statement,
} from "./document.js";
import { atLeast } from "./versions.js";

/** Everything that a session's block says but who meets whom; `filtered` gives a channel's import and export. */
export function sessionOptions(
  session: BgpSession,
  speaker: BgpSpeaker,
  filtered: (channel: SessionChannel) => readonly BirdItem[],
): readonly BirdItem[] {
  const { transport, timers } = session;
  const allowLocalAs = Math.max(0, ...session.channels.map((channel) => channel.allowLocalAs));
  return [
    ...(speaker.confederation === null ? [] : [statement`confederation ${speaker.confederation.identifier}`]),
    ...(session.confederation ? [statement`confederation member on`] : []),
    ...(transport.multihop === null ? [] : [statement`multihop ${transport.multihop}`]),
    // Members of an AS are any number of hops apart to BIRD, and a link-local address is on this very cable.
    ...(session.kind === "ibgp" && session.interface !== null ? [statement`direct`] : []),
    ...(transport.ttlSecurity ? [statement`ttl security on`] : []),
    ...(session.routeReflectorClient ? [statement`rr client`] : []),
    ...(session.routeReflectorClient && speaker.clusterId !== null
      ? [statement`rr cluster id ${ip(speaker.clusterId)}`]
      : []),
    ...(session.role === null ? [] : [statement`local role ${roleName(session.role)}`]),
    ...(session.peering?.interpretsCommunities === false ? [statement`interpret communities off`] : []),
    ...(session.enforceFirstAs ? [statement`enforce first as on`] : []),
    ...(allowLocalAs === 0 ? [] : [statement`allow local as ${allowLocalAs}`]),
    ...(timers.holdTime === null ? [] : [statement`hold time ${timers.holdTime}`]),
    ...(timers.keepalive === null ? [] : [statement`keepalive time ${timers.keepalive}`]),
    ...(session.bfd ? [statement`bfd on`] : []),
    ...(session.gracefulRestart ? [statement`graceful restart on`] : []),
    ...(session.peering?.longLivedGracefulRestart
      ? [
          statement`long lived graceful restart on`,
          statement`long lived stale time ${session.peering.longLivedGracefulRestart}`,
        ]
      : []),
    ...(session.peering?.passive || session.dynamic ? [statement`passive on`] : []),
    // From 2.18 on, BIRD takes no AS_SET (RFC 9774) unless told to; where none is to be taken, the filter says so for older ones.
    ...(atLeast(speaker.birdVersion, "2.18") && session.peering?.rejectAsSets === false
      ? [statement`allow as sets on`]
      : []),
    ...(transport.passwordFile === null
      ? []
      : [comment('The file holds one line: password "…";'), includedFile(transport.passwordFile)]),
    ...session.channels.map((channel) => channelBlock(channel, filtered(channel), session)),
    ...(session.peering?.extraConfig.bird ? [rawText(session.peering.extraConfig.bird)] : []),
  ];
}

function channelBlock(channel: SessionChannel, filters: readonly BirdItem[], { peering }: BgpSession): BirdItem {
  const { family, nextHopSelf, extendedNextHop, limit } = channel;
  return block`${channelName(family)}`(
    [
      ...filters,
      // A border's eBGP next hops are unknown further inside; reflected ones stay as they are (RFC 4456 §10).
      ...(nextHopSelf === "ebgp" ? [statement`next hop self ebgp`] : []),
      ...(nextHopSelf === "all" ? [statement`next hop self`] : []),
      ...(extendedNextHop ? [statement`extended next hop on`] : []),
      ...addPaths(peering?.addPath[family] ?? null),
      // Counted before the filters: a neighbour that leaks a table is cut off, accepted or not.
      ...(limit === null ? [] : [statement`receive limit ${limit.count} action ${actionName(limit.action)}`]),
    ],
    true,
  );
}

function addPaths(addPath: AddPath | null): readonly BirdItem[] {
  switch (addPath) {
    case null:
      return [];
    case "send":
      return [statement`add paths tx`];
    case "receive":
      return [statement`add paths rx`];
    case "both":
      return [statement`add paths on`];
  }
}

function roleName(role: PeerRole): BirdToken {
  switch (role) {
    case "provider":
      return expression`provider`;
    case "customer":
      return expression`customer`;
    case "peer":
      return expression`peer`;
    case "rs":
      return expression`rs_server`;
    case "rs-client":
      return expression`rs_client`;
  }
}

function actionName(action: MaxPrefixes["action"]): BirdToken {
  switch (action) {
    case "restart":
      return expression`restart`;
    case "disable":
      return expression`disable`;
    case "block":
      return expression`block`;
    case "warn":
      return expression`warn`;
  }
}
