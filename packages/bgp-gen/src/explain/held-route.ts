import { plainRoute, type Route } from "./route.js";

/** A route as a node holds it, with what BGP remembers of its way. */
export interface HeldRoute {
  readonly route: Route;
  /** From whom: `client` is a route reflector's client. */
  readonly learnt: "own" | "ebgp" | "confederation" | "ibgp" | "client";
  /** Name of the session that it came over; `null` for an own one. */
  readonly session: string | null;
  /** From where it begins to this node: the peer or node first. */
  readonly way: readonly string[];
  /** Parts of the confederation that it passed (RFC 5065). */
  readonly confederationPath: readonly number[];
  /** ORIGINATOR_ID and CLUSTER_LIST (RFC 4456). */
  readonly originator: string | null;
  readonly clusters: readonly string[];
  /** Who told it last: its BGP identifier, `null` where the topology does not know it, and its address. */
  readonly sender: { readonly routerId: string | null; readonly address: string } | null;
  /** ONLY_TO_CUSTOMER is set (RFC 9234). */
  readonly onlyToCustomers: boolean;
}

/** What a route has that has not been anywhere. */
export const beginning = {
  session: null,
  confederationPath: [],
  originator: null,
  clusters: [],
  sender: null,
  onlyToCustomers: false,
} as const;

/** A route that begins on a node. */
export function beginHere(node: string, prefix: string, own: Partial<Route> = {}): HeldRoute {
  return { ...beginning, route: { ...plainRoute(prefix), ...own }, learnt: "own", way: [node] };
}
