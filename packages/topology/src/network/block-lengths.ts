import { type AddressFamily, parsePrefix } from "@nix-nos/ipam";

/** Prefix length of a pool's blocks, one a family. */
export type BlockLengths = Readonly<Record<AddressFamily, number>>;

/**
 * The prefix lengths of a pool's blocks by what its `allocate` says. A number is of the one family that the pool has; in
 * a pool of both, only up to 32 it can be of IPv4.
 *
 * @param prefixes - the pool's, as text; what is none is passed over
 * @param usual - where `allocate` says nothing
 *
 * @example
 * ```ts
 * import { blockLengths } from "@nix-nos/topology";
 *
 * blockLengths(["10.254.0.0/20", "fd00:254::/64"], 30, { ipv4: 31, ipv6: 127 }); // => { "ipv4": 30, "ipv6": 127 }
 * blockLengths(["fd00::/16"], 32, { ipv4: 24, ipv6: 64 }); // => { "ipv4": 24, "ipv6": 32 }
 * ```
 */
export function blockLengths(
  prefixes: readonly string[],
  allocate: number | { readonly [Family in AddressFamily]?: number | undefined } | undefined,
  usual: BlockLengths,
): BlockLengths {
  if (typeof allocate !== "number") return { ipv4: allocate?.ipv4 ?? usual.ipv4, ipv6: allocate?.ipv6 ?? usual.ipv6 };
  const families = new Set(prefixes.map((text) => parsePrefix(text)?.address.family));
  const isOfIPv4 = families.has("ipv4") && (allocate <= 32 || !families.has("ipv6"));
  return { ...usual, [isOfIPv4 ? "ipv4" : "ipv6"]: allocate };
}

/** RFC 3021 and RFC 6164. */
export const linkBlockLengths: BlockLengths = { ipv4: 31, ipv6: 127 };
