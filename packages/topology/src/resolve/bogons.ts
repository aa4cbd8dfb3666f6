import { parsePrefixRange } from "../document/prefix-range.js";
import type { AsSet, PrefixSet } from "../network/policy.js";
import { mergeRanges } from "../network/ranges.js";

/** The name of both built-in sets. */
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

/** AS numbers that nobody may announce (IANA's registry of them): reserved, for documentation, for private use. */
export const bogonAsns: AsSet = {
  name: bogonsName,
  ranges: mergeRanges([
    { min: 0, max: 0 }, // RFC 7607
    { min: 23_456, max: 23_456 }, // AS_TRANS, RFC 6793
    { min: 64_496, max: 64_511 }, // documentation, RFC 5398
    { min: 64_512, max: 65_534 }, // private, RFC 6996
    { min: 65_535, max: 65_535 }, // the last of 16 bits, RFC 7300
    { min: 65_536, max: 65_551 }, // documentation, RFC 5398
    { min: 65_552, max: 131_071 }, // reserved by IANA
    { min: 4_200_000_000, max: 4_294_967_294 }, // private, RFC 6996
    { min: 4_294_967_295, max: 4_294_967_295 }, // the last of 32 bits, RFC 7300
  ]),
};
