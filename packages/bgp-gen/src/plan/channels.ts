import type { Family } from "@nix-nos/topology";
import type { BgpSession, RouteFilter, SessionChannel, SessionTransport } from "./types.js";

/** Between the topology's own speakers: all routes of BGP pass. */
const acceptAll: RouteFilter = { policies: [], otherwise: "accept" };

/** Nothing special: the same object for all sessions that have it, because a mesh of a thousand has a million ends. */
export const plainTransport: SessionTransport = { multihop: null, ttlSecurity: false, passwordFile: null };

/** What may be special about the channels between two of the topology's own speakers. */
type ChannelSettings = Pick<SessionChannel, "nextHopSelf" | "extendedNextHop" | "allowLocalAs">;

/** Gives channels between the topology's own speakers: one list for all sessions whose channels are alike. */
export type SharedChannels = (families: readonly Family[], settings: ChannelSettings) => readonly SessionChannel[];

/** Channel lists of one plan, each made once. */
export function shareChannels(): SharedChannels {
  const known = new Map<number, readonly SessionChannel[]>();
  return (families, settings) => {
    const key = keyOf(families, settings);
    let channels = known.get(key);
    if (channels === undefined) {
      channels = families.map((family) => ({
        family,
        ...settings,
        // An IPv6 route has an IPv6 next hop without more ado.
        extendedNextHop: settings.extendedNextHop && family === "ipv4",
        defaultOriginate: false,
        limit: null,
        import: acceptAll,
        export: acceptAll,
      }));
      known.set(key, channels);
    }
    return channels;
  };
}

/** A number, because it is asked for at each of a million session ends. */
function keyOf(families: readonly Family[], { nextHopSelf, extendedNextHop, allowLocalAs }: ChannelSettings): number {
  const bits = families.reduce((sum, family) => sum | (family === "ipv4" ? 1 : 2), 0);
  const self = nextHopSelf === "none" ? 0 : nextHopSelf === "ebgp" ? 1 : 2;
  return bits | (self << 2) | (extendedNextHop ? 16 : 0) | (allowLocalAs << 5);
}

/**
 * Families that a session carries, IPv4 first.
 *
 * @example
 * ```ts
 * import { familiesOf } from "@nix-nos/bgp-gen";
 *
 * familiesOf({ channels: [] }); // => []
 * ```
 */
export function familiesOf({ channels }: Pick<BgpSession, "channels">): readonly Family[] {
  return channels.map(({ family }) => family);
}
