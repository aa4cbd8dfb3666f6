import type { BgpSession } from "../plan/types.js";
import { type BirdItem, type BirdToken, ip, statement, string, symbol } from "./document.js";

/** The session's name in the configuration. */
export function sessionHead(session: BgpSession): BirdToken {
  return symbol(session.name);
}

/** Who meets whom. */
export function neighbourOf(session: BgpSession): readonly BirdItem[] {
  return [
    statement`description ${string(session.description)}`,
    statement`local ${ip(session.localAddress)} as ${session.localAs}`,
    statement`neighbor ${ip(session.remoteAddress)} as ${session.remoteAs}`,
    // Only a link-local address does not say which interface it is on, and BIRD refuses it alone.
    ...(session.interface !== null && /^fe[89ab]/.test(session.remoteAddress)
      ? [statement`interface ${string(session.interface)}`]
      : []),
  ];
}
