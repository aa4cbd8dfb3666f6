import type { Family } from "@nix-nos/topology";
import { type InnerEnd, innerExport, innerImport } from "./drain.js";
import type { BgpSession, SessionChannel, SessionTransport } from "./types.js";

/** Nothing special: the same object for all sessions that have it, because a mesh of a thousand has a million ends. */
export const plainTransport: SessionTransport = { multihop: null, ttlSecurity: false, passwordFile: null };

/** What may be special about the channels between two of the topology's own speakers. */
interface ChannelSettings extends Pick<SessionChannel, "nextHopSelf" | "extendedNextHop" | "allowLocalAs"> {
  readonly end: InnerEnd;
}

/** Gives channels between the topology's own speakers: one list for all sessions whose channels are alike. */
export type SharedChannels = (families: readonly Family[], settings: ChannelSettings) => readonly SessionChannel[];

/** Channel lists of one plan, each made once. */
export function shareChannels(): SharedChannels {
  const known = new Map<number, readonly SessionChannel[]>();
  return (families, settings) => {
    const { end, ...same } = settings;
    const key = keyOf(families, settings);
    let channels = known.get(key);
    if (channels === undefined) {
      channels = families.map((family) => ({
        family,
        ...same,
        // An IPv6 route has an IPv6 next hop without more ado.
        extendedNextHop: same.extendedNextHop && family === "ipv4",
        defaultOriginate: false,
        limit: null,
        import: innerImport(end),
        export: innerExport(end),
      }));
      known.set(key, channels);
    }
    return channels;
  };
}

/** A number, because it is asked for at each of a million session ends. */
function keyOf(
  families: readonly Family[],
  { nextHopSelf, extendedNextHop, allowLocalAs, end }: ChannelSettings,
): number {
  const bits = families.reduce((sum, family) => sum | (family === "ipv4" ? 1 : 2), 0);
  const self = nextHopSelf === "none" ? 0 : nextHopSelf === "ebgp" ? 1 : 2;
  const relation = end.relation === "ibgp" ? 0 : end.relation === "confederation" ? 1 : 2;
  const flags = (extendedNextHop ? 16 : 0) | (end.isDrained ? 32 : 0);
  const daemon = end.daemon === "bird" ? 0 : end.daemon === "gobgp" ? 1 : 2;
  return bits | (self << 2) | flags | (daemon << 6) | (relation << 8) | (allowLocalAs << 10);
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
