import type { Path } from "../diagnostics/diagnostic.js";
import type { Family } from "./family.js";
import type { BgpTimers } from "./session.js";

/** A neighbour that the topology does not own. */
export interface Peer {
  readonly name: string;
  /** The node that speaks with it; a member of an autonomous system. */
  readonly node: string;
  readonly remoteAs: number;
  /** Canonical: an address without a prefix length or, where `dynamic`, the prefix that it is in. */
  readonly address: string;
  /** Whoever calls from inside `address` is met. */
  readonly dynamic: boolean;
  /** The interface that it is met on; `null` leaves the choice to the system. */
  readonly interface: string | null;
  /** The node's address in the session, `::` for its link-local one; `null` where no interface is in the network. */
  readonly localAddress: string | null;
  /** What holds for each family that the session carries, IPv4 first. */
  readonly families: readonly PeerFamily[];
  readonly description: string | null;
  /** Our side of the relation (RFC 9234). */
  readonly role: PeerRole | null;
  readonly maxPrefixes: MaxPrefixes;
  /** Only senders on the same cable are listened to (RFC 5082). */
  readonly ttlSecurity: boolean;
  /** Hops at most; `null` for a neighbour on the same network. */
  readonly multihop: number | null;
  /** File on the node that holds the session's password. */
  readonly passwordFile: string | null;
  readonly timers: BgpTimers;
  readonly bfd: boolean;
  /** `null` is as everywhere (`Bgp.gracefulRestart`). */
  readonly gracefulRestart: boolean | null;
  /** Seconds that stale routes are kept (RFC 9494); `null` is not at all. */
  readonly longLivedGracefulRestart: number | null;
  readonly passive: boolean;
  /** `null` is as the role asks. */
  readonly enforceFirstAs: boolean | null;
  /** How often the own AS may stand in a path that comes in; 0 is never. */
  readonly allowLocalAs: number;
  readonly maxAsPathLength: number | null;
  readonly rejectBogonAs: boolean;
  /** Paths with an AS_SET or AS_CONFED_SET are not taken (RFC 9774). */
  readonly rejectAsSets: boolean;
  /** Routes that the RPKI says are invalid are not taken. */
  readonly rejectInvalid: boolean;
  /** Prefix set in which BLACKHOLE (RFC 7999) is honoured. */
  readonly blackhole: string | null;
  /** The session is drained (RFC 8326), for the peer's own sake or the node's. */
  readonly maintenance: boolean;
  /** Text for the session's block, in each daemon's language. */
  readonly extraConfig: { readonly bird: string | null };
  readonly path: Path;
}

/** What one family of a session says. */
export interface PeerFamily {
  readonly family: Family;
  /** Names of policies, in order; an empty list lets nothing through (RFC 8212). */
  readonly import: readonly string[];
  readonly export: readonly string[];
  readonly addPath: AddPath | null;
  /** The neighbour is sent a default route that begins here, and no other. */
  readonly defaultOriginate: boolean;
}

/** Several paths for one prefix (RFC 7911), seen from the node. */
export type AddPath = "send" | "receive" | "both";

/** Roles of RFC 9234. */
export type PeerRole = "provider" | "customer" | "peer" | "rs" | "rs-client";

/** How many routes a neighbour may send; `null` is no limit. */
export interface MaxPrefixes {
  readonly ipv4: number | null;
  readonly ipv6: number | null;
  readonly action: "restart" | "disable" | "block" | "warn";
}
