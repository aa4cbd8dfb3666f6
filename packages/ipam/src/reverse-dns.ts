import type { IpAddress } from "./address.js";
import { addressBits, firstAddress, type Prefix, subnets } from "./prefix.js";

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

/**
 * The reverse zones that cover a network, lowest first, without the final dot: names in DNS end at whole octets (IPv4)
 * or digits (IPv6), so a length between two needs several. A network of 2 to 128 IPv4 addresses gets one zone as RFC
 * 2317 §4 names it, first address and length, to be delegated to by CNAME records in the zone above.
 *
 * @example
 * ```ts
 * import { parsePrefix, reverseZones } from "@nix-nos/ipam";
 *
 * const [wide, narrow, six] = ["10.0.0.0/23", "192.0.2.64/26", "2001:db8::/32"].map((text) => parsePrefix(text));
 * wide && reverseZones(wide); // => ["0.0.10.in-addr.arpa", "1.0.10.in-addr.arpa"]
 * narrow && reverseZones(narrow); // => ["64/26.2.0.192.in-addr.arpa"]
 * six && reverseZones(six); // => ["8.b.d.0.1.0.0.2.ip6.arpa"]
 * ```
 */
export function reverseZones(prefix: Prefix): readonly string[] {
  const { family } = prefix.address;
  const { length } = prefix;
  const isClassless = family === "ipv4" && length > 24 && length < 32;
  if (isClassless) {
    const [lowest = "", ...above] = reverseName(firstAddress(prefix)).split(".");
    return [[`${lowest}/${length}`, ...above].join(".")];
  }
  const step = family === "ipv4" ? 8 : 4;
  const labels = Math.ceil(length / step);
  const left = addressBits(family) / step - labels;
  return Array.from(subnets(prefix, labels * step), ({ address }) =>
    reverseName(address).split(".").slice(left).join("."),
  );
}
