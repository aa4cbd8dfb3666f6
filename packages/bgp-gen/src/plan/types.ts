import type {
  AddPath,
  BgpDaemon,
  BgpTimers,
  BirdVersion,
  Community,
  Family,
  MaxPrefixes,
  Path,
  PeerRole,
  Policy,
  PrefixSet,
  RpkiCache,
} from "@nix-nos/topology";

/** Every BGP speaker of a network and every session between them: the decisions, as data that printers only spell. */
export interface BgpPlan {
  /** In network order. */
  readonly speakers: readonly BgpSpeaker[];
  readonly speakerByNode: ReadonlyMap<string, BgpSpeaker>;
}

export interface BgpSpeaker {
  readonly node: string;
  readonly daemon: BgpDaemon;
  /** Its own AS; of a confederation, the part that it is in. */
  readonly localAs: number;
  /** The confederation that the AS is a part of (RFC 5065); `null` for an AS by itself. */
  readonly confederation: Confederation | null;
  /** BGP identifier as a dotted quad (RFC 6286). */
  readonly routerId: string;
  /** CLUSTER_ID that the node reflects with (RFC 4456); `null` when it reflects nothing. */
  readonly clusterId: string | null;
  /** Prefixes that the daemon itself originates, without the VIPs: loopbacks and aggregates; canonical, sorted. */
  readonly originated: readonly string[];
  /** The VIPs that the node announces, statically or from its sidecar. */
  readonly vips: readonly PlannedVip[];
  /** The route injector on the node whose VIPs the daemon accepts; `null` when every VIP is static. */
  readonly sidecar: Sidecar | null;
  readonly sessions: readonly BgpSession[];
  /** Every prefix set that a filter of its sessions names. */
  readonly prefixSets: readonly PrefixSet[];
  /** Whom the speaker asks for what the RPKI says; empty where no filter wants to know. */
  readonly rpkiCaches: readonly RpkiCache[];
  /** The oldest BIRD that the configuration is for. */
  readonly birdVersion: BirdVersion;
  /** Text for the end of the configuration, in each daemon's language. */
  readonly extraConfig: { readonly bird: string | null };
  readonly path: Path;
}

/** Several ASes that neighbours outside know as one. */
export interface Confederation {
  /** The AS number that neighbours outside know. */
  readonly identifier: number;
  /** Numbers of its parts, sorted. */
  readonly members: readonly number[];
}

/** One VIP on one of its nodes. */
export interface PlannedVip {
  /** Name of the `vipAdvertisements` entry. */
  readonly advertisement: string;
  /** Host route: `10.0.100.1/32`, `2001:db8::1/128`. */
  readonly prefix: string;
  readonly family: Family;
  readonly announce: "static" | "health";
  readonly communities: readonly Community[];
  /** LOCAL_PREF that the route starts with; `null` leaves it at what every route has. */
  readonly localPref: number | null;
  /** Address that is announced as next hop to iBGP neighbours; `null` keeps what the injector or the daemon says. */
  readonly nextHop: string | null;
  /** The node's own address of the family, for a route whose injector names no next hop; `null` when it has none. */
  readonly localAddress: string | null;
}

/** A GoBGP that injects VIPs into the node's BIRD over loopback while the service behind them is healthy. */
export interface Sidecar {
  /** BIRD's protocol name for the session. */
  readonly name: string;
  /** Where the sidecar listens. */
  readonly address: string;
  readonly port: number;
  readonly localAs: number;
  /** Unique in the AS and not the node's own: it becomes the ORIGINATOR_ID of what the sidecar injects. */
  readonly routerId: string;
  readonly families: readonly Family[];
  /** The VIPs' host routes: all that the daemon accepts from it. */
  readonly prefixes: readonly string[];
}

