import type { Path } from "../diagnostics/diagnostic.js";
import type { Community } from "./community.js";
import type { Peer } from "./peer.js";
import type { Policy, PrefixSet } from "./policy.js";
import type { BgpTimers, SessionSettings } from "./session.js";

export interface Bgp {
  readonly timers: BgpTimers;
  readonly bfd: boolean;
  readonly gracefulRestart: boolean;
  /** Sorted by number. */
  readonly autonomousSystems: readonly AutonomousSystem[];
  /** eBGP between own nodes that no link joins, sorted by the names of its ends. */
  readonly multihop: readonly MultihopSession[];
  /** Neighbours that the topology does not own, sorted by name. */
  readonly peers: readonly Peer[];
  /** Sets that the topology defines and built-in ones that its policies name, sorted by name. */
  readonly prefixSets: readonly PrefixSet[];
  readonly policies: readonly Policy[];
  readonly vipAdvertisements: readonly VipAdvertisement[];
  /** Servers of validated ROAs, sorted by name. */
  readonly rpkiCaches: readonly RpkiCache[];
  /** Version of BIRD where a node says nothing. */
  readonly birdVersion: BirdVersion;
  /** What single speakers say, by the node's name; most are not here. */
  readonly speakers: ReadonlyMap<string, SpeakerSettings>;
}

/** The oldest BIRD that a configuration is for. */
export type BirdVersion = "2.0.12" | "2.14" | "2.18" | "3";

export interface SpeakerSettings {
  /** `null` is as everywhere. */
  readonly birdVersion: BirdVersion | null;
  /** All sessions are drained (RFC 8326). */
  readonly maintenance: boolean;
  /** Text for the end of the configuration, in each daemon's language. */
  readonly extraConfig: { readonly bird: string | null };
}

/** A server of validated ROAs (RFC 8210). */
export interface RpkiCache {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** Seconds between questions; `null` is as the cache says. */
  readonly refresh: number | null;
}

export interface AutonomousSystem {
  /** 1 to 4294967294 (RFC 6793), without the reserved ones. */
  readonly number: number;
  /** Names of its nodes, sorted. */
  readonly members: readonly string[];
  readonly ibgp: Ibgp;
  /** AS number by which neighbours outside the confederation know it (RFC 5065); `null` for an AS by itself. */
  readonly confederation: number | null;
  readonly path: Path;
}

/** eBGP between two nodes several hops apart. */
export interface MultihopSession extends SessionSettings {
  /** Names of the two nodes, sorted. */
  readonly nodes: readonly [string, string];
  /** Hops between the two at most. */
  readonly hops: number;
  /** Which of the nodes' addresses the session runs between. */
  readonly transport: "ip" | "loopback";
  readonly path: Path;
}

export interface Ibgp {
  readonly strategy: "full-mesh" | "route-reflector" | "none";
  /** Names of the reflectors, sorted; empty unless the strategy is `route-reflector`. */
  readonly reflectors: readonly string[];
  /** RFC 4456 CLUSTER_ID as a dotted quad; `null` lets each reflector use its own router id. */
  readonly clusterId: string | null;
  /** Members with reflectors of their own, those above before those below. */
  readonly groups: readonly ReflectorGroup[];
  /** Which of a node's addresses sessions run between. */
  readonly transport: "ip" | "loopback";
  /** Routes that a member becomes the next hop of for the others: those learnt over eBGP, all, none. */
  readonly nextHopSelf: "ebgp" | "all" | "none";
}

/** A part of an AS's members whose reflectors are clients of the level above (RFC 4456 §7). */
export interface ReflectorGroup {
  readonly name: string;
  /** Names of its reflectors, sorted. */
  readonly reflectors: readonly string[];
  /** Names of its other members, sorted. */
  readonly members: readonly string[];
  /** Name of the group above; `null` for the AS's own reflectors. */
  readonly parent: string | null;
  readonly clusterId: string | null;
}

export interface VipAdvertisement {
  readonly name: string;
  /** Canonical addresses without a prefix length, sorted by family as written. */
  readonly vips: readonly string[];
  /** Names of the nodes that announce it; all of them are BGP speakers. */
  readonly nodes: readonly string[];
  /** `static`: the daemon originates it; `health`: a sidecar on the node injects it while the service is healthy. */
  readonly announce: "static" | "health";
  readonly nextHop: "self" | "unchanged";
  readonly communities: readonly Community[];
  /** Who is preferred; `null` where all announcers are alike (anycast). */
  readonly standby: Standby | null;
  readonly path: Path;
}

/** One announcer is used at a time: the first one that announces. */
export interface Standby {
  /** Names of nodes, the preferred one first; announcers that are not named come last, alike. */
  readonly order: readonly string[];
  /** What makes the difference: LOCAL_PREF inside the AS, or a longer path for other ones. */
  readonly by: "local-pref" | "prepend";
}
