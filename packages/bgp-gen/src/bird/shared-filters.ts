import type { BgpSession, BgpSpeaker, RouteFilter, SessionChannel } from "../plan/types.js";
import { isAnnounced } from "./announced.js";
import { familySuffix } from "./channel.js";
import { type BirdItem, type BirdToken, blank, block, comment, statement, symbol } from "./document.js";
import { type Direction, filterDefinition } from "./policies.js";

/** The filters between the topology's own speakers. One filter of the plan, however many sessions have it, is one here. */
export interface SharedFilters {
  readonly definitions: readonly BirdItem[];
  /** A channel's import and export. */
  statements(channel: SessionChannel): readonly BirdItem[];
}

/** A filter, because a function needs its return type from BIRD 2.14 on and may not have one before. */
const announced = symbol("announced_routes");

/** Names and spells the filters of a speaker's inner sessions. */
export function sharedFilters(speaker: BgpSpeaker): SharedFilters {
  const definitions: BirdItem[] = [
    comment("A neighbour hears routes of BGP, and the static ones above, which are all meant for it. Nothing else."),
    block`filter ${announced}`([
      statement`if ${isAnnounced(speaker, ["ipv4", "ipv6"])} then accept`,
      statement`reject`,
    ]),
  ];
  const names = { ipv4: new Map<RouteFilter, BirdToken>(), ipv6: new Map<RouteFilter, BirdToken>() };
  const taken = new Map<string, number>();
  const nameOf = (direction: Direction, channel: SessionChannel, session: BgpSession): BirdToken => {
    const known = names[channel.family].get(channel[direction]);
    if (known) return known;
    const base = `inner_${direction}_${familySuffix(channel.family)}`;
    const count = (taken.get(base) ?? 0) + 1;
    taken.set(base, count);
    const name = symbol(count === 1 ? base : `${base}_${count}`);
    names[channel.family].set(channel[direction], name);
    definitions.push(...filterDefinition(name, direction, channel, session, speaker));
    return name;
  };
  const ways = new Map<SessionChannel, readonly BirdItem[]>();
  for (const session of speaker.sessions) {
    if (session.peer !== null) continue;
    for (const channel of session.channels) {
      if (ways.has(channel)) continue;
      const passes = (direction: Direction) => {
        const { policies, otherwise } = channel[direction];
        return policies.length === 0 && otherwise === "accept";
      };
      ways.set(channel, [
        passes("import") ? statement`import all` : statement`import filter ${nameOf("import", channel, session)}`,
        passes("export")
          ? statement`export filter ${announced}`
          : statement`export filter ${nameOf("export", channel, session)}`,
      ]);
    }
  }
  return { definitions: [blank, ...definitions], statements: (channel) => ways.get(channel) ?? [] };
}
