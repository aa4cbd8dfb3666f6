import type { BgpSession, BgpSpeaker, PlannedVip, SessionChannel } from "@nix-nos/bgp-gen";
import { familyOf } from "@nix-nos/ipam";
import type { Family, MaxPrefixes } from "@nix-nos/topology";
import { block, type IosLine, type IosToken, line, packed, word } from "../ios/document.js";
import { prefixParts } from "../network/addresses.js";
import type { Ports } from "../network/ports.js";
import { communityEntries } from "../policy/communities.js";
import { iosName } from "../policy/lists.js";
import { routeMapLines } from "../policy/route-map.js";
import type { SpeakerPolicies } from "./policies.js";
import { groupLines, isFar, neighborLines, neighborName, type SessionGroups, sessionGroups } from "./sessions.js";

const families: readonly Family[] = ["ipv4", "ipv6"];

/**
 * `router bgp`, and the route-maps that stamp what begins here.
 *
 * @param speakers - all of the plan, by which a device knows the clusters that it is in none of
 */
export function routerLines(
  speaker: BgpSpeaker,
  policies: SpeakerPolicies,
  ports: Ports,
  speakers: readonly BgpSpeaker[],
): readonly IosLine[] {
  const clusterId = clusterOf(speaker, speakers);
  const groups = sessionGroups(speaker);
  const router = block`router bgp ${speaker.localAs}`([
    line`bgp router-id ${word(speaker.routerId)}`,
    line`bgp log-neighbor-changes`,
    // The other engine takes a time that grows with every `.*` of an expression.
    ...(policies.lists.pathCount() > 0 ? [line`bgp regexp deterministic`] : []),
    line`no bgp default ipv4-unicast`,
    // Where it is to be, a session's route-map asks for the neighbour's number: not all are to be asked.
    line`no bgp enforce-first-as`,
    ...(clusterId === null ? [] : [line`bgp cluster-id ${word(clusterId)}`]),
    ...confederationLines(speaker),
    ...[...groups.groups].flatMap(([name, session]) => groupLines(name, session, ports)),
    ...speaker.sessions.flatMap((session) => neighborLines(session, groups.groupOf(session), ports)),
    ...speaker.sessions.filter(({ dynamic }) => dynamic).map(listenLine),
    ...families.flatMap((family) => familyBlock(family, speaker, policies, groups)),
  ]);
  return [...stampLines(speaker), ...bfdLines(speaker), router];
}

/**
 * A router that reflects nothing takes its router id for its cluster, and drops as a loop what has been in one of that
 * number (RFC 4456, section 8). Where a reflector has it, the device is told another, which nobody has.
 */
function clusterOf({ clusterId, routerId }: BgpSpeaker, speakers: readonly BgpSpeaker[]): string | null {
  const taken = new Set(speakers.map((own) => own.clusterId));
  if (clusterId !== null || !taken.has(routerId)) return clusterId;
  for (let number = 1; ; number++) {
    const free = `0.0.${number >> 8}.${number & 255}`;
    if (!taken.has(free)) return free;
  }
}

function confederationLines({ confederation, localAs }: BgpSpeaker): readonly IosLine[] {
  if (confederation === null) return [];
  const others = confederation.members.filter((number) => number !== localAs);
  return [
    line`bgp confederation identifier ${confederation.identifier}`,
    // A further line adds to those before.
    ...packed(others.map(String), " ", "bgp confederation peers …").map((own) => line`bgp confederation peers ${own}`),
  ];
}

function listenLine(session: BgpSession): IosLine {
  return line`bgp listen range ${word(session.remoteAddress)} peer-group ${word(neighborName(session))}`;
}

function familyBlock(
  family: Family,
  speaker: BgpSpeaker,
  policies: SpeakerPolicies,
  groups: SessionGroups,
): readonly IosLine[] {
  const own = networkLines(family, speaker);
  const neighbours = speaker.sessions.flatMap((session) => {
    const channel = session.channels.find((each) => each.family === family);
    return channel === undefined ? [] : [{ session, channel }];
  });
  if (own.length === 0 && neighbours.length === 0) return [];
  const head = family === "ipv4" ? block`address-family ipv4` : block`address-family ipv6`;
  return [
    head([
      ...own,
      ...[...groups.groups].flatMap(([name, session]) => {
        const channel = session.channels.find((each) => each.family === family);
        return channel === undefined ? [] : channelLines(name, session, channel, policies);
      }),
      ...neighbours.flatMap(({ session, channel }) => {
        const who = neighborName(session);
        const active = line`neighbor ${word(who)} activate`;
        return groups.groupOf(session) === null ? [active, ...channelLines(who, session, channel, policies)] : [active];
      }),
    ]),
  ];
}

