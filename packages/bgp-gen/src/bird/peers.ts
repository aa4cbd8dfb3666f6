import type { Family, MaxPrefixes, PeerRole } from "@nix-nos/topology";
import type { BgpSession, BgpSpeaker, PeerAgreement } from "../plan/types.js";
import { channelName } from "./channel.js";
import {
  type BirdItem,
  blank,
  block,
  comment,
  expression,
  includedFile,
  ip,
  statement,
  string,
  symbol,
} from "./document.js";
import { filterName, peerFilters, prefixSetDefinitions } from "./policies.js";

/** The sessions with neighbours outside, each with its own filters: what passes is what a policy accepts. */
export function peerProtocols(speaker: BgpSpeaker): readonly BirdItem[] {
  const outside = speaker.sessions.filter(({ peer }) => peer !== null);
  if (outside.length === 0) return [];
  return [
    ...prefixSetDefinitions(speaker),
    ...outside.flatMap((session) =>
      session.peer ? [...peerFilters(session, session.peer, speaker), blank, protocolOf(session, session.peer)] : [],
    ),
  ];
}

function protocolOf(session: BgpSession, peer: PeerAgreement): BirdItem {
  const { holdTime, keepalive } = session.timers;
  const isExternal = session.kind === "ebgp";
  return block`protocol bgp ${symbol(session.name)}`([
    statement`description ${string(peer.description ?? peer.name)}`,
    statement`local ${ip(session.localAddress)} as ${session.localAs}`,
    statement`neighbor ${ip(session.remoteAddress)} as ${session.remoteAs}`,
    ...(peer.multihop === null ? [] : [statement`multihop ${peer.multihop}`]),
    ...(peer.ttlSecurity ? [statement`ttl security on`] : []),
    ...(peer.role === null ? [] : [statement`local role ${roleName(peer.role)}`]),
    // A neighbour that hides itself from its own paths is a route server, or forges (RFC 4271 §6.3).
    ...(isExternal && peer.role !== "rs-client" ? [statement`enforce first as on`] : []),
    ...(holdTime === null ? [] : [statement`hold time ${holdTime}`]),
    ...(keepalive === null ? [] : [statement`keepalive time ${keepalive}`]),
    ...(session.gracefulRestart ? [statement`graceful restart on`] : []),
    ...(peer.passwordFile === null
      ? []
      : [comment('The file holds one line: password "…";'), includedFile(peer.passwordFile)]),
    ...session.families.map((family) => channelOf(family, session, peer)),
  ]);
}

function roleName(role: PeerRole) {
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

function channelOf(family: Family, session: BgpSession, peer: PeerAgreement): BirdItem {
  const limit = peer.maxPrefixes[family];
  return block`${channelName(family)}`(
    [
      statement`import filter ${filterName("import", session, family)}`,
      statement`export filter ${filterName("export", session, family)}`,
      ...(session.nextHopSelf ? [statement`next hop self`] : []),
      // Counted before the filters: a neighbour that leaks a table is cut off, accepted or not.
      ...(limit === null ? [] : [statement`receive limit ${limit} action ${actionName(peer.maxPrefixes.action)}`]),
    ],
    true,
  );
}

function actionName(action: MaxPrefixes["action"]) {
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
