import type { Family } from "@nix-nos/topology";
import type { BgpSession, BgpSpeaker } from "../plan/types.js";
import { channelName, familySuffix } from "./channel.js";
import { type BirdItem, type BirdToken, blank, block, comment, ip, statement, string, symbol } from "./document.js";
import { peerProtocols } from "./peers.js";

/**
 * The speaker's sessions. What several share stands once, in a template: that halves the file and the time that BIRD
 * needs to read it, and shows a reader what is special about a session.
 */
export function sessionProtocols(speaker: BgpSpeaker): readonly BirdItem[] {
  if (speaker.sessions.length === 0) return [];
  const templates = new Map<string, { readonly name: BirdToken; readonly item: BirdItem }>();
  const taken = new Set<string>();
  const inner = speaker.sessions.filter(({ peer }) => peer === null);
  const protocols = inner.flatMap((session) => {
    const signature = signatureOf(session);
    let template = templates.get(signature);
    if (template === undefined) {
      const name = templateName(session, taken);
      template = { name, item: templateOf(name, session, speaker) };
      templates.set(signature, template);
    }
    return [blank, protocolOf(session, template.name)];
  });
  return [
    ...(speaker.sessions.some((session) => session.bfd) ? [blank, block`protocol bfd`([])] : []),
    blank,
    comment("A neighbour hears routes of BGP, and the static ones above, which are all meant for it. Nothing else."),
    block`filter ${announced}`([statement`if source ~ [ RTS_BGP, RTS_STATIC ] then accept`, statement`reject`]),
    ...[...templates.values()].flatMap(({ item }) => [blank, item]),
    ...protocols,
    ...peerProtocols(speaker),
  ];
}

/** A filter, because a function needs its return type from BIRD 2.14 on and may not have one before. */
const announced = symbol("announced_routes");

/** Everything that a template says; two sessions with the same text share one. */
function signatureOf(session: BgpSession): string {
  const { kind, localAs, remoteAs, routeReflectorClient, families, nextHopSelf, timers, bfd, gracefulRestart } =
    session;
  const remote = kind === "ibgp" ? remoteAs : null;
  return JSON.stringify([
    kind,
    localAs,
    remote,
    routeReflectorClient,
    families,
    nextHopSelf,
    timers,
    bfd,
    gracefulRestart,
  ]);
}

/** `template_ibgp_client_v4`; the prefix keeps it apart from every protocol's name. */
function templateName(session: BgpSession, taken: Set<string>): BirdToken {
  const role = session.routeReflectorClient ? "_client" : "";
  const base = `template_${session.kind}${role}_${session.families.map(familySuffix).join("")}`;
  let name = base;
  for (let count = 2; taken.has(name); count++) name = `${base}_${count}`;
  taken.add(name);
  return symbol(name);
}

function templateOf(name: BirdToken, session: BgpSession, speaker: BgpSpeaker): BirdItem {
  const { holdTime, keepalive } = session.timers;
  const items: BirdItem[] = [];
  if (session.routeReflectorClient) {
    items.push(statement`rr client`);
    if (speaker.clusterId !== null) items.push(statement`rr cluster id ${ip(speaker.clusterId)}`);
  }
  if (holdTime !== null) items.push(statement`hold time ${holdTime}`);
  if (keepalive !== null) items.push(statement`keepalive time ${keepalive}`);
  if (session.bfd) items.push(statement`bfd on`);
  if (session.gracefulRestart) items.push(statement`graceful restart on`);
  return block`template bgp ${name}`([...items, ...session.families.map((family) => channelOf(family, session))]);
}

function channelOf(family: Family, session: BgpSession): BirdItem {
  const items = [statement`import all`, statement`export filter ${announced}`];
  // A border's eBGP next hops are unknown further inside; reflected ones stay as they are (RFC 4456 §10).
  if (session.nextHopSelf) items.push(statement`next hop self ebgp`);
  return block`${channelName(family)}`(items, true);
}

function protocolOf(session: BgpSession, template: BirdToken): BirdItem {
  return block`protocol bgp ${symbol(session.name)} from ${template}`([
    ...(session.remoteNode === null ? [] : [statement`description ${string(session.remoteNode)}`]),
    statement`local ${ip(session.localAddress)} as ${session.localAs}`,
    statement`neighbor ${ip(session.remoteAddress)} as ${session.remoteAs}`,
    // Only a link-local address does not say which interface it is on, and BIRD refuses it alone.
    ...(session.interface !== null && /^fe[89ab]/.test(session.remoteAddress)
      ? [statement`interface ${string(session.interface)}`]
      : []),
  ]);
}
