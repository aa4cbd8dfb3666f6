import type { BgpSession, BgpSpeaker } from "../plan/types.js";
import { type BirdItem, blank, block, statement } from "./document.js";
import { filterName, sessionFilters } from "./policies.js";
import { neighbourOf, sessionHead } from "./session-head.js";
import { sessionOptions } from "./session-options.js";

/** The sessions with neighbours outside, each with its own filters: what passes is what a policy accepts. */
export function peerProtocols(speaker: BgpSpeaker): readonly BirdItem[] {
  const outside = speaker.sessions.filter(({ peer }) => peer !== null);
  return outside.flatMap((session) => [...sessionFilters(session, speaker), blank, protocolOf(session, speaker)]);
}

function protocolOf(session: BgpSession, speaker: BgpSpeaker): BirdItem {
  return block`protocol bgp ${sessionHead(session)}`([
    ...neighbourOf(session, speaker),
    ...sessionOptions(session, speaker, ({ family }) => [
      statement`import filter ${filterName("import", session, family)}`,
      statement`export filter ${filterName("export", session, family)}`,
    ]),
  ]);
}
