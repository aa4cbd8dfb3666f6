/**
 * Bytes that a VXLAN puts around each packet (RFC 7348 §5): Ethernet, VXLAN, UDP and IP. The kernel refuses an MTU
 * that leaves no room for them on the interface below.
 *
 * @param ends - addresses that its tunnels start from and go to; the headers of IPv6 are longer
 *
 * @example
 * ```ts
 * import { vxlanHeaders } from "@nix-nos/topology";
 *
 * vxlanHeaders(["10.0.0.1"]); // => 50
 * vxlanHeaders(["fd00::1"]); // => 70
 * ```
 */
export function vxlanHeaders(ends: readonly (string | null | undefined)[]): number {
  return ends.some((end) => end?.includes(":")) ? 70 : 50;
}
