import type { Diagnostic, Network } from "@nix-nos/topology";
import { shareChannels } from "./channels.js";
import { ibgpSessions } from "./ibgp-sessions.js";
import { linkSessions } from "./link-sessions.js";
import { multihopSessions } from "./multihop-sessions.js";
import { peerSessions } from "./peers.js";
import type { BgpSession } from "./types.js";

/** Sessions of each node, gathered while systems and links are walked once. */
export type SessionsByNode = ReadonlyMap<string, readonly BgpSession[]>;

/**
 * Every session of a network, both ends of each: eBGP from the links and from what is asked for over several hops, those
 * with outside neighbours, and iBGP from the strategy of each AS.
 */
export function planSessions(network: Network, diagnostics: Diagnostic[]): SessionsByNode {
  const byNode = new Map<string, BgpSession[]>();
  const add = (session: BgpSession) => {
    const list = byNode.get(session.node);
    if (list) list.push(session);
    else byNode.set(session.node, [session]);
  };
  const context = { network, channels: shareChannels(), diagnostics };
  const borders = new Set<string>();
  const outer = [linkSessions(context), multihopSessions(context), peerSessions(network, diagnostics)];
  for (const sessions of outer) {
    for (const session of sessions) {
      if (session.kind === "ebgp") borders.add(session.node);
      add(session);
    }
  }
  for (const session of ibgpSessions(context, borders)) add(session);
  return byNode;
}
