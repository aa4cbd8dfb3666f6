import { type BgpPlan, type BgpSession, type BgpSpeaker, birdConfig } from "@nix-nos/bgp-gen";
import {
  addToAddress,
  compareAddress,
  containsAddress,
  formatAddress,
  hostRange,
  type IpAddress,
  networkOf,
  parseAddress,
  parseInterfaceAddress,
} from "@nix-nos/ipam";
import type { Family, LabAnnouncement, Network, PeerRole } from "@nix-nos/topology";
import { dressAnnouncements } from "./announced.js";
import { bare, type Port, subnetOf } from "./ports.js";

/** An outside neighbour as the lab plays it: a BIRD that announces what the topology says, and takes all it hears. */
export interface Player {
  /** Name of its host, `peer.transit-a`. */
  readonly name: string;
  readonly ports: readonly Port[];
  readonly bird: string;
}

/** The other side of each role (RFC 9234 §5). */
const otherSide: Readonly<Record<PeerRole, PeerRole>> = {
  provider: "customer",
  customer: "provider",
  peer: "peer",
  rs: "rs-client",
  "rs-client": "rs",
};

/** Name of the host that plays a peer. */
export function playerName(peer: string): string {
  return `peer.${peer}`;
}

/** Every outside neighbour of the plan, each on the network of the node's interface that the session runs over. */
export function planPlayers(network: Network, plan: BgpPlan): readonly Player[] {
  const sessions = plan.speakers.flatMap((speaker) => speaker.sessions).filter(({ peer }) => peer !== null);
  const announced = new Map(network.lab.peers.map(({ name, announce }) => [name, announce]));
  const taken = new Set([
    ...network.nodes.flatMap(({ interfaces }) => interfaces.flatMap(({ addresses }) => addresses.map(bare))),
    ...sessions.map(({ remoteAddress }) => remoteAddress),
  ]);
  return sessions.map((session, index) => {
    const name = playerName(session.peer ?? "");
    const bird = birdConfig(playerSpeaker(name, session, announced.get(session.peer ?? "") ?? [], index));
    return { name, ports: portOf(name, session, network, taken), bird };
  });
}

/** The session as the neighbour has it. */
function playerSpeaker(
  name: string,
  session: BgpSession,
  announce: readonly LabAnnouncement[],
  index: number,
): BgpSpeaker {
  const { originated, prefixSets, filter } = dressAnnouncements(announce);
  const mirrored: BgpSession = {
    ...session,
    node: name,
    daemon: "bird",
    name: "lab_session",
    localAs: session.remoteAs,
    remoteAs: session.localAs,
    localAddress: session.remoteAddress,
    remoteAddress: session.localAddress,
    remoteNode: session.node,
    interface: null,
    peer: session.peer,
    description: `plays ${session.peer} for ${session.node}`,
    role: session.role === null ? null : otherSide[session.role],
    enforceFirstAs: false,
    // The neighbour calls, and says nothing that is special about our end.
    peering: null,
    channels: session.channels.map((channel) => ({
      ...channel,
      nextHopSelf: "none",
      defaultOriginate: false,
      limit: null,
      import: { policies: [], otherwise: "accept" },
      export: filter,
    })),
  };
  return {
    node: name,
    daemon: "bird",
    localAs: session.remoteAs,
    confederation: null,
    // A block for tests (RFC 2544) that no topology takes its identifiers from.
    routerId: `198.18.${(index >> 8) & 255}.${index & 255}`,
    clusterId: null,
    originated,
    vips: [],
    sidecar: null,
    sessions: [mirrored],
    prefixSets,
    rpkiCaches: [],
    birdVersion: "2.0.12",
    extraConfig: { bird: null },
    path: [],
  };
}

/**
 * The neighbour's interface: in the network that the node's own end of the session is in, with an address of each other
 * family that the session carries too, where the node has one there.
 */
function portOf(host: string, session: BgpSession, network: Network, taken: Set<string>): readonly Port[] {
  const remote = parseAddress(session.remoteAddress);
  for (const { addresses } of network.index.nodeByName.get(session.node)?.interfaces ?? []) {
    const end = addresses.find((text) => bare(text) === session.localAddress);
    const own = end === undefined ? null : parseInterfaceAddress(end);
    if (own === null || remote === null || !containsAddress(networkOf(own.address, own.length), remote)) continue;
    const others = session.channels
      .filter(({ family }) => family !== remote.family)
      .flatMap(({ family }) => freeAddress(addresses, family, taken));
    return [{ host, device: "eth0", addresses: [`${session.remoteAddress}/${own.length}`, ...others], gateways: [] }];
  }
  return [];
}

/** An address of a family that nobody has, in a network that the interface is in. */
function freeAddress(addresses: readonly string[], family: Family, taken: Set<string>): string[] {
  for (const text of addresses) {
    const own = parseInterfaceAddress(text);
    if (own === null || own.address.family !== family || subnetOf(text) === null) continue;
    const { first, last } = hostRange(networkOf(own.address, own.length));
    for (let at: IpAddress | null = first; at !== null && compareAddress(at, last) <= 0; at = addToAddress(at, 1)) {
      const address = formatAddress(at);
      if (taken.has(address)) continue;
      taken.add(address);
      return [`${address}/${own.length}`];
    }
  }
  return [];
}
