import { familyOf } from "@nix-nos/ipam";
import type { Family } from "@nix-nos/topology";
import { defaultRouteFamilies, defaultRoutes } from "../plan/default-route.js";
import type { BgpSpeaker, PlannedVip } from "../plan/types.js";
import { addCommunities, channelName, familySuffix, preferOwn } from "./channel.js";
import { type BirdItem, blank, block, comment, ip, statement, symbol } from "./document.js";

/** A static protocol's channel. */
function ownChannel(family: Family): BirdItem {
  const imports = block`import filter`([preferOwn, statement`accept`], true);
  return block`${channelName(family)}`([imports], true);
}

/**
 * What the speaker announces of its own accord: static routes that lead nowhere and never reach the kernel, so that
 * they exist for BGP alone.
 */
export function originatedProtocols(speaker: BgpSpeaker): readonly BirdItem[] {
  return (["ipv4", "ipv6"] as const).flatMap((family) => [
    ...prefixes(speaker, family),
    ...staticVips(
      speaker.vips.filter((vip) => vip.announce === "static" && vip.family === family),
      family,
    ),
    ...defaultRoute(speaker, family),
  ]);
}

/**
 * Name of BIRD's protocol of the default route that some neighbours are sent.
 *
 * @example
 * ```ts
 * import { defaultRouteName } from "@nix-nos/bgp-gen";
 *
 * defaultRouteName("ipv6"); // => "default_route_v6"
 * ```
 */
export function defaultRouteName(family: Family): string {
  return `default_route_${familySuffix(family)}`;
}

/** Behind every other default route, so that nothing but those neighbours' exports ever sees it. */
function defaultRoute(speaker: BgpSpeaker, family: Family): readonly BirdItem[] {
  if (!defaultRouteFamilies(speaker).includes(family)) return [];
  const imports = block`import filter`([statement`preference = 1`, statement`accept`], true);
  return [
    blank,
    comment("A default route for the neighbours that are to have one; whatever better one there is serves as well."),
    block`protocol static ${symbol(defaultRouteName(family))}`([
      block`${channelName(family)}`([imports], true),
      statement`route ${ip(defaultRoutes[family])} unreachable`,
    ]),
  ];
}

function prefixes(speaker: BgpSpeaker, family: Family): readonly BirdItem[] {
  const own = speaker.originated.filter((prefix) => familyOf(prefix) === family);
  if (own.length === 0) return [];
  const routes = own.map((prefix) => statement`route ${ip(prefix)} unreachable`);
  return [
    blank,
    comment("Own prefixes."),
    block`protocol static ${symbol(`originated_${familySuffix(family)}`)}`([ownChannel(family), ...routes]),
  ];
}

/** What a VIP's route starts with. */
export function preferenceOf({ localPref }: Pick<PlannedVip, "localPref">): readonly BirdItem[] {
  return localPref === null ? [] : [statement`bgp_local_pref = ${localPref}`];
}

function staticVips(vips: readonly PlannedVip[], family: Family): readonly BirdItem[] {
  if (vips.length === 0) return [];
  const routes = vips.map((vip) => {
    const attributes = [...preferenceOf(vip), ...addCommunities(vip.communities)];
    if (attributes.length === 0) return statement`route ${ip(vip.prefix)} unreachable`;
    return block`route ${ip(vip.prefix)} unreachable`(attributes, true);
  });
  return [
    blank,
    comment("Virtual addresses that this node always announces."),
    block`protocol static ${symbol(`vips_${familySuffix(family)}`)}`([ownChannel(family), ...routes]),
  ];
}
