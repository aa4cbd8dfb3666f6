import type { Community } from "@nix-nos/topology";

/** A route as policies see it: its prefix and the attributes that they can ask for and change. */
export interface Route {
  /** Canonical. */
  readonly prefix: string;
  /** From the neighbour's AS to the origin's; empty for a route that begins inside the own AS. */
  readonly asPath: readonly number[];
  /** An AS_SET or AS_CONFED_SET stands in the path as it came; absent is no. */
  readonly hasAsSet?: boolean;
  /** Canonical address; `null` where there is none yet. */
  readonly nextHop: string | null;
  /** LOCAL_PREF; `null` where it is not there. */
  readonly localPref: number | null;
  /** MULTI_EXIT_DISC; `null` where it is not there. */
  readonly med: number | null;
  /** 0 unless a policy has set one. */
  readonly weight: number;
  /** Each once; their order means nothing. */
  readonly communities: readonly Community[];
}

/** A route with nothing but its prefix. */
export function plainRoute(prefix: string): Route {
  return { prefix, asPath: [], nextHop: null, localPref: null, med: null, weight: 0, communities: [] };
}
