import type { Network, Node, NodeFirewall } from "@nix-nos/topology";
import { classicSections, isClassic } from "./network/classic.js";
import { deviceSections } from "./network/devices.js";
import { interfaceSections } from "./network/interfaces.js";
import { routeSections } from "./network/routes.js";
import { type DeviceStack, stackDevices } from "./network/stack.js";
import { switchSections } from "./network/switch-sections.js";
import { dhcpSections } from "./services/dhcp.js";
import { firewallSections } from "./services/firewall.js";
import type { HostsByNetwork } from "./services/hosts.js";
import { systemSections } from "./services/system.js";
import { wirelessSections } from "./services/wireless.js";
import type { UciSection } from "./uci/document.js";

/** The files of `/etc/config` by their name, as data; one without a section is not written. */
type UciFiles = Readonly<Record<"network" | "firewall" | "dhcp" | "system" | "wireless", readonly UciSection[]>>;

/** A device's configuration, with what the other files of its are made of. */
export interface DevicePlan {
  readonly stack: DeviceStack;
  readonly files: UciFiles;
}

/** Every decision about a device, as data that a printer only spells. */
export function planDevice(
  node: Node,
  network: Network,
  firewall: NodeFirewall | undefined,
  hosts: HostsByNetwork,
): DevicePlan {
  const stack = stackDevices(node);
  const own = firewall ?? {
    node: node.name,
    zones: [],
    vrfMembers: [],
    rules: [],
    transit: [],
    forwardings: [],
    dnat: [],
    reversePath: "strict",
  };
  return {
    stack,
    files: {
      network: networkSections(stack, own.reversePath),
      firewall: firewallSections(own, stack),
      dhcp: dhcpSections(stack, network, hosts),
      system: systemSections(stack),
      wireless: wirelessSections(stack),
    },
  };
}

/** `/etc/config/network` in the words of the release on the device, with its switch where that is not the kernel's own. */
function networkSections(stack: DeviceStack, reversePath: NodeFirewall["reversePath"]): readonly UciSection[] {
  const sections = [...interfaceSections(stack), ...deviceSections(stack, reversePath), ...routeSections(stack)];
  const own = stack.node.openwrt?.switch;
  if (stack.switch !== null && own) sections.push(...switchSections(stack.switch, own));
  return isClassic(stack.node.openwrt?.version) ? classicSections(sections) : sections;
}
