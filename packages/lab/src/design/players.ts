import { type BgpPlan, type BgpSession, type BgpSpeaker, birdConfig } from "@nix-nos/bgp-gen";
import { containsAddress, networkOf, parseAddress, parseInterfaceAddress } from "@nix-nos/ipam";
import type { Network, PeerRole } from "@nix-nos/topology";
import { bare, type Port } from "./ports.js";

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
  return sessions.map((session, index) => {
    const name = playerName(session.peer ?? "");
    const bird = birdConfig(playerSpeaker(name, session, index));
    return { name, ports: portOf(name, session, network), bird };
  });
}

/** The session as the neighbour has it. */
function playerSpeaker(name: string, session: BgpSession, index: number): BgpSpeaker {
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
    peer: name,
    description: `plays ${session.peer} for ${session.node}`,
    role: session.role === null ? null : otherSide[session.role],
    enforceFirstAs: false,
    channels: session.channels.map((channel) => ({
      ...channel,
      nextHopSelf: "none",
      limit: null,
      import: { policies: [], otherwise: "accept" },
      export: { policies: [], otherwise: "accept" },
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
    originated: [],
    vips: [],
    sidecar: null,
    sessions: [mirrored],
    prefixSets: [],
    path: [],
  };
}

/** The neighbour's interface: in the network that the node's own end of the session is in. */
function portOf(host: string, session: BgpSession, network: Network): readonly Port[] {
  const remote = parseAddress(session.remoteAddress);
  const own = network.index.nodeByName.get(session.node)?.interfaces ?? [];
  for (const { addresses } of own) {
    for (const text of addresses) {
      const parsed = parseInterfaceAddress(text);
      if (parsed === null || remote === null || bare(text) !== session.localAddress) continue;
      if (!containsAddress(networkOf(parsed.address, parsed.length), remote)) continue;
      return [{ host, device: "eth0", addresses: [`${session.remoteAddress}/${parsed.length}`], gateways: [] }];
    }
  }
  return [];
}
