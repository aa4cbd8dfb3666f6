import type { BgpSession, BgpSpeaker } from "@nix-nos/bgp-gen";
import { type IosLine, type IosToken, line, rest, word } from "../ios/document.js";
import { secret } from "../ios/secrets.js";
import { carrierOf, type Ports } from "../network/ports.js";
import { discardedFamilies } from "../policy/discard.js";

/** Sessions that say the same of themselves share it in a peer-group, from two on. */
export interface SessionGroups {
  /** The peer-group that a session is in; `null` for one that stands by itself. */
  readonly groupOf: (session: BgpSession) => string | null;
  /** Each group by its name, with one of its sessions for all. */
  readonly groups: ReadonlyMap<string, BgpSession>;
}

/** The name by which `router bgp` knows a session's neighbour. */
export function neighborName(session: BgpSession): string {
  return session.dynamic ? `range-${session.peer ?? session.name}` : session.remoteAddress;
}

/** What a group has instead of its members: all but who the neighbour is. */
export function sessionGroups(speaker: BgpSpeaker): SessionGroups {
  const bySignature = new Map<string, BgpSession[]>();
  for (const session of speaker.sessions) {
    if (session.peer !== null || session.kind !== "ibgp") continue;
    const { remoteAs, localAddress, routeReflectorClient, transport, timers, bfd, gracefulRestart, channels } = session;
    const about = [remoteAs, localAddress, routeReflectorClient, transport, timers, bfd, gracefulRestart, channels];
    const signature = JSON.stringify(about);
    bySignature.set(signature, [...(bySignature.get(signature) ?? []), session]);
  }
  const groups = new Map<string, BgpSession>();
  const groupOf = new Map<BgpSession, string>();
  for (const members of bySignature.values()) {
    const [first] = members;
    if (first === undefined || members.length < 2) continue;
    const families = first.channels.map(({ family }) => (family === "ipv4" ? "v4" : "v6")).join("");
    const wanted = `ibgp${first.routeReflectorClient ? "-clients" : ""}-${families}`;
    let name = wanted;
    for (let count = 2; groups.has(name); count++) name = `${wanted}-${count}`;
    groups.set(name, first);
    for (const member of members) groupOf.set(member, name);
  }
  return { groupOf: (session) => groupOf.get(session) ?? null, groups };
}

/** Who a neighbour is, and what holds of the session whatever it carries. */
export function neighborLines(session: BgpSession, group: string | null, ports: Ports): readonly IosLine[] {
  const who = word(neighborName(session));
  const description =
    session.description === "" ? [] : [line`neighbor ${who} description ${rest(session.description)}`];
  if (group !== null) return [line`neighbor ${who} peer-group ${word(group)}`, ...description];
  const head = session.dynamic ? [line`neighbor ${who} peer-group`] : [];
  return [...head, ...optionLines(who, session, ports, description)];
}

/** A peer-group with what its members share. */
export function groupLines(name: string, session: BgpSession, ports: Ports): readonly IosLine[] {
  const who = word(name);
  return [line`neighbor ${who} peer-group`, ...optionLines(who, session, ports, [])];
}

function optionLines(
  who: IosToken,
  session: BgpSession,
  ports: Ports,
  description: readonly IosLine[],
): readonly IosLine[] {
  const { transport, timers } = session;
  const source = updateSource(session, ports);
  return [
    line`neighbor ${who} remote-as ${session.remoteAs}`,
    ...description,
    ...(transport.passwordFile === null ? [] : [line`neighbor ${who} password ${secret(transport.passwordFile)}`]),
    ...(session.kind === "ebgp" && transport.multihop !== null && !transport.ttlSecurity
      ? [line`neighbor ${who} ebgp-multihop ${transport.multihop}`]
      : []),
    // A next hop that is on no cable is not believed of a neighbour that is on one.
    ...(session.kind === "ebgp" && transport.multihop === null && discardedFamilies(session).length > 0
      ? [line`neighbor ${who} disable-connected-check`]
      : []),
    ...(transport.ttlSecurity ? [line`neighbor ${who} ttl-security hops ${transport.multihop ?? 1}`] : []),
    ...(source === null ? [] : [line`neighbor ${who} update-source ${word(source)}`]),
    ...timerLines(who, timers),
    ...(session.bfd ? [bfdLine(who, session)] : []),
    ...(session.gracefulRestart ? [line`neighbor ${who} ha-mode graceful-restart`] : []),
    ...(session.peering?.passive && !session.dynamic ? [line`neighbor ${who} transport connection-mode passive`] : []),
  ];
}

/** IOS takes both timers or none; what is not said is a third of the other, or three times as much. */
function timerLines(who: IosToken, { holdTime, keepalive }: BgpSession["timers"]): readonly IosLine[] {
  if (holdTime === null && keepalive === null) return [];
  const hold = holdTime ?? (keepalive ?? 60) * 3;
  return [line`neighbor ${who} timers ${keepalive ?? Math.floor(hold / 3)} ${hold}`];
}

/** Over one link BFD is of one hop; between members of an AS the other end, as BIRD, counts several. */
export function isFar(session: BgpSession): boolean {
  return session.interface === null && (session.kind === "ibgp" || session.transport.multihop !== null);
}

function bfdLine(who: IosToken, session: BgpSession): IosLine {
  return isFar(session) ? line`neighbor ${who} fall-over bfd multi-hop` : line`neighbor ${who} fall-over bfd`;
}

/** The interface that a session runs from, where the way to the neighbour does not say it. */
function updateSource(session: BgpSession, ports: Ports): string | null {
  if (session.kind === "ebgp" && session.transport.multihop === null) return null;
  return carrierOf(session.localAddress, ports)?.port ?? null;
}
