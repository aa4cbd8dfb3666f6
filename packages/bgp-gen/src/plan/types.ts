import type { BgpTimers, Community, Family, Path, Peer, Policy, PrefixSet } from "@nix-nos/topology";

/** Every BGP speaker of a network and every session between them: the decisions, as data that printers only spell. */
export interface BgpPlan {
  /** In network order. */
  readonly speakers: readonly BgpSpeaker[];
  readonly speakerByNode: ReadonlyMap<string, BgpSpeaker>;
}

export interface BgpSpeaker {
  readonly node: string;
  readonly daemon: "bird" | "gobgp";
  readonly localAs: number;
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
  /** Every policy that one of its sessions names. */
  readonly policies: readonly Policy[];
  /** Every prefix set that one of those policies names. */
  readonly prefixSets: readonly PrefixSet[];
  readonly path: Path;
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

export interface BgpSession {
  readonly node: string;
  readonly daemon: "bird" | "gobgp";
  /** Name of the session in the daemon's configuration: letters, digits and `_`, at most 64. */
  readonly name: string;
  readonly kind: "ibgp" | "ebgp";
  readonly localAs: number;
  readonly remoteAs: number;
  readonly localAddress: string;
  readonly remoteAddress: string;
  /** The neighbour's node, or `null` for one that the topology does not own. */
  readonly remoteNode: string | null;
  /** Interface that the session runs over, when it runs over one link; `null` for a routed session. */
  readonly interface: string | null;
  /** The neighbour is our route-reflector client (RFC 4456). */
  readonly routeReflectorClient: boolean;
  readonly families: readonly Family[];
  readonly external: boolean;
  /** Routes learnt over eBGP go to this iBGP neighbour with this node as next hop. */
  readonly nextHopSelf: boolean;
  readonly timers: BgpTimers;
  readonly bfd: boolean;
  readonly gracefulRestart: boolean;
  /** What is agreed with a neighbour that the topology does not own; `null` with one of its own, who may say all. */
  readonly peer: PeerAgreement | null;
}

/**
 * What is agreed with a neighbour outside. `import` and `export` name policies in order; a route that none of them
 * accepts is rejected (RFC 8212).
 */
export type PeerAgreement = Pick<
  Peer,
  "name" | "description" | "role" | "import" | "export" | "maxPrefixes" | "ttlSecurity" | "multihop" | "passwordFile"
>;
