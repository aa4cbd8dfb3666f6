import type { BgpSession, BgpSpeaker } from "@nix-nos/bgp-gen";
import { familyOf, isLinkLocal } from "@nix-nos/ipam";
import type { Diagnostic, Network, Path, Peer } from "@nix-nos/topology";
import { ownNextHop } from "../bgp/policies.js";
import { carrierOf, type Ports } from "../network/ports.js";
import { communityEntries, communityFaults } from "../policy/communities.js";

/** What a speaker's sessions and VIPs ask for and IOS cannot do, or this version does not write (NN6102). */
export function checkSessions(speaker: BgpSpeaker, ports: Ports, { bgp }: Network): readonly Diagnostic[] {
  const peers = new Map(bgp.peers.map((peer) => [peer.name, peer]));
  return [
    ...speaker.sessions.flatMap((session) => {
      const peer = peers.get(session.peer ?? "") ?? null;
      return checkSession(session, peer, ports).map(([what, key, hint]) =>
        diagnostic(speaker, what, [...(peer?.path ?? speaker.path), ...key], hint),
      );
    }),
    ...[...new Set(speaker.vips.filter(({ announce }) => announce === "health").map((vip) => vip.advertisement))].map(
      (name) => {
        const entry = bgp.vipAdvertisements.find((own) => own.name === name);
        const what = `is told of no service's health, and is to announce the VIPs of "${name}" while it is good`;
        return diagnostic(speaker, what, entry?.path ?? speaker.path, "Let other nodes announce them.");
      },
    ),
    ...checkStamps(speaker, bgp),
    ...(speaker.extraConfig.bird === null
      ? []
      : [diagnostic(speaker, "does not read BIRD's language", [...speaker.path, "bgp", "extraConfig"], "Remove it.")]),
  ];
}

/** What a VIP's route-map cannot give it: one entry is all that is certain where a prefix begins. */
function checkStamps(speaker: BgpSpeaker, bgp: Network["bgp"]): readonly Diagnostic[] {
  const stamped = new Map(speaker.vips.map(({ advertisement, communities }) => [advertisement, communities]));
  return [...stamped].flatMap(([name, communities]) => {
    const entry = bgp.vipAdvertisements.find((own) => own.name === name);
    const path = entry === undefined ? speaker.path : [...entry.path, "communities"];
    const faults = communityFaults(communities);
    const isTooLong = faults.length === 0 && communityEntries(communities, true).length > 1;
    return [
      ...faults.map(({ what, hint }) => diagnostic(speaker, what, path, `${hint}.`)),
      ...(isTooLong
        ? [diagnostic(speaker, `reads 254 characters a line, and those of "${name}" are more`, path, "Give it fewer.")]
        : []),
    ];
  });
}

function diagnostic({ node }: BgpSpeaker, what: string, path: Path, hint: string): Diagnostic {
  return { code: "NN6102", severity: "error", message: `${node} speaks BGP by IOS, which ${what}.`, path, hint };
}

type Limit = readonly [what: string, key: Path, hint: string];

function checkSession(session: BgpSession, peer: Peer | null, ports: Ports): readonly Limit[] {
  const found: Limit[] = [];
  const add = (isAsked: boolean, what: string, key: Path, hint: string) => {
    if (isAsked) found.push([what, peer === null ? [] : key, hint]);
  };
  const who = peer?.name ?? session.remoteNode ?? session.remoteAddress;
  const { transport, peering, channels } = session;
  const isBare = isLinkLocal(session.remoteAddress) || session.localAddress === "::";
  add(
    isBare,
    `is written no session over link-local addresses, as that with ${who}`,
    ["address"],
    "Give the link addresses.",
  );
  const carrier = isBare || session.dynamic ? null : carrierOf(session.localAddress, ports);
  // An interface that has no name on IOS is told of by itself.
  const isCarried = ports.node.interfaces.some(({ addresses }) =>
    addresses.some((text) => text.split("/")[0] === session.localAddress),
  );
  add(
    !isBare && !session.dynamic && !isCarried,
    `has no interface with ${session.localAddress}, from which its session with ${who} runs`,
    ["localAddress"],
    "Give one of its interfaces the address.",
  );
  add(
    transport.ttlSecurity && session.kind === "ibgp",
    `has no \`ttlSecurity\` inside an AS`,
    ["ttlSecurity"],
    "Remove it.",
  );
  add(
    peer?.maxPrefixes.action === "block" && channels.some(({ limit }) => limit !== null),
    "either ends a session that brings too many routes, or warns",
    ["maxPrefixes"],
    "Write `action: disable`, `restart` or `warn`.",
  );
  add(
    (peering?.longLivedGracefulRestart ?? null) !== null,
    "keeps no stale routes for long (RFC 9494)",
    ["longLivedGracefulRestart"],
    "Remove it.",
  );
  add(
    peering?.addPath.ipv4 != null || peering?.addPath.ipv6 != null,
    "is written no `addPath`",
    ["addPath"],
    "Remove it.",
  );
  add((peering?.extraConfig.bird ?? null) !== null, "does not read BIRD's language", ["extraConfig"], "Remove `bird`.");
  for (const channel of channels) {
    const { family, extendedNextHop } = channel;
    add(
      extendedNextHop && !isBare,
      "gives IPv4 routes no IPv6 next hop (RFC 8950)",
      ["families"],
      "Use addresses of both families.",
    );
    const lacks =
      !isBare &&
      !session.dynamic &&
      familyOf(session.localAddress) !== family &&
      ownNextHop(session, channel, ports) === null;
    add(
      lacks && carrier !== null,
      `has no ${family === "ipv4" ? "IPv4" : "IPv6"} address beside ${session.localAddress} to name as next hop to ${who}`,
      ["families"],
      "Give the same interface one.",
    );
  }
  if (peer?.maintenance && channels.some(({ defaultOriginate }) => defaultOriginate))
    add(
      true,
      "sends a default route as it is, also in maintenance",
      ["defaultOriginate"],
      "Remove it while the session is drained.",
    );
  return found;
}
