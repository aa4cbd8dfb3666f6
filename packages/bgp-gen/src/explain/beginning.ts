import type { HeldRoute } from "./crossing.js";
import { plainRoute, type Route } from "./route.js";

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
