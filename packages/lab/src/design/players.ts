import { type BgpPlan, type BgpSession, type BgpSpeaker, birdConfig } from "@nix-nos/bgp-gen";
import {
  addToAddress,
  compareAddress,
  containsAddress,
  containsPrefix,
  formatAddress,
  hostRange,
  type IpAddress,
  isLinkLocal,
  networkOf,
  type Prefix,
  parseAddress,
  parseInterfaceAddress,
  parsePrefix,
} from "@nix-nos/ipam";
import type { Family, LabAnnouncement, Network, PeerRole } from "@nix-nos/topology";
import { dressAnnouncements } from "./announced.js";
import { bare, type Port, subnetOf } from "./ports.js";

/** An outside neighbour as the lab plays it: a BIRD that announces what the topology says, and takes all it hears. */
export interface Player {
  /** Name of its host, `peer.transit-a`. */
  readonly name: string;
  readonly ports: readonly Port[];
  /** An address that the node's end lacks: a link-local one, which a machine gives itself and no topology says. */
  readonly nodeAddress: { readonly host: string; readonly device: string; readonly address: string } | null;
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
  return sessions.map((planned, index) => {
    const name = playerName(planned.peer ?? "");
    const session = planned.dynamic ? { ...planned, remoteAddress: callerOf(planned, network, taken) } : planned;
    const unsaid = isLinkLocal(session.remoteAddress) && session.localAddress === "::" && session.interface !== null;
    const met = unsaid ? { ...session, localAddress: `fe80::1ab:${(index + 1).toString(16)}` } : session;
    const bird = birdConfig(playerSpeaker(name, met, announced.get(session.peer ?? "") ?? [], index));
    const nodeAddress = unsaid
      ? { host: session.node, device: session.interface ?? "", address: `${met.localAddress}/64` }
      : null;
    return { name, ports: portOf(name, session, network, taken), nodeAddress, bird };
  });
}

/** An address for the one who calls from a range: the first that is free there and in a network of the node's. */
function callerOf(session: BgpSession, network: Network, taken: Set<string>): string {
  const range = parsePrefix(session.remoteAddress);
  if (range === null) return session.remoteAddress;
  for (const { name, addresses } of network.index.nodeByName.get(session.node)?.interfaces ?? []) {
    if (session.interface !== null && session.interface !== name) continue;
    const [free] = freeAddress(addresses, range.address.family, taken, range);
    if (free !== undefined) return bare(free);
  }
  return formatAddress(hostRange(range).first);
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
    interface: isLinkLocal(session.remoteAddress) ? device : null,
    dynamic: false,
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
 * family that the session carries too, where the node has one there. One with a link-local address is on the node's link.
 */
function portOf(host: string, session: BgpSession, network: Network, taken: Set<string>): readonly Port[] {
  const remote = parseAddress(session.remoteAddress);
  const port = (address: string, others: readonly string[]): Port => ({
    host,
    device,
    addresses: [address, ...others],
    gateways: [],
  });
  for (const { name, addresses } of network.index.nodeByName.get(session.node)?.interfaces ?? []) {
    const others = () =>
      session.channels
        .filter(({ family }) => family !== remote?.family)
        .flatMap(({ family }) => freeAddress(addresses, family, taken));
    if (isLinkLocal(session.remoteAddress)) {
      if (name !== session.interface) continue;
      return [{ ...port(`${session.remoteAddress}/64`, others()), beside: `${session.node}:${name}` }];
    }
    const nets = addresses.map(parseInterfaceAddress).filter((own) => own !== null);
    const own = nets.find(
      ({ address, length }) => remote !== null && containsAddress(networkOf(address, length), remote),
    );
    if (own === undefined) continue;
    return [port(`${session.remoteAddress}/${own.length}`, others())];
  }
  return [];
}

const device = "eth0";

/** An address of a family that nobody has, in a network that the interface is in; none, where all are taken. */
function freeAddress(
  addresses: readonly string[],
  family: Family,
  taken: Set<string>,
  range: Prefix | null = null,
): string[] {
  for (const text of addresses) {
    const own = parseInterfaceAddress(text);
    if (own === null || own.address.family !== family || subnetOf(text) === null) continue;
    const searched = commonPart(networkOf(own.address, own.length), range);
    if (searched === null) continue;
    const { first, last } = hostRange(searched);
    for (let at: IpAddress | null = first; at !== null && compareAddress(at, last) <= 0; at = addToAddress(at, 1)) {
      const address = formatAddress(at);
      if (taken.has(address)) continue;
      taken.add(address);
      return [`${address}/${own.length}`];
    }
  }
  return [];
}

/** Of two prefixes one lies in the other, or they have nothing in common. */
function commonPart(network: Prefix, range: Prefix | null): Prefix | null {
  if (range === null || containsPrefix(range, network)) return network;
  return containsPrefix(network, range) ? range : null;
}
