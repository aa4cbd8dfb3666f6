import { familyOf } from "@nix-nos/ipam";
import type { Family, NextHopAction, PolicyTerm } from "@nix-nos/topology";
import { birdPreference } from "../plan/bird-preference.js";
import { addCommunities, removeCommunities } from "./channel.js";
import { type BirdItem, expression, ip, statement } from "./document.js";

/** What an action is printed for. */
export interface ActionContext {
  readonly family: Family;
  readonly localAs: number;
  /** The node's end of the session. */
  readonly localAddress: string;
}

/** BIRD's preference of routes from BGP; own and connected routes have 200 and more. */

/** The statements of a term, its verdict last; `next` has none, and the filter goes on. */
export function actionsOf({ set, action }: PolicyTerm, context: ActionContext): readonly BirdItem[] {
  if (action === "reject") return [statement`reject`];
  const items: BirdItem[] = [];
  if (set.localPref !== null) items.push(statement`bgp_local_pref = ${set.localPref}`);
  if (set.med !== null) items.push(statement`bgp_med = ${set.med}`);
  // BIRD has no weight; its preference is the same thing, and decides between protocols too.
  if (set.weight !== null) items.push(statement`preference = ${birdPreference.bgp + set.weight}`);
  const { times, as } = set.prepend ?? { times: 0, as: null };
  for (let count = 0; count < times; count++) items.push(statement`bgp_path.prepend(${as ?? context.localAs})`);
  if (set.nextHop !== null) items.push(nextHop(set.nextHop, context));
  if (set.replaceCommunities !== null) {
    items.push(statement`bgp_community.empty`, statement`bgp_large_community.empty`);
    items.push(statement`bgp_ext_community.empty`, ...addCommunities(set.replaceCommunities));
  }
  items.push(...removeCommunities(set.removeCommunities), ...addCommunities(set.addCommunities));
  if (action === "accept") items.push(statement`accept`);
  return items;
}

function nextHop(action: NextHopAction, { family, localAddress }: ActionContext): BirdItem {
  switch (action.kind) {
    case "address":
      return statement`bgp_next_hop = ${ip(action.address)}`;
    case "self":
      // Without an address of the family at hand, BIRD takes the interface's own.
      return familyOf(localAddress) === family
        ? statement`bgp_next_hop = ${ip(localAddress)}`
        : statement`unset(bgp_next_hop)`;
    case "discard":
      return statement`dest = RTD_BLACKHOLE`;
    case "unchanged":
      // One that a filter has set is kept, whatever BIRD would do of its own accord.
      return statement`if ${expression`defined(bgp_next_hop)`} then bgp_next_hop = bgp_next_hop`;
  }
}
