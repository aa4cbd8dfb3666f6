import { isLinkLocal } from "@nix-nos/ipam";
import type { BgpSession, BgpSpeaker } from "../plan/types.js";
import { type BirdItem, type BirdToken, ip, statement, string, symbol } from "./document.js";

/** The session's name in the configuration. */
export function sessionHead(session: BgpSession): BirdToken {
  return symbol(session.name);
}

/** Who meets whom. */
export function neighbourOf(session: BgpSession, speaker: BgpSpeaker): readonly BirdItem[] {
  // BIRD wants the part's number here, and says that of the confederation to the outside by itself.
  const localAs = speaker.confederation === null ? session.localAs : speaker.localAs;
  return [
    statement`description ${string(session.description)}`,
    session.localAddress === "::"
      ? statement`local as ${localAs}`
      : statement`local ${ip(session.localAddress)} as ${localAs}`,
    ...(session.dynamic
      ? [
          statement`neighbor range ${ip(session.remoteAddress)} as ${session.remoteAs}`,
          statement`dynamic name ${string(birdDynamicName(session.name))}`,
        ]
      : [statement`neighbor ${ip(session.remoteAddress)} as ${session.remoteAs}`]),
    // Only a link-local address does not say which interface it is on, and BIRD refuses it alone.
    ...(session.interface !== null && isLinkLocal(session.remoteAddress)
      ? [statement`interface ${string(session.interface)}`]
      : []),
  ];
}

/**
 * What BIRD's sessions with whoever calls from a range are named by: this and a number. BIRD keeps 16 of a symbol's 64
 * letters for the number.
 *
 * @param name - name of the planned session, at most 64 letters
 *
 * @example
 * ```ts
 * import { birdDynamicName } from "@nix-nos/bgp-gen";
 *
 * birdDynamicName("peer_clients"); // => "peer_clients_n"
 * ```
 */
export function birdDynamicName(name: string): string {
  return `${name.slice(0, 46)}_n`;
}
