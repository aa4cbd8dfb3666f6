import {
  containsAddress,
  formatPrefix,
  type IpAddress,
  networkOf,
  type Prefix,
  parseAddress,
  parseInterfaceAddress,
  parsePrefix,
  reverseName,
  reverseZones,
} from "@nix-nos/ipam";
import type { Network } from "../network/network.js";

/** Where the DNS has an address's PTR record: a zone, and the name in it. */
interface ReversePlace {
  /** As it was given. */
  readonly address: string;
  readonly origin: string;
  readonly name: string;
}

/** Addresses that everybody has at home (RFC 1918, RFC 6598): nobody else answers for their names. */
const privatePrefixes = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].flatMap(
  (text) => parsePrefix(text) ?? [],
);

/**
 * The reverse zones of addresses. A zone is for the widest network of the topology that an address is in, cut at whole
 * octets (IPv4) or digits (IPv6), so that nobody answers for another's addresses. A public IPv4 network longer than /24
 * has the zone of RFC 2317 §4, to which whoever has the /24 leads with CNAME records, and a public address of no known
 * network one for itself. Private ones, of which nobody else knows, have the whole /24; IPv6 beyond /64 the /64.
 */
export function reversePlaces(network: Network, addresses: readonly string[]): readonly ReversePlace[] {
  const known = new Set<string>();
  const lengths = new Set<number>();
  const add = (prefix: Prefix) => {
    known.add(formatPrefix(prefix));
    lengths.add(prefix.length);
  };
  for (const text of network.pools.flatMap(({ prefixes }) => prefixes)) {
    const prefix = parsePrefix(text);
    if (prefix !== null) add(prefix);
  }
  for (const text of network.nodes.flatMap(({ interfaces }) => interfaces.flatMap((each) => each.addresses))) {
    const own = parseInterfaceAddress(text);
    if (own !== null) add(networkOf(own.address, own.length));
  }
  const widestFirst = [...lengths].sort((a, b) => a - b);
  const lengthAround = (address: IpAddress) =>
    widestFirst.find((length) => known.has(formatPrefix(networkOf(address, length)))) ?? null;

  return addresses.flatMap((text) => {
    const address = parseAddress(text);
    if (address === null) return [];
    const [origin = ""] = reverseZones(zoneAround(address, lengthAround(address)));
    const name = reverseName(address);
    // In a zone of RFC 2317, the address's last number stands before the zone's own name.
    return [{ address: text, origin, name: origin.includes("/") ? `${name.split(".")[0]}.${origin}` : name }];
  });
}

function zoneAround(address: IpAddress, length: number | null): Prefix {
  if (address.family === "ipv6")
    return networkOf(address, Math.min(64, Math.max(4, Math.ceil((length ?? 64) / 4) * 4)));
  const isPrivate = privatePrefixes.some((prefix) => containsAddress(prefix, address));
  if (length === null) return networkOf(address, isPrivate ? 24 : 32);
  if (length > 24) return networkOf(address, isPrivate ? 24 : length);
  return networkOf(address, Math.max(8, Math.ceil(length / 8) * 8));
}
