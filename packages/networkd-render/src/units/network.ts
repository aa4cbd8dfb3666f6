import type { Interface } from "@nix-nos/topology";
import type { NetworkdUnit, UnitEntry, UnitSection } from "../unit.js";
import { splitForwarding } from "../versions.js";
import { portSections } from "./bridge.js";
import { networkSettings, settingsSections } from "./settings.js";
import type { StackedInterface } from "./stack.js";

type Entries = UnitEntry[];

/** The `.network` that configures one interface. See systemd.network(5). */
export function networkUnit(stacked: StackedInterface): NetworkdUnit {
  const { interface: entry } = stacked;
  const physical = entry.kind === "ethernet" || entry.kind === "loopback";
  const sections: UnitSection[] = [
    { name: "Match", entries: [matchEntry(entry)] },
    { name: "Link", entries: linkEntries(stacked) },
    { name: "Network", entries: networkEntries(stacked) },
    ...(entry.settings === null ? [] : settingsSections(entry.settings)),
    ...(stacked.port === null ? [] : portSections(stacked.port)),
    ...floodSections(entry),
  ];
  return {
    name: `${physical ? "20" : "30"}-${entry.name}.network`,
    type: "network",
    sections: sections.filter((section) => section.entries.length > 0),
  };
}

/** A port by its address is found also when udev could not give it its name. */
function matchEntry(entry: Interface): UnitEntry {
  if (entry.kind === "ethernet" && entry.permanentMac !== null) return ["PermanentMACAddress", entry.permanentMac];
  return ["Name", entry.name];
}

/** Whether it has addresses, or will have. */
function isRouted({ addresses, settings }: Interface): boolean {
  const asks = settings !== null && (settings.dhcp !== null || settings.acceptRa !== null || settings.sendRa !== null);
  return addresses.length > 0 || asks || (settings?.linkLocal ?? "no") !== "no";
}

function linkEntries({ interface: entry, controller, vlans }: StackedInterface): Entries {
  const entries: Entries = [];
  const mac = entry.settings?.macAddress ?? null;
  if (mac !== null && entry.kind === "ethernet") entries.push(["MACAddress", mac]);
  // A virtual interface gets its MTU from its .netdev, at creation.
  if (entry.mtu !== null && (entry.kind === "ethernet" || entry.kind === "loopback"))
    entries.push(["MTUBytes", entry.mtu]);
  if (entry.kind === "loopback") return entries;
  const required = entry.settings?.requiredForOnline ?? null;
  if (required !== null) entries.push(["RequiredForOnline", required]);
  else if (controller !== null || entry.kind === "bridge") {
    // One dead port must not hold up a boot that the bond survives, and a bridge may wait for its first guest.
    entries.push(["RequiredForOnline", false]);
  } else if (!isRouted(entry)) {
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

function networkEntries(stacked: StackedInterface): Entries {
  const { interface: entry, controller, vlans, vxlans, vrf, forwards } = stacked;
  const { settings } = entry;
  const entries: Entries = [];
  if (entry.kind !== "loopback") {
    const linkLocal = settings?.linkLocal ?? null;
    // Neighbour discovery and routers need fe80::/10 on a routed interface; on one that only carries frames it would
    // make the machine reachable from networks that it has no address in.
    const usual = isRouted(entry) && controller === null ? "ipv6" : "no";
    entries.push(["LinkLocalAddressing", linkLocal === "both" ? "yes" : (linkLocal ?? usual)]);
    // The topology decides addresses and routes; a stray router advertisement must not add a default route.
    entries.push(["IPv6AcceptRA", settings !== null && settings.acceptRa !== null]);
    if (forwards && controller === null) entries.push(...forwardingEntries(stacked.systemdVersion));
  }
  if (settings !== null) entries.push(...networkSettings(settings));
  // A bridge has no carrier until a port has one, and its guests need the gateway that its address is.
  if ((entry.kind === "bridge" || entry.kind === "dummy") && isRouted(entry))
    entries.push(["ConfigureWithoutCarrier", true]);
  for (const address of entry.addresses) entries.push(["Address", address]);
  for (const gateway of entry.gateways) entries.push(["Gateway", gateway]);
  for (const vlan of vlans) entries.push(["VLAN", vlan]);
  for (const vxlan of vxlans) entries.push(["VXLAN", vxlan]);
  if (vrf !== null) entries.push(["VRF", vrf]);
  if (controller !== null) entries.push([controller.kind === "bond" ? "Bond" : "Bridge", controller.name]);
  if (stacked.isPrimary) entries.push(["PrimarySlave", true]);
  return entries;
}

function forwardingEntries(systemdVersion: number): Entries {
  if (systemdVersion < splitForwarding) return [["IPForward", true]];
  return [
    ["IPv4Forwarding", true],
    ["IPv6Forwarding", true],
  ];
}
