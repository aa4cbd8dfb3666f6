import { parseAsNumber } from "../document/as-number.js";
import type { TopologyBgp } from "../document/bgp-schema.js";
import type { Family } from "../network/family.js";
import type { Link, LinkSession } from "../network/link.js";

/** Number of each speaker's AS. */
export function systemByNode(bgp: TopologyBgp | undefined): ReadonlyMap<string, number | null> {
  return new Map(
    Object.entries(bgp?.autonomousSystems ?? {}).flatMap(([key, { members }]) =>
      members.map((node) => [node, parseAsNumber(key).number] as const),
    ),
  );
}

const families: readonly Family[] = ["ipv4", "ipv6"];

/**
 * eBGP between nodes of two ASes: for each family that both ends have, or one session for both where they have link-local
 * addresses alone, because nothing would tell two apart (RFC 8950).
 */
export function sessionsOver(
  { ends: [first, second], unnumbered }: Pick<Link, "ends" | "unnumbered">,
  systems: ReadonlyMap<string, number | null>,
): readonly LinkSession[] {
  const [own, other] = [systems.get(first.node), systems.get(second.node)];
  if (own == null || other == null || own === other) return [];
  if (unnumbered) return [{ family: "ipv6", carries: families }];
  return families
    .filter((family) => first.addresses[family] && second.addresses[family])
    .map((family) => ({ family, carries: [family] }));
}
