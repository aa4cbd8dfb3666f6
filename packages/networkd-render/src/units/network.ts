import type { Interface } from "@nix-nos/topology";
import type { NetworkdUnit, UnitSection } from "../unit.js";
import type { StackedInterface } from "./stack.js";

type Entries = [string, string | number | boolean][];

/**
 * The `.network` that configures one interface.
 *
 * There is no `DHCP=`: networkd asks for no lease unless told to, and every address here is a written one.
 */
export function networkUnit(stacked: StackedInterface): NetworkdUnit {
  const { interface: entry } = stacked;
  const physical = entry.kind === "ethernet" || entry.kind === "loopback";
  const sections: UnitSection[] = [
    { name: "Match", entries: [["Name", entry.name]] },
    { name: "Link", entries: linkEntries(stacked) },
    { name: "Network", entries: networkEntries(stacked) },
    ...floodSections(entry),
  ];
  return {
    name: `${physical ? "20" : "30"}-${entry.name}.network`,
    type: "network",
    sections: sections.filter((section) => section.entries.length > 0),
  };
}

function linkEntries({ interface: entry, controller, vlans }: StackedInterface): Entries {
  const entries: Entries = [];
  // A virtual interface gets its MTU from its .netdev, at creation.
  if (entry.mtu !== null && (entry.kind === "ethernet" || entry.kind === "loopback"))
    entries.push(["MTUBytes", entry.mtu]);
  if (entry.kind === "loopback") return entries;
  if (controller !== null || entry.kind === "bridge") {
    // One dead port must not hold up a boot that the bond survives, and a bridge may wait for its first guest.
    entries.push(["RequiredForOnline", false]);
  } else if (entry.addresses.length === 0) {
    // Without an address an interface never becomes `degraded`, which wait-online asks for by default.
    entries.push(["RequiredForOnline", vlans.length > 0 ? "carrier" : false]);
  }
  return entries;
}

/** Where a VXLAN with several other ends sends what it has no entry for: to each of them (head-end replication). */
function floodSections(entry: Interface): readonly UnitSection[] {
  if (entry.kind !== "vxlan" || entry.remotes.length < 2) return [];
  return entry.remotes.map((remote) => ({
    name: "BridgeFDB",
    entries: [
      ["MACAddress", "00:00:00:00:00:00"],
      ["Destination", remote],
    ],
  }));
}

function networkEntries({ interface: entry, controller, vlans, vxlans, vrf, forwards }: StackedInterface): Entries {
  const entries: Entries = [];
  if (entry.kind !== "loopback") {
    // Neighbour discovery and routers need fe80::/10 on a routed interface; on one that only carries frames it would
    // make the machine reachable from networks that it has no address in.
    entries.push(["LinkLocalAddressing", entry.addresses.length > 0 && controller === null ? "ipv6" : "no"]);
    // The topology decides addresses and routes; a stray router advertisement must not add a default route.
    entries.push(["IPv6AcceptRA", false]);
    if (forwards && controller === null) entries.push(["IPv4Forwarding", true], ["IPv6Forwarding", true]);
  }
  // A bridge has no carrier until a port has one, and its guests need the gateway that its address is.
  if ((entry.kind === "bridge" || entry.kind === "dummy") && entry.addresses.length > 0)
    entries.push(["ConfigureWithoutCarrier", true]);
  for (const address of entry.addresses) entries.push(["Address", address]);
  for (const gateway of entry.gateways) entries.push(["Gateway", gateway]);
  for (const vlan of vlans) entries.push(["VLAN", vlan]);
  for (const vxlan of vxlans) entries.push(["VXLAN", vxlan]);
  if (vrf !== null) entries.push(["VRF", vrf]);
  if (controller !== null) entries.push([controller.kind === "bond" ? "Bond" : "Bridge", controller.name]);
  return entries;
}
