import { isLinkLocal } from "@nix-nos/ipam";
import type { Diagnostic } from "@nix-nos/topology";
import type { BgpSession, BgpSpeaker } from "./types.js";

/**
 * Neighbours that GoBGP's policies cannot tell apart: its sets know link-local addresses without their interface, so
 * what one of two neighbours with one address is held to would hold for both.
 */
export function checkGobgpTwins(speakers: readonly BgpSpeaker[]): readonly Diagnostic[] {
  return speakers
    .filter(({ daemon }) => daemon === "gobgp")
    .flatMap((speaker) => {
      const first = new Map<string, BgpSession>();
      return speaker.sessions.flatMap((session): readonly Diagnostic[] => {
        const { remoteAddress } = session;
        if (!isLinkLocal(remoteAddress)) return [];
        const other = first.get(remoteAddress);
        if (other === undefined) first.set(remoteAddress, session);
        if (other === undefined || treatmentOf(other) === treatmentOf(session)) return [];
        return [
          {
            code: "NN3031",
            severity: "error",
            message: `${speaker.node} speaks BGP by GoBGP, whose policies know the neighbours at ${other.interface} and ${session.interface} by one address, ${remoteAddress}, and they are to be treated differently.`,
            path: speaker.path,
            hint: `Give one of them another link-local address, or let BIRD speak for ${speaker.node}.`,
          },
        ];
      });
    });
}

/** All that policies make of a neighbour. */
function treatmentOf({ kind, localAs, channels }: BgpSession): string {
  const parts = channels.map((own) => [own.family, own.nextHopSelf, own.import, own.export]);
  return JSON.stringify([kind, localAs, parts], (key, value) => (key === "path" ? undefined : value));
}
