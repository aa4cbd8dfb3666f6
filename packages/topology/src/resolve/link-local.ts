import type { IpAddress } from "@nix-nos/ipam";
import { hash32 } from "../hash.js";

/**
 * The link-local address of an end of an unnumbered link (RFC 4291 §2.5.6). Its 64 bits are made of the end's own name,
 * so that the node and its neighbour both know it before either is up, and nothing but a new name changes it.
 *
 * @param end - `leaf01:swp1`
 */
export function linkLocalAddress(end: string): IpAddress {
  const [w2, w3] = [hash32(`link-local ${end}`), hash32(`${end} link-local`)];
  return { family: "ipv6", w0: 0xfe80_0000, w1: 0, w2, w3 };
}
