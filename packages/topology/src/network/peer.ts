import type { Path } from "../diagnostics/diagnostic.js";
import type { Family } from "./network.js";

/** A neighbour that the topology does not own. */
export interface Peer {
  readonly name: string;
  /** The node that speaks with it; a member of an autonomous system. */
  readonly node: string;
  readonly remoteAs: number;
  /** Canonical, without a prefix length. */
  readonly address: string;
  /** The node's address in the session; `null` leaves the choice to the system. */
  readonly localAddress: string | null;
  /** Families that the session carries, IPv4 first. */
  readonly families: readonly Family[];
  readonly description: string | null;
  /** Our side of the relation (RFC 9234). */
  readonly role: PeerRole | null;
  /** Names of policies, in order; an empty list lets nothing through (RFC 8212). */
  readonly import: readonly string[];
  readonly export: readonly string[];
  readonly maxPrefixes: MaxPrefixes;
  /** Only senders on the same cable are listened to (RFC 5082). */
  readonly ttlSecurity: boolean;
  /** Hops at most; `null` for a neighbour on the same network. */
  readonly multihop: number | null;
  /** File on the node that holds the session's password. */
  readonly passwordFile: string | null;
  readonly path: Path;
}

/** Roles of RFC 9234. */
export type PeerRole = "provider" | "customer" | "peer" | "rs" | "rs-client";

/** How many routes a neighbour may send; `null` is no limit. */
export interface MaxPrefixes {
  readonly ipv4: number | null;
  readonly ipv6: number | null;
  readonly action: "restart" | "disable" | "block" | "warn";
}
