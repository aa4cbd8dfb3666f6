import type { Path } from "../diagnostics/diagnostic.js";
import type { Community } from "./community.js";
import type { Family } from "./family.js";
import type { PeerRole } from "./peer.js";
import type { NumberRange } from "./ranges.js";

/** Prefixes inside one prefix whose length is in a range, both ends included; `10.0.0.0/8{8,8}` is that prefix alone. */
export interface PrefixRange {
  /** Canonical. */
  readonly prefix: string;
  readonly minLength: number;
  readonly maxLength: number;
}

/** A set of prefixes of both families, as policies match it. */
export interface PrefixSet {
  readonly name: string;
  readonly ranges: readonly PrefixRange[];
  /** `null` for a set that is built in. */
  readonly path: Path | null;
}

/** A set of AS numbers; those that name one entry of `asSets` are one object. */
export interface AsSet {
  /** Name of the `asSets` entry; `null` for numbers that stand in the term itself. */
  readonly name: string | null;
  /** Sorted, and apart from each other. */
  readonly ranges: readonly NumberRange[];
}

/** Terms in order: the first whose match holds decides; no match falls to the next policy of the session, then reject. */
export interface Policy {
  readonly name: string;
  readonly terms: readonly PolicyTerm[];
  readonly path: Path;
}

export interface PolicyTerm {
  /** All of it must hold; each `null` holds always. */
  readonly match: PolicyMatch;
  /** What changes in a route that the term holds for; nothing where it rejects. */
  readonly set: PolicyActions;
  /** `next` leaves the decision to the policy that follows. */
  readonly action: "accept" | "reject" | "next";
  readonly path: Path;
}

/** What a route must be: of every list, one item is enough. What came before in the filter has changed the route already. */
export interface PolicyMatch {
  /** Names of prefix sets. */
  readonly prefixSets: readonly string[] | null;
  readonly communities: readonly CommunityPattern[] | null;
  readonly asPaths: readonly AsPathPattern[] | null;
  /** AS numbers in the path, prepended ones counted. */
  readonly asPathLength: { readonly min: number; readonly max: number } | null;
  /** Somewhere in the path stands an AS_SET or AS_CONFED_SET (RFC 9774). */
  readonly hasAsSet: true | null;
  /** The path's last AS number; a path without any, or that ends in an AS_SET, has none and is in no set. */
  readonly originAs: AsSet | null;
  /** Canonical prefixes that the next hop may be in; an address is one of full length. */
  readonly nextHops: readonly string[] | null;
  /** What the ROAs say of prefix and origin (RFC 6811). */
  readonly rpki: readonly RpkiState[] | null;
  /** Static, like `roles` and `family`: decided for each session in the plan, and `null` in a session's filter. */
  readonly neighbors: NeighborMatch | null;
  /** The neighbour's side of the relation (RFC 9234), seen from here. */
  readonly roles: readonly PeerRole[] | null;
  readonly family: Family | null;
}

export type RpkiState = "valid" | "invalid" | "unknown";

/** Neighbours by any of their names and addresses. */
export interface NeighborMatch {
  /** Names of peers and nodes. */
  readonly names: readonly string[];
  /** Canonical prefixes; an address is one of full length. */
  readonly prefixes: readonly string[];
}

/** A community of which any number may be left open: `null` is any. */
export type CommunityPattern =
  | {
      readonly kind: "extended";
      readonly type: "rt" | "ro";
      readonly asn: number | null;
      readonly value: number | null;
    }
  | { readonly kind: "standard"; readonly asn: number | null; readonly value: number | null }
  | {
      readonly kind: "large";
      readonly asn: number | null;
      readonly data1: number | null;
      readonly data2: number | null;
    };

/** A regular expression whose letters are AS numbers; it holds for a path that contains what it says. */
export interface AsPathPattern {
  /** As it is written in the topology. */
  readonly text: string;
  readonly root: AsPathNode;
}

export type AsPathNode =
  /** One AS number of the ranges, which are sorted and apart from each other; `.` is all of them. */
  | { readonly kind: "as"; readonly ranges: readonly NumberRange[] }
  /** One after the other; an empty list is the empty path. */
  | { readonly kind: "sequence"; readonly items: readonly AsPathNode[] }
  | { readonly kind: "choice"; readonly items: readonly AsPathNode[] }
  /** `max` is `null` without a limit. */
  | { readonly kind: "repeat"; readonly item: AsPathNode; readonly min: number; readonly max: number | null }
  /** `^` and `$`: nothing stands before, nothing after. */
  | { readonly kind: "start" }
  | { readonly kind: "end" };

/** Changes, in the order of the keys here. */
export interface PolicyActions {
  readonly localPref: number | null;
  readonly med: number | null;
  /** Larger wins on this node before all else of BGP, and nobody hears of it. */
  readonly weight: number | null;
  /** AS numbers put in front of the path; `as: null` is the own one. */
  readonly prepend: { readonly times: number; readonly as: number | null } | null;
  readonly nextHop: NextHopAction | null;
  /** What the route carries instead of all its communities, of every kind. */
  readonly replaceCommunities: readonly Community[] | null;
  readonly removeCommunities: readonly CommunityPattern[];
  readonly addCommunities: readonly Community[];
}

export type NextHopAction =
  /** The own address, or what the route has already instead of the own address. */
  | { readonly kind: "self" }
  | { readonly kind: "unchanged" }
  /** Traffic to the prefix is thrown away on this node. */
  | { readonly kind: "discard" }
  /** Canonical. */
  | { readonly kind: "address"; readonly address: string };

/** Holds for every route: a term's match is made of this and what it asks for. */
export const anyRoute: PolicyMatch = {
  prefixSets: null,
  communities: null,
  asPaths: null,
  asPathLength: null,
  hasAsSet: null,
  originAs: null,
  nextHops: null,
  rpki: null,
  neighbors: null,
  roles: null,
  family: null,
};

/** Changes nothing: a term's actions are made of this and what they change. */
export const noChange: PolicyActions = {
  localPref: null,
  med: null,
  weight: null,
  prepend: null,
  nextHop: null,
  replaceCommunities: null,
  removeCommunities: [],
  addCommunities: [],
};