/** One session as one of its ends has it. */
export interface BgpSession {
  readonly node: string;
  readonly daemon: BgpDaemon;
  /** Name of the session in the daemon's configuration: letters, digits and `_`, at most 64. */
  readonly name: string;
  readonly kind: "ibgp" | "ebgp";
  /** eBGP between two parts of one confederation (RFC 5065). */
  readonly confederation: boolean;
  /** The AS number by which the neighbour knows this end: towards the outside, that of the confederation. */
  readonly localAs: number;
  readonly remoteAs: number;
  readonly localAddress: string;
  /** The neighbour's address, or the prefix that its address is in where `dynamic`. */
  readonly remoteAddress: string;
  /** Whoever calls from inside `remoteAddress` is met; the node itself calls nobody. */
  readonly dynamic: boolean;
  /** The neighbour's node, or `null` for one that the topology does not own. */
  readonly remoteNode: string | null;
  /** Interface that the session runs over, when it runs over one link; `null` for a routed session. */
  readonly interface: string | null;
  /** Name of the `peers` entry of an outside neighbour; `null` with one of the topology's own nodes. */
  readonly peer: string | null;
  /** A line about the neighbour, for people. */
  readonly description: string;
  /** The neighbour is our route-reflector client (RFC 4456). */
  readonly routeReflectorClient: boolean;
  /** The topology does not own the neighbour. */
  readonly external: boolean;
  /** Our side of the relation (RFC 9234); `null` where none is agreed. */
  readonly role: PeerRole | null;
  /** A path must begin with the neighbour's own AS (RFC 4271 §6.3). */
  readonly enforceFirstAs: boolean;
  readonly transport: SessionTransport;
  readonly timers: BgpTimers;
  readonly bfd: boolean;
  readonly gracefulRestart: boolean;
  /** What only sessions with outside neighbours have; `null` with one of the topology's own nodes. */
  readonly peering: Peering | null;
  /** One a family that the session carries, IPv4 first. */
  readonly channels: readonly SessionChannel[];
}

/** What only a session with an outside neighbour may have. */
export interface Peering {
  /** The node waits for the neighbour to call. */
  readonly passive: boolean;
  /** Seconds that stale routes are kept (RFC 9494); `null` is not at all. */
  readonly longLivedGracefulRestart: number | null;
  /** Several paths for one prefix (RFC 7911). */
  readonly addPath: Readonly<Record<Family, AddPath | null>>;
  /** The session is drained (RFC 8326); its filters say how. */
  readonly maintenance: boolean;
  /**
   * BIRD itself keeps back what carries no-export and the like (RFC 1997). Not where a default route is made: the best one
   * may carry such a community, and the one that is made in its stead does not. The filters keep the others back there.
   */
  readonly interpretsCommunities: boolean;
  /** Paths with an AS_SET are not taken; its filters say so too. */
  readonly rejectAsSets: boolean;
  /** Text for the session's block, in each daemon's language. */
  readonly extraConfig: { readonly bird: string | null };
}

/** How a session's packets travel. */
export interface SessionTransport {
  /** Hops at most; `null` for a neighbour on the same network, or the daemon's own default between members of an AS. */
  readonly multihop: number | null;
  /** Only senders on the same cable are listened to (RFC 5082). */
  readonly ttlSecurity: boolean;
  /** File on the node that holds the session's password. */
  readonly passwordFile: string | null;
}

/** What a session does for one address family. */
export interface SessionChannel {
  readonly family: Family;
  /** Routes that this node becomes the next hop of on their way to the neighbour: none, those learnt over eBGP, all. */
  readonly nextHopSelf: "none" | "ebgp" | "all";
  /** IPv4 routes may have an IPv6 next hop (RFC 8950). */
  readonly extendedNextHop: boolean;
  /** How often the own AS may be in a path that comes in. */
  readonly allowLocalAs: number;
  /** The neighbour is sent a default route that begins here, whether the node has one or not, and no other. */
  readonly defaultOriginate: boolean;
  /** How many routes may come in; `null` is no limit. */
  readonly limit: PrefixLimit | null;
  /** What comes in. */
  readonly import: RouteFilter;
  /** What goes out, of the routes of BGP and the speaker's own. */
  readonly export: RouteFilter;
}

export interface PrefixLimit {
  /** Routes, counted before the filter. */
  readonly count: number;
  /** What one route too many does. */
  readonly action: MaxPrefixes["action"];
}

/**
 * What happens to routes on their way: a route goes through the terms of the policies in order until one accepts or
 * rejects it. Every daemon's printer spells these terms; none adds any of its own.
 */
export interface RouteFilter {
  readonly policies: readonly Policy[];
  /** What becomes of a route that no term decided; `reject` with outside neighbours (RFC 8212). */
  readonly otherwise: "accept" | "reject";
}
