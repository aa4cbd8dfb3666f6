import { parsePrefixRange } from "../document/prefix-range.js";
import type { PrefixSet } from "../network/policy.js";

/** The built-in set's name. */
export const bogonsName = "bogons";

/**
 * Prefixes that no network announces to another: the special-purpose registries of both families (RFC 6890 and its
 * updates), multicast and reserved space, with everything inside them.
 */
const bogonPrefixes = [
  "0.0.0.0/8+", // "this network", RFC 791
  "10.0.0.0/8+", // private, RFC 1918
  "100.64.0.0/10+", // carrier-grade NAT, RFC 6598
  "127.0.0.0/8+", // loopback, RFC 1122
  "169.254.0.0/16+", // link-local, RFC 3927
  "172.16.0.0/12+", // private, RFC 1918
  "192.0.0.0/24+", // protocol assignments, RFC 6890
  "192.0.2.0/24+", // documentation, RFC 5737
  "192.88.99.0/24+", // 6to4 relays, retired by RFC 7526
  "192.168.0.0/16+", // private, RFC 1918
  "198.18.0.0/15+", // benchmarks, RFC 2544
  "198.51.100.0/24+", // documentation, RFC 5737
  "203.0.113.0/24+", // documentation, RFC 5737
  "224.0.0.0/3+", // multicast and reserved, RFC 1112
  "::/8+", // loopback, unspecified, IPv4-mapped: RFC 4291
  "64:ff9b:1::/48+", // local translation, RFC 8215
  "100::/64+", // discard only, RFC 6666
  "2001:2::/48+", // benchmarks, RFC 5180
  "2001:10::/28+", // ORCHID, RFC 4843
  "2001:db8::/32+", // documentation, RFC 3849
  "2002::/16+", // 6to4, RFC 3056 and RFC 7526
  "3ffe::/16+", // 6bone, RFC 3701
  "3fff::/20+", // documentation, RFC 9637
  "5f00::/16+", // segment routing identifiers, RFC 9602
  "fc00::/7+", // unique local, RFC 4193
  "fe80::/10+", // link-local, RFC 4291
  "fec0::/10+", // site-local, retired by RFC 3879
  "ff00::/8+", // multicast, RFC 4291
];

export const bogons: PrefixSet = {
  name: bogonsName,
  ranges: bogonPrefixes.flatMap((text) => parsePrefixRange(text) ?? []),
  path: null,
};
