/**
 * Whether an address means something on its own link alone: IPv6's `fe80::/10` (RFC 4291 §2.5.6).
 *
 * @param address - text of an address, with or without a length or zone behind it
 *
 * @example
 * ```ts
 * import { isLinkLocal } from "@nix-nos/ipam";
 *
 * isLinkLocal("fe80::1%eth0"); // => true
 * isLinkLocal("fe8::1"); // => false
 * ```
 */
export function isLinkLocal(address: string): boolean {
  return /^fe[89ab][0-9a-f]:/i.test(address);
}
