import { addressBits, parsePrefix } from "@nix-nos/ipam";
import type { PrefixSet } from "@nix-nos/topology";

const mark = "nix-nos blackhole ";

/** Name of the set of host routes inside a set; no written one can have it. */
export function blackholeSetName(name: string): string {
  return `${mark}${name}`;
}

/** Every host route inside a set's prefixes (RFC 7999 §3.3), whatever lengths the set itself allows. */
export function blackholeSet(set: PrefixSet): PrefixSet {
  const ranges = set.ranges.map(({ prefix }) => {
    const bits = addressBits(parsePrefix(prefix)?.address.family ?? "ipv4");
    return { prefix, minLength: bits, maxLength: bits };
  });
  return { ...set, name: blackholeSetName(set.name), ranges };
}
