import type { Family } from "@nix-nos/topology";
import type { BgpSpeaker, Sidecar } from "../plan/types.js";
import { groupVips, type VipGroup } from "../plan/vip-groups.js";
import { addCommunities, channelName, familySuffix, preferOwn } from "./channel.js";
import { type BirdItem, blank, block, comment, expression, ip, joined, statement, string, symbol } from "./document.js";
import { preferenceOf } from "./originate.js";

/**
 * The session with the injector on the same machine. It is a route-reflector client, because a route that came over
 * iBGP goes on to other iBGP neighbours from a reflector alone (RFC 4456 §6); it hears nothing from us.
 */
export function sidecarProtocol(speaker: BgpSpeaker, sidecar: Sidecar): readonly BirdItem[] {
  const injected = groupVips(speaker.vips.filter((vip) => vip.announce === "health"));
  const channels = sidecar.families.map((family) => {
    const imports = statement`import filter ${filterName(family)}`;
    // GoBGP sends 127.0.0.1 with an IPv6 route too (RFC 4798), which BIRD would otherwise drop as of the wrong family.
    const nextHops = family === "ipv6" ? [statement`extended next hop on`] : [];
    return block`${channelName(family)}`([...nextHops, imports, statement`export none`], true);
  });
  return [
    ...sidecar.families.flatMap((family) => [
      blank,
      comment("From the sidecar exactly the virtual addresses, whatever else it may say."),
      block`filter ${filterName(family)}`([
        ...injected.filter((group) => group.family === family).map((group) => acceptGroup(group, sidecar)),
        statement`reject`,
      ]),
    ]),
    blank,
    block`protocol bgp ${symbol(sidecar.name)}`([
      statement`description ${string("route injector on this machine")}`,
      statement`local ${ip(sidecar.address)} as ${speaker.localAs}`,
      statement`neighbor ${ip(sidecar.address)} port ${sidecar.port} as ${sidecar.localAs}`,
      statement`multihop`,
      statement`rr client`,
      // It is on this machine: calling often costs nothing, and a restarted one is back within a second or two.
      statement`connect delay time 1`,
      statement`connect retry time 2`,
      statement`error wait time 1, 2`,
      ...channels,
    ]),
  ];
}

function filterName(family: Family) {
  return symbol(`sidecar_${familySuffix(family)}`);
}

function acceptGroup(group: VipGroup, sidecar: Sidecar): BirdItem {
  const set = joined(group.prefixes.map(ip), ", ");
  return block`if ${expression`net ~ [ ${set} ]`} then`([
    ...preferenceOf(group),
    ...addCommunities(group.communities),
    ...nextHopOf(group, sidecar),
    preferOwn,
    statement`accept`,
  ]);
}

function nextHopOf({ nextHop, localAddress }: VipGroup, sidecar: Sidecar): readonly BirdItem[] {
  if (nextHop !== null) return [statement`bgp_next_hop = ${ip(nextHop)}`];
  if (localAddress === null) return [];
  // An injector that names no next hop sends its end of this session, which to any other node means that node itself.
  return [statement`if bgp_next_hop = ${ip(sidecar.address)} then bgp_next_hop = ${ip(localAddress)}`];
}
