import { type BgpSession, birdDynamicName, neighborAddress } from "@nix-nos/bgp-gen";
import { containsAddress, parseAddress, parsePrefix } from "@nix-nos/ipam";

/**
 * Whether a daemon's name stands for a planned session: BIRD's protocol, GoBGP's neighbour address. Who calls from a
 * range is named as the daemon likes.
 */
export function isNamed(session: BgpSession, name: string): boolean {
  if (session.daemon === "bird") {
    if (!session.dynamic) return name === session.name;
    const begin = birdDynamicName(session.name);
    return name.startsWith(begin) && /^\d+$/.test(name.slice(begin.length));
  }
  if (!session.dynamic) return name === neighborAddress(session);
  const [range, address] = [parsePrefix(session.remoteAddress), parseAddress(name.replace(/%.*$/, ""))];
  return range !== null && address !== null && containsAddress(range, address);
}
