import type { IpAddress } from "./address.js";

/**
 * The name under which the DNS has an address's PTR record, without the final dot: under `in-addr.arpa` (RFC 1035
 * §3.5) or `ip6.arpa` (RFC 3596 §2.5).
 *
 * @example
 * ```ts
 * import { parseAddress, reverseName } from "@nix-nos/ipam";
 *
 * const address = parseAddress("192.0.2.10");
 * address && reverseName(address); // => "10.2.0.192.in-addr.arpa"
 * ```
 */
export function reverseName({ family, w0, w1, w2, w3 }: IpAddress): string {
  if (family === "ipv4") return `${w3 & 255}.${(w3 >>> 8) & 255}.${(w3 >>> 16) & 255}.${w3 >>> 24}.in-addr.arpa`;
  const digits = [w0, w1, w2, w3].map((word) => word.toString(16).padStart(8, "0")).join("");
  return `${[...digits].reverse().join(".")}.ip6.arpa`;
}
