import type { BgpSession, BgpSpeaker, RouteFilter, SessionChannel } from "@nix-nos/bgp-gen";
import { familyOf, isLinkLocal } from "@nix-nos/ipam";
import type { IosLine } from "../ios/document.js";
import { carrierOf, type Ports } from "../network/ports.js";
import { createLists, iosName, type Lists } from "../policy/lists.js";
import { routeMap, routeMapLines } from "../policy/route-map.js";
import type { Unsayable } from "../policy/unsayable.js";
import { mapName, whoseMaps } from "./names.js";

type Direction = "import" | "export";

/** The route-maps of a speaker's sessions. */
export interface SpeakerPolicies {
  /** Name of a channel's route-map; `null` where everything passes. */
  readonly mapOf: (session: BgpSession, channel: SessionChannel, direction: Direction) => string | null;
  /** The route-maps themselves. */
  readonly lines: readonly IosLine[];
  readonly lists: Lists;
  readonly unsayable: readonly Unsayable[];
}

/** Spells every filter of a speaker once: what several sessions share is one route-map. */
export function speakerPolicies(speaker: BgpSpeaker, ports: Ports): SpeakerPolicies {
  const lists = createLists();
  const prefixSets = new Map(speaker.prefixSets.map((set) => [set.name, set]));
  const unsayable = new Map<string, Unsayable>();
  const byContent = new Map<string, string>();
  const lines: IosLine[] = [];
  const taken = new Set<string>();
  const names = new Map<SessionChannel, Map<string, string>>();
  const define = (session: BgpSession, channel: SessionChannel, direction: Direction): string => {
    const { family } = channel;
    const draft = routeMap(asIosSendsIt(channel, direction), {
      family,
      prefixSets,
      lists,
      direction,
      kind: session.kind,
      localAs: session.localAs,
      localAddress: session.localAddress,
      ownNextHop: direction === "export" ? ownNextHop(session, channel, ports) : null,
      refuse: (term, what, hint) => {
        const key = JSON.stringify([term.path, what]);
        if (!unsayable.has(key)) unsayable.set(key, { term, what, hint });
      },
    });
    const content = JSON.stringify([family, draft]);
    const known = byContent.get(content);
    if (known !== undefined) return known;
    const wanted = mapName(whoseMaps(session), family, direction);
    let name = iosName(wanted);
    for (let count = 2; taken.has(name); count++) name = iosName(`${wanted}-${count}`);
    taken.add(name);
    byContent.set(content, name);
    lines.push(...routeMapLines(name, draft));
    return name;
  };
  const mapOf: SpeakerPolicies["mapOf"] = (session, channel, direction) => {
    const filter = channel[direction];
    if (passesAll(filter) && (direction === "import" || ownNextHop(session, channel, ports) === null)) return null;
    const own = names.get(channel) ?? new Map<string, string>();
    names.set(channel, own);
    // One object of the plan, however many sessions have it; what is the node's own end makes the difference.
    const key = `${direction} ${session.kind} ${session.localAs} ${session.localAddress}`;
    const name = own.get(key) ?? define(session, channel, direction);
    own.set(key, name);
    return name;
  };
  for (const session of speaker.sessions) {
    for (const channel of session.channels) {
      for (const direction of ["import", "export"] as const) mapOf(session, channel, direction);
    }
  }
  return { mapOf, lines, lists, unsayable: [...unsayable.values()] };
}

function passesAll({ policies, otherwise }: RouteFilter): boolean {
  return policies.length === 0 && otherwise === "accept";
}

/** IOS sends the default route that it makes past the route-map, so the map keeps back every other one. */
function asIosSendsIt(channel: SessionChannel, direction: Direction): RouteFilter {
  const filter = channel[direction];
  const [first, ...others] = filter.policies;
  if (direction === "import" || !channel.defaultOriginate || first === undefined) return filter;
  const kept = { ...first, terms: first.terms.map((term) => ({ ...term, action: "reject" as const })) };
  return { ...filter, policies: [kept, ...others] };
}

/**
 * Routes of the other family than the session's own have no next hop of theirs there: the address of the family that the
 * same interface has.
 */
export function ownNextHop(session: BgpSession, { family }: SessionChannel, ports: Ports): string | null {
  if (familyOf(session.localAddress) === family) return null;
  const carrier = carrierOf(session.localAddress, ports);
  const found = carrier?.entry.addresses.find((text) => familyOf(text) === family && !isLinkLocal(text));
  return found?.split("/")[0] ?? null;
}
