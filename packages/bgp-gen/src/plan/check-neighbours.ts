import { isLinkLocal } from "@nix-nos/ipam";
import type { Diagnostic } from "@nix-nos/topology";
import type { BgpSession, BgpSpeaker } from "./types.js";

/**
 * A daemon tells its neighbours apart by their addresses: of two sessions with one address, the second never comes up,
 * and BIRD says nothing of it.
 */
export function checkNeighbours(speakers: readonly BgpSpeaker[]): readonly Diagnostic[] {
  // One mistake shows at both ends.
  const told = new Set<string>();
  return speakers.flatMap((speaker): readonly Diagnostic[] => {
    // Inside an AS each neighbour has its own address: validation refuses one that two nodes have.
    if (speaker.sessions.every(({ kind, peer }) => kind === "ibgp" && peer === null)) return [];
    const first = new Map<string, BgpSession>();
    return speaker.sessions.flatMap((session): readonly Diagnostic[] => {
      const key = neighbourOf(session);
      const other = first.get(key);
      if (other === undefined) {
        first.set(key, session);
        return [];
      }
      const pair = JSON.stringify([session.localAddress, session.remoteAddress].sort());
      if (told.has(pair)) return [];
      told.add(pair);
      const message = `${speaker.node} has two sessions with ${session.remoteAddress} (${other.name} and ${session.name}), and a daemon keeps one of them down.`;
      const hint = "Take one away, or let it run between other addresses.";
      return [{ code: "NN3037", severity: "error", message, path: speaker.path, hint }];
    });
  });
}

/** What tells a neighbour from others: BIRD looks at both ends' addresses, others at its own alone; link-local ones need the link. */
function neighbourOf({ daemon, interface: link, localAddress, remoteAddress }: BgpSession): string {
  const scope = isLinkLocal(remoteAddress) ? link : null;
  return JSON.stringify(daemon === "bird" ? [localAddress, remoteAddress, scope] : [remoteAddress, scope]);
}
