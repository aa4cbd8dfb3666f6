import type { Family } from "@nix-nos/topology";
import type { BgpSession, RouteFilter, SessionChannel, SessionTransport } from "./types.js";

/** Between the topology's own speakers: all routes of BGP pass. */
const acceptAll: RouteFilter = { policies: [], otherwise: "accept" };

/** Nothing special: the same object for all sessions that have it, because a mesh of a thousand has a million ends. */
export const plainTransport: SessionTransport = { multihop: null, ttlSecurity: false, passwordFile: null };

/** A channel between two of the topology's own speakers. */
function plainChannel(family: Family, nextHopSelf: SessionChannel["nextHopSelf"]): SessionChannel {
  return {
    family,
    nextHopSelf,
    extendedNextHop: false,
    allowLocalAs: 0,
    limit: null,
    import: acceptAll,
    export: acceptAll,
  };
}

const plain = {
  ipv4: {
    none: [plainChannel("ipv4", "none")],
    ebgp: [plainChannel("ipv4", "ebgp")],
    all: [plainChannel("ipv4", "all")],
  },
  ipv6: {
    none: [plainChannel("ipv6", "none")],
    ebgp: [plainChannel("ipv6", "ebgp")],
    all: [plainChannel("ipv6", "all")],
  },
};

/** The channels of a session that carries one family; the same list for every session of the kind. */
export function plainChannels(family: Family, nextHopSelf: SessionChannel["nextHopSelf"]): readonly SessionChannel[] {
  return plain[family][nextHopSelf];
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
