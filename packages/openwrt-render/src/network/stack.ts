import type { Interface, Node } from "@nix-nos/topology";
import { sectionNames } from "./names.js";
import { ownVlan } from "./own-vlan.js";
import { planSwitch, type SwitchPlan } from "./switch.js";

/** A node's interfaces with what stands on them: what more than one of its files asks for. */
export interface DeviceStack {
  /** With its interfaces as the kernel sees them. */
  readonly node: Node;
  /** `null` where the ports of the device's switch are the kernel's interfaces. */
  readonly switch: SwitchPlan | null;
  /** The bridge or bond that an interface is a port of. */
  readonly controllerOf: ReadonlyMap<string, string>;
  readonly byName: ReadonlyMap<string, Interface>;
  /** The sections of `/etc/config/network` of each interface but ports, which are up with what they are ports of. */
  readonly sectionsOf: ReadonlyMap<string, InterfaceSections>;
  /** Interfaces that a radio makes. */
  readonly wireless: ReadonlySet<string>;
}

/** Two protocols on one device are two interfaces of netifd, so one of ours may be several of its. */
interface InterfaceSections {
  readonly own: string;
  /** Of its static addresses; `null` where they stand in its own section. */
  readonly addresses: string | null;
  /** Of its IPv4 lease; `null` where it asks for none, or its own section does. */
  readonly dhcp: string | null;
  /** Of what routers and DHCPv6 servers tell. */
  readonly dhcp6: string | null;
  /** Of a WireGuard interface's peers, in their order: a script at boot finds them by these. */
  readonly peers: readonly string[];
}

export function stackDevices(whole: Node): DeviceStack {
  const own = whole.openwrt?.switch ? planSwitch(whole, whole.openwrt.switch) : null;
  const node = own === null ? whole : { ...whole, interfaces: own.interfaces };
  const names = sectionNames(node);
  const controllerOf = new Map<string, string>();
  const sectionsOf = new Map<string, InterfaceSections>();
  const byName = new Map(node.interfaces.map((entry) => [entry.name, entry]));
  for (const entry of node.interfaces) {
    if (entry.kind !== "bond" && entry.kind !== "bridge") continue;
    for (const member of entry.members) controllerOf.set(member, entry.name);
  }
  for (const entry of node.interfaces) {
    const name = names.own.get(entry.name);
    if (entry.kind === "loopback" || name === undefined || (controllerOf.has(entry.name) && !isTunnel(entry))) continue;
    const { addresses, settings } = entry;
    const asksFirst = addresses.length === 0 && !isTunnel(entry);
    sectionsOf.set(entry.name, {
      own: name,
      addresses: entry.kind === "vxlan" && addresses.length > 0 ? names.further(name, "addresses") : null,
      dhcp: settings?.dhcp?.ipv4 && !asksFirst ? names.further(name, "dhcp") : null,
      dhcp6: settings?.dhcp?.ipv6 || settings?.acceptRa ? names.further(name, "dhcp6") : null,
      peers: entry.kind === "wireguard" ? entry.peers.map((_, index) => names.further(name, `peer${index + 1}`)) : [],
    });
  }
  const wireless = new Set(
    (node.openwrt?.wifi ?? []).map((own) => own.interface).filter((name) => byName.get(name)?.kind === "ethernet"),
  );
  return { node, switch: own, controllerOf, byName, sectionsOf, wireless };
}

/** netifd makes its device, by the name of its section. */
export function isTunnel({ kind }: Interface): boolean {
  return kind === "wireguard" || kind === "vxlan";
}

/** All sections of an interface, its own first: what a zone of the firewall lists. */
export function networksOf({ sectionsOf }: DeviceStack, name: string): readonly string[] {
  const sections = sectionsOf.get(name);
  if (sections === undefined) return [];
  return [sections.own, sections.addresses, sections.dhcp, sections.dhcp6].filter((own) => own !== null);
}

/** Whether packets of the node itself go by an interface. */
export function isRouted({ addresses, settings }: Interface): boolean {
  return addresses.length > 0 || settings !== null;
}

/**
 * The Linux device that an interface's packets go by. OpenWrt has a bridge's own end in every VLAN tagged, so what stands
 * on a bridge that tells VLANs apart stands on the VLAN of its untagged frames.
 */
export function routedDevice(entry: Interface, { switch: own }: DeviceStack): string {
  const device = own?.deviceOf.get(entry.name);
  if (device !== undefined) return device;
  const vlan = entry.kind === "bridge" && isRouted(entry) ? ownVlan(entry) : null;
  return vlan === null ? entry.name : `${entry.name}.${vlan}`;
}
