import type { BgpSession } from "@nix-nos/bgp-gen";
import type { Family } from "@nix-nos/topology";

/**
 * Next hops whose traffic is thrown away: a static route leads each to `Null0`. Addresses that nobody has: IPv4's dummy
 * address (RFC 7600) and the first of IPv6's block for discarding (RFC 6666).
 */
export const discardAddress: Readonly<Record<Family, string>> = { ipv4: "192.0.0.8", ipv6: "100::1" };

/** Families in which a neighbour may have traffic thrown away. */
export function discardedFamilies({ channels }: BgpSession): readonly Family[] {
  return channels
    .filter((channel) =>
      channel.import.policies.some(({ terms }) => terms.some(({ set }) => set.nextHop?.kind === "discard")),
    )
    .map(({ family }) => family);
}
