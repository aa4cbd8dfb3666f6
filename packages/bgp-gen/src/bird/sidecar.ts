import type { Family } from "@nix-nos/topology";
import type { BgpSpeaker, PlannedVip, Sidecar } from "../plan/types.js";
import { addCommunities, channelName, familySuffix, preferOwn } from "./channel.js";
import { type BirdItem, blank, block, comment, expression, ip, joined, statement, string, symbol } from "./document.js";

/**
 * The session with the injector on the same machine. It is a route-reflector client, because a route that came over
 * iBGP goes on to other iBGP neighbours from a reflector alone (RFC 4456 §6); it hears nothing from us.
 */
export function sidecarProtocol(speaker: BgpSpeaker, sidecar: Sidecar): readonly BirdItem[] {
  const injected = speaker.vips.filter((vip) => vip.announce === "health");
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
        ...groups(injected.filter((vip) => vip.family === family)).map((vips) => acceptGroup(vips, sidecar)),
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

/** The VIPs of one advertisement share their communities and next hop. */
function groups(vips: readonly PlannedVip[]): readonly (readonly PlannedVip[])[] {
  const byAdvertisement = new Map<string, PlannedVip[]>();
  for (const vip of vips) {
    const group = byAdvertisement.get(vip.advertisement);
    if (group) group.push(vip);
    else byAdvertisement.set(vip.advertisement, [vip]);
  }
  return [...byAdvertisement.values()];
}

function acceptGroup(vips: readonly PlannedVip[], sidecar: Sidecar): BirdItem {
  const [first] = vips;
  const set = joined(
    vips.map((vip) => ip(vip.prefix)),
    ", ",
  );
  return block`if ${expression`net ~ [ ${set} ]`} then`([
    ...addCommunities(first?.communities ?? []),
    ...nextHopOf(first, sidecar),
    preferOwn,
    statement`accept`,
  ]);
}

function nextHopOf(vip: PlannedVip | undefined, sidecar: Sidecar): readonly BirdItem[] {
  if (vip?.nextHop) return [statement`bgp_next_hop = ${ip(vip.nextHop)}`];
  if (!vip?.localAddress) return [];
  // An injector that names no next hop sends its end of this session, which to any other node means that node itself.
  return [statement`if bgp_next_hop = ${ip(sidecar.address)} then bgp_next_hop = ${ip(vip.localAddress)}`];
}