function channelLines(
  name: string,
  session: BgpSession,
  channel: SessionChannel,
  { mapOf }: SpeakerPolicies,
): readonly IosLine[] {
  const who = word(name);
  const { nextHopSelf, allowLocalAs, limit, defaultOriginate } = channel;
  const [into, out] = [mapOf(session, channel, "import"), mapOf(session, channel, "export")];
  return [
    // IOS tells communities only where it is asked to.
    line`neighbor ${who} send-community both`,
    ...(session.routeReflectorClient ? [line`neighbor ${who} route-reflector-client`] : []),
    ...(nextHopSelf === "ebgp" ? [line`neighbor ${who} next-hop-self`] : []),
    ...(nextHopSelf === "all" ? [line`neighbor ${who} next-hop-self all`] : []),
    ...(allowLocalAs > 0 ? [line`neighbor ${who} allowas-in ${allowLocalAs}`] : []),
    ...(defaultOriginate ? [line`neighbor ${who} default-originate`] : []),
    ...(limit === null ? [] : [limitLine(who, limit.count, limit.action)]),
    ...(into === null ? [] : [line`neighbor ${who} route-map ${word(into)} in`]),
    ...(out === null ? [] : [line`neighbor ${who} route-map ${word(out)} out`]),
  ];
}

/** After one route too many, IOS ends the session, and calls again only where it is told when: in minutes. */
function limitLine(who: IosToken, count: number, action: MaxPrefixes["action"]): IosLine {
  if (action === "restart") return line`neighbor ${who} maximum-prefix ${count} restart 1`;
  if (action === "warn") return line`neighbor ${who} maximum-prefix ${count} warning-only`;
  return line`neighbor ${who} maximum-prefix ${count}`;
}

/** What the node announces of its own accord; each is in its routing table too (`routeLines`). */
function networkLines(family: Family, { originated, vips }: BgpSpeaker): readonly IosLine[] {
  const stamped = new Map(vips.map((vip) => [vip.prefix, stampName(vip)]));
  const prefixes = [...originated, ...vips.map(({ prefix }) => prefix)].filter((prefix) => familyOf(prefix) === family);
  return [...new Set(prefixes)].map((prefix) => {
    const map = stamped.get(prefix) ?? null;
    const tail = { token: map === null ? "" : ` route-map ${word(map).token}` };
    if (family === "ipv6") return line`network ${word(prefix)}${tail}`;
    const { address, mask } = prefixParts(prefix);
    return line`network ${address} mask ${mask}${tail}`;
  });
}

/** The route-map that stamps a VIP; `null` for one that is as every route. */
function stampName({ advertisement, communities, localPref }: PlannedVip): string | null {
  return communities.length === 0 && localPref === null ? null : iosName(`vip ${advertisement}`);
}

function stampLines({ vips }: BgpSpeaker): readonly IosLine[] {
  const maps = new Map(vips.map((vip) => [stampName(vip), vip]));
  return [...maps].flatMap(([name, { communities, localPref }]) => {
    if (name === null) return [];
    const preference = localPref === null ? [] : [line`set local-preference ${localPref}`];
    const lines = [...preference, ...communityEntries(communities, true).flat()];
    return routeMapLines(name, [{ action: "permit", number: 10, lines }]);
  });
}

/** BFD over several hops takes its times from a template, which is chosen by the addresses. */
function bfdLines({ sessions }: BgpSpeaker): readonly IosLine[] {
  const far = sessions.filter((session) => session.bfd && isFar(session) && !session.dynamic);
  if (far.length === 0) return [];
  return [
    block`bfd-template multi-hop nix-nos`([line`interval min-tx 300 min-rx 300 multiplier 3`]),
    ...far.map(({ remoteAddress, localAddress }) =>
      familyOf(remoteAddress) === "ipv4"
        ? line`bfd map ipv4 ${word(`${remoteAddress}/32`)} ${word(`${localAddress}/32`)} nix-nos`
        : line`bfd map ipv6 ${word(`${remoteAddress}/128`)} ${word(`${localAddress}/128`)} nix-nos`,
    ),
  ];
}
