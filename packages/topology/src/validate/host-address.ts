import { containsAddress, type IpAddress, isUsableHost, type Prefix, parsePrefix } from "@nix-nos/ipam";

/** Addresses that mean something else than one machine, by what they are (RFC 6890). */
const special: readonly { readonly prefix: Prefix; readonly what: string }[] = [
  ["0.0.0.0/8", "of no network"],
  ["127.0.0.0/8", "a loopback address of each machine"],
  ["224.0.0.0/4", "a multicast group"],
  ["255.255.255.255/32", "the broadcast address of every network"],
  ["::/128", "of no network"],
  ["::1/128", "the loopback address of each machine"],
  ["::ffff:0:0/96", "an IPv4 address in IPv6 (RFC 4291 §2.5.5.2)"],
  ["ff00::/8", "a multicast group"],
].flatMap(([text = "", what = ""]) => {
  const prefix = parsePrefix(text);
  return prefix ? [{ prefix, what }] : [];
});

/** What an address is that one machine cannot have as its own; `null` for one that it can have. */
export function specialAddress(address: IpAddress): string | null {
  return special.find(({ prefix }) => containsAddress(prefix, address))?.what ?? null;
}

/**
 * Whether a network may have an address as a gateway's. In IPv6 its first one is that of all its routers (RFC 4291
 * §2.6.1); an address outside of it is no matter of its.
 */
export function isGateway(network: Prefix, address: IpAddress): boolean {
  return address.family === "ipv6" || !containsAddress(network, address) || isUsableHost(network, address);
}
