import type { AddressPair, AutonomousSystem, Diagnostic, Family, Network } from "@nix-nos/topology";
import { familyNames } from "./family-names.js";
import { ibgpPairs } from "./ibgp-pairs.js";
import { listed } from "./listed.js";
import { createUnions } from "./unions.js";

/**
 * In a reflected AS, members that have a family and reflectors that have not: its routes stay where they are. A session
 * carries a family that both its ends have, and no other session of the AS goes round the reflectors.
 */
export function checkFamilies({ bgp, index }: Network): readonly Diagnostic[] {
  return bgp.autonomousSystems.flatMap((system): readonly Diagnostic[] => {
    if (system.ibgp.strategy !== "route-reflector") return [];
    const addressesOf = (name: string): AddressPair | null => {
      const node = index.nodeByName.get(name);
      return (system.ibgp.transport === "loopback" ? node?.loopback : node?.ip) ?? null;
    };
    return (["ipv4", "ipv6"] as const).flatMap((family) => checkFamily(system, family, addressesOf));
  });
}

function checkFamily(
  system: AutonomousSystem,
  family: Family,
  addressesOf: (name: string) => AddressPair | null,
): readonly Diagnostic[] {
  const { members, ibgp, number, path } = system;
  const has = new Set(members.filter((name) => addressesOf(name)?.[family]));
  const unions = createUnions();
  for (const { nodes } of ibgpPairs(system)) {
    if (has.has(nodes[0]) && has.has(nodes[1])) unions.join(nodes[0], nodes[1]);
  }
  const parts = new Map<string, string>();
  for (const name of has) if (!parts.has(unions.find(name))) parts.set(unions.find(name), name);
  if (parts.size < 2) return [];
  const reflectors = [...ibgp.reflectors, ...ibgp.groups.flatMap((group) => group.reflectors)];
  const lacking = reflectors.filter((name) => !has.has(name));
  const which = `\`${ibgp.transport}\``;
  return [
    {
      code: "NN3034",
      severity: "warning",
      message: `${familyNames[family]} routes do not pass between ${listed([...parts.values()])} of AS ${number}: ${listed(lacking)} would reflect them, but has no ${familyNames[family]} ${which}.`,
      path: [...path, "ibgp"],
      hint: `Give ${listed(lacking)} an ${familyNames[family]} ${which}, or name other reflectors.`,
    },
  ];
}
