import type { Path } from "../diagnostics/diagnostic.js";
import type { Community } from "./network.js";

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

/** Terms in order: the first whose match holds decides; no match falls to the next policy of the session, then reject. */
export interface Policy {
  readonly name: string;
  readonly terms: readonly PolicyTerm[];
  readonly path: Path;
}

export interface PolicyTerm {
  /** All of it must hold; each `null` holds always. */
  readonly match: PolicyMatch;
  readonly set: PolicyActions;
  /** `next` leaves the decision to the policy that follows. */
  readonly action: "accept" | "reject" | "next";
  readonly path: Path;
}

export interface PolicyMatch {
  /** Name of a prefix set. */
  readonly prefixSet: string | null;
  readonly community: Community | null;
  /** AS numbers in the path, prepended ones counted. */
  readonly asPathLength: { readonly min: number; readonly max: number } | null;
}

export interface PolicyActions {
  readonly localPref: number | null;
  readonly med: number | null;
  /** How often the own AS number is put in front of the path; 0 leaves the path as it is. */
  readonly prepend: number;
  readonly addCommunities: readonly Community[];
  readonly removeCommunities: readonly Community[];
}
