import type { AutonomousSystem, Diagnostic, Family, Network, Node, SessionSettings } from "@nix-nos/topology";
import { plainTransport, type SharedChannels } from "./channels.js";
import type { BgpSession, SessionTransport } from "./types.js";

/** What the rooms that plan sessions share. */
export interface SessionContext {
  readonly network: Network;
  readonly channels: SharedChannels;
  readonly diagnostics: Diagnostic[];
}

/** One end of a session between two of the topology's own speakers. */
export interface End {
  readonly node: Node;
  readonly system: AutonomousSystem;
}

/** A speaker by its name; `null` for a node that is in no AS. */
export function endOf(name: string, { index }: Network): End | null {
  const [node, system] = [index.nodeByName.get(name), index.autonomousSystemByNode.get(name)];
  return node && system ? { node, system } : null;
}

/** What one session between the topology's own speakers has that another may not have. */
export type OwnPart = Pick<
  BgpSession,
  | "name"
  | "kind"
  | "confederation"
  | "localAs"
  | "remoteAs"
  | "localAddress"
  | "remoteAddress"
  | "interface"
  | "routeReflectorClient"
  | "transport"
  | "channels"
>;

/** A session between two of the topology's own speakers: one object in one step, because a mesh has a million of them. */
export function ownSession(
  local: Node,
  remote: Node,
  { bgp }: Network,
  settings: SessionSettings | null,
  own: OwnPart,
): BgpSession {
  return {
    node: local.name,
    daemon: local.bgpDaemon,
    name: own.name,
    kind: own.kind,
    confederation: own.confederation,
    localAs: own.localAs,
    remoteAs: own.remoteAs,
    localAddress: own.localAddress,
    remoteAddress: own.remoteAddress,
    dynamic: false,
    remoteNode: remote.name,
    interface: own.interface,
    peer: null,
    description: remote.name,
    routeReflectorClient: own.routeReflectorClient,
    external: false,
    role: null,
    enforceFirstAs: false,
    transport: own.transport,
    timers: bgp.timers,
    bfd: (settings?.bfd ?? bgp.bfd) && local.bgpDaemon !== "gobgp" && remote.bgpDaemon !== "gobgp",
    gracefulRestart: bgp.gracefulRestart,
    peering: null,
    channels: own.channels,
  };
}

/** The transport of a session, which is one object for all that have nothing special. */
export function transportOf(own: Partial<SessionTransport>): SessionTransport {
  const isPlain = Object.values(own).every((value) => value === null || value === false);
  return isPlain ? plainTransport : { ...plainTransport, ...own };
}

export const bothFamilies: readonly Family[] = ["ipv4", "ipv6"];

/** One family as a list, the same one each time. */
export const oneFamily = { ipv4: ["ipv4"], ipv6: ["ipv6"] } as const;

/** How the name of a session says what it carries. */
export function familyWord(family: Family): "v4" | "v6" {
  return family === "ipv4" ? "v4" : "v6";
}
