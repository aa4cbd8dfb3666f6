import { compareAddress, type IpAddress, parseAddress } from "./address.js";
import { addressBits, firstAddress, lastAddress, type Prefix } from "./prefix.js";

/** The addresses from `first` to `last`, both included; both of one family. */
export interface AddressRange {
  readonly first: IpAddress;
  readonly last: IpAddress;
}

/**
 * Reads `10.0.0.1-10.0.0.9`: two addresses of one family, the lower first.
 *
 * @returns `null` when the text is none
 *
 * @example
 * ```ts
 * import { formatAddress, parseRange } from "@nix-nos/ipam";
 *
 * const range = parseRange("10.0.0.1-10.0.0.9");
 * range && formatAddress(range.last); // => "10.0.0.9"
 * parseRange("10.0.0.9-10.0.0.1"); // => null
 * ```
 */
export function parseRange(text: string): AddressRange | null {
  const dash = text.indexOf("-");
  const first = dash < 0 ? null : parseAddress(text.slice(0, dash));
  const last = dash < 0 ? null : parseAddress(text.slice(dash + 1));
  if (first === null || last === null || first.family !== last.family) return null;
  return compareAddress(first, last) <= 0 ? { first, last } : null;
}

/**
 * The hosts that a network can hold: without network and broadcast address for IPv4 up to `/30` (RFC 1122), without
 * the subnet-router anycast address for IPv6 up to `/126` (RFC 4291 §2.6.1); all of a `/31` (RFC 3021), `/127`
 * (RFC 6164), `/32` and `/128`.
 *
 * @example
 * ```ts
 * import { formatAddress, hostRange, parsePrefix } from "@nix-nos/ipam";
 *
 * const prefix = parsePrefix("10.0.0.0/24");
 * prefix && formatAddress(hostRange(prefix).first); // => "10.0.0.1"
 * ```
 */
export function hostRange(prefix: Prefix): AddressRange {
  const [first, last] = [firstAddress(prefix), lastAddress(prefix)];
  if (addressBits(prefix.address.family) - prefix.length < 2) return { first, last };
  // The lowest address of such a network is even and the highest odd: no carry.
  const second = { ...first, w3: first.w3 + 1 };
  return { first: second, last: prefix.address.family === "ipv4" ? { ...last, w3: last.w3 - 1 } : last };
}

/**
 * Whether a host of a network may have an address: it lies in the {@link hostRange}.
 *
 * @example
 * ```ts
 * import { isUsableHost, parseAddress, parsePrefix } from "@nix-nos/ipam";
 *
 * const [prefix, broadcast] = [parsePrefix("10.0.0.0/24"), parseAddress("10.0.0.255")];
 * prefix && broadcast && isUsableHost(prefix, broadcast); // => false
 * ```
 */
export function isUsableHost(prefix: Prefix, address: IpAddress): boolean {
  const { first, last } = hostRange(prefix);
  return compareAddress(first, address) <= 0 && compareAddress(address, last) <= 0;
}
