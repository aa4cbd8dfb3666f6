import type { RouteFilter } from "../plan/types.js";
import { communityAction } from "./communities.js";
import { askFor, type FilterPlace, placeConditions } from "./conditions.js";
import type { Statement } from "./terms.js";

/**
 * Statements that change nothing and give a route lists of its own. GoBGP adds large and extended communities in place
 * to a list that all routes of one message and all neighbours share, so what one adds would show up in another's; what
 * takes communities away makes a new list, whether it finds any or not.
 */
export function copyStatements(filter: RouteFilter, place: FilterPlace): readonly Statement[] {
  const added = new Set(
    filter.policies.flatMap(({ terms }) => terms.flatMap(({ set }) => set.addCommunities.map(({ kind }) => kind))),
  );
  const always = placeConditions(place);
  const copies: Statement[] = [];
  if (added.has("large"))
    copies.push({ conditions: always, actions: communityAction("large", "remove", ["^$"]), disposition: null });
  if (added.has("extended")) {
    // Of a route without any, an empty list would be left, which neighbours take as malformed.
    const set = place.sets.define("extended", "any extended", ["rt:.*", "soo:.*", "encap:.*", "lb:.*"]);
    copies.push({
      conditions: { ...always, bgp: { ...always.bgp, ...askFor("extended", "any", set) } },
      actions: communityAction("extended", "remove", ["rt:^$"]),
      disposition: null,
    });
  }
  return copies;
}
