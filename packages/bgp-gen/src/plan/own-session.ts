import type { AutonomousSystem, Diagnostic, Family, Network, Node, SessionSettings } from "@nix-nos/topology";
import { plainTransport, type SharedChannels } from "./channels.js";
import type { SessionTransport } from "./types.js";

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

/** What is alike in all sessions between the topology's own speakers. */
export function ownSession(local: Node, remote: Node, network: Network, settings: SessionSettings | null) {
  const watched = settings?.bfd ?? network.bgp.bfd;
  return {
    node: local.name,
    daemon: local.bgpDaemon,
    dynamic: false,
    remoteNode: remote.name,
    peer: null,
    description: remote.name,
    external: false,
    role: null,
    enforceFirstAs: false,
    timers: network.bgp.timers,
    bfd: watched && local.bgpDaemon === "bird" && remote.bgpDaemon === "bird",
    gracefulRestart: network.bgp.gracefulRestart,
  } as const;
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
