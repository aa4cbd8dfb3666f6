import { familyOf } from "@nix-nos/ipam";
import type { Family } from "@nix-nos/topology";
import { defaultRouteFamilies, defaultRoutes } from "../plan/default-route.js";
import type { BgpSession, BgpSpeaker, SessionChannel } from "../plan/types.js";
import { type BirdItem, type BirdToken, block, expression, ip, joined, statement, string } from "./document.js";
import { defaultRouteName } from "./originate.js";

/** Routes of BGP, and static ones that are meant for neighbours; what is only connected is nobody's business. */
const isKnown = expression`source ~ [ RTS_BGP, RTS_STATIC ]`;

/** Which routes a filter between the topology's own speakers may tell: not the default route that is for others alone. */
export function isAnnounced(speaker: BgpSpeaker, families: readonly Family[]): BirdToken {
  return joined([isKnown, ...withoutDefault(speaker, families)], " && ");
}

function withoutDefault(speaker: BgpSpeaker, families: readonly Family[]): readonly BirdToken[] {
  return defaultRouteFamilies(speaker)
    .filter((family) => families.includes(family))
    .map((family) => expression`proto != ${string(defaultRouteName(family))}`);
}

/** What stands before the policies of an export. */
export function exportHead(
  { family, defaultOriginate }: SessionChannel,
  session: BgpSession,
  speaker: BgpSpeaker,
): readonly BirdItem[] {
  if (!defaultOriginate) return [statement`if ! (${isAnnounced(speaker, [family])}) then reject`];
  const prefix = ip(defaultRoutes[family]);
  return [
    statement`if net != ${prefix} && ! (${isKnown}) then reject`,
    block`if net = ${prefix} then`(beginHere(family, session)),
  ];
}

/** A route as if it began on this node, whichever it was. */
function beginHere(family: Family, { localAddress }: BgpSession): readonly BirdItem[] {
  const isOwn = localAddress !== "::" && familyOf(localAddress) === family;
  return [
    statement`bgp_path.empty`,
    statement`bgp_community.empty`,
    statement`bgp_large_community.empty`,
    statement`bgp_ext_community.empty`,
    statement`unset(bgp_med)`,
    statement`unset(bgp_local_pref)`,
    statement`unset(bgp_otc)`,
    isOwn ? statement`bgp_next_hop = ${ip(localAddress)}` : statement`unset(bgp_next_hop)`,
  ];
}
