import type { BondInterface } from "@nix-nos/topology";
import type { NetworkdUnit, UnitSection } from "../unit.js";
import type { StackedInterface } from "./stack.js";

/** The `.netdev` that creates a virtual interface, or `null` for one that the kernel brings along. */
export function netdevUnit(stacked: StackedInterface): NetworkdUnit | null {
  const kindSection = sectionOfKind(stacked);
  if (kindSection === null) return null;
  const { name, kind } = stacked.interface;
  const netdev: UnitSection["entries"] = [
    ["Name", name],
    ["Kind", kind],
    ...(stacked.mtu === null ? [] : [["MTUBytes", stacked.mtu] as const]),
  ];
  const sections = [{ name: "NetDev", entries: netdev }, kindSection].filter((section) => section.entries.length > 0);
  return { name: `10-${name}.netdev`, type: "netdev", sections };
}

function sectionOfKind(stacked: StackedInterface): UnitSection | null {
  const entry = stacked.interface;
  switch (entry.kind) {
    case "vlan":
      return { name: "VLAN", entries: [["Id", entry.vlanId]] };
    case "bond":
      return { name: "Bond", entries: bondEntries(entry) };
    case "bridge":
      return { name: "Bridge", entries: [] };
    default:
      return null;
  }
}

function bondEntries(bond: BondInterface): UnitSection["entries"] {
  const entries: [string, string | number | boolean][] = [
    ["Mode", bond.mode],
    // The kernel's default, 0, never looks at the link: a member with its cable out would go on losing packets.
    ["MIIMonitorSec", "100ms"],
  ];
  // Fast LACP finds a switch that fails with its link still up in 3 seconds instead of 90 (IEEE 802.1AX, 6.4.4).
  if (bond.mode === "802.3ad") entries.push(["LACPTransmitRate", "fast"]);
  // The default hashes MAC addresses, which puts all routed traffic on one member.
  if (bond.mode === "802.3ad" || bond.mode === "balance-xor") entries.push(["TransmitHashPolicy", "layer3+4"]);
  return entries;
}
