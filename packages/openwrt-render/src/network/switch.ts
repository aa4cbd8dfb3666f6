import type { BridgeInterface, EthernetSwitch, Interface, Node } from "@nix-nos/topology";
import { type UciSection, uciSection } from "../uci/document.js";
import { ownVlan } from "./own-vlan.js";

/** What a switch that only `swconfig` knows does for a node, and what the kernel is left to do. */
export interface SwitchPlan {
  /** As the kernel sees them: no ports of the switch, but VLANs of the interface that leads to it. */
  readonly interfaces: readonly Interface[];
  /** The Linux device of each interface that has another name than that. */
  readonly deviceOf: ReadonlyMap<string, string>;
  /** Sorted by number. */
  readonly vlans: readonly SwitchVlan[];
}

/** A VLAN on the switch. */
interface SwitchVlan {
  /** IEEE 802.1Q. */
  readonly id: number;
  /** The interface or bridge that it is for. */
  readonly owner: string;
  /** Ports by name; whether its frames are tagged there. */
  readonly ports: ReadonlyMap<string, boolean>;
  /** Whether the device itself is in it. */
  readonly isLocal: boolean;
}

/**
 * Gives each network on the switch its VLAN. Those of the topology keep their numbers; a port, or a bridge that tells no
 * VLANs apart, gets the first number that no VLAN of the topology has.
 */
export function planSwitch(node: Node, own: EthernetSwitch): SwitchPlan {
  const isPort = new Set(own.ports.map(({ name }) => name));
  const bridges = node.interfaces.filter(
    (entry) => entry.kind === "bridge" && entry.members.some((name) => isPort.has(name)),
  ) as readonly BridgeInterface[];
  const bridgeByName = new Map(bridges.map((bridge) => [bridge.name, bridge]));
  const members = new Set(bridges.flatMap((bridge) => bridge.members));
  const vlans: SwitchVlan[] = bridges.flatMap((bridge) => filteredVlans(bridge, isPort));
  for (const entry of node.interfaces) {
    if (entry.kind !== "vlan" || !isPort.has(entry.parent)) continue;
    vlans.push({ id: entry.vlanId, owner: entry.parent, ports: new Map([[entry.parent, true]]), isLocal: true });
  }
  const taken = new Set(vlans.map(({ id }) => id));
  const parents = new Set<string>();
  for (const entry of node.interfaces) {
    if (entry.kind !== "vlan") continue;
    parents.add(entry.parent);
    // The node's own VLANs on what leads to the switch have names of the same kind.
    if (entry.parent === own.interface) taken.add(entry.vlanId);
  }
  const numbers = new Map<string, number>();
  const claim = (owner: string, ports: readonly string[]) => {
    let id = 1;
    while (taken.has(id)) id++;
    taken.add(id);
    numbers.set(owner, id);
    vlans.push({ id, owner, ports: new Map(ports.map((name) => [name, false])), isLocal: true });
  };
  for (const entry of node.interfaces) {
    if (bridgeByName.has(entry.name) && entry.kind === "bridge" && !entry.bridge.vlanFiltering) {
      claim(
        entry.name,
        entry.members.filter((name) => isPort.has(name)),
      );
    } else if (isPort.has(entry.name) && !members.has(entry.name)) {
      if (!parents.has(entry.name) || !isSilent(entry, node)) claim(entry.name, [entry.name]);
    }
  }

  const deviceOf = new Map<string, string>();
  const stations = new Set(node.openwrt?.wifi.map((wifi) => wifi.interface));
  const interfaces = node.interfaces.flatMap((entry): readonly Interface[] => {
    if (isPort.has(entry.name)) {
      const id = numbers.get(entry.name);
      if (id === undefined) return [];
      deviceOf.set(entry.name, `${own.interface}.${id}`);
      return [entry];
    }
    if (entry.kind === "bridge" && bridgeByName.has(entry.name)) {
      const id = entry.bridge.vlanFiltering ? ownVlan(entry) : (numbers.get(entry.name) ?? null);
      const rest = entry.members.filter((name) => !isPort.has(name));
      const inside = id === null ? rest : [`${own.interface}.${id}`, ...rest];
      // Then the switch alone knows it.
      if (inside.length === 0 && isSilent(entry, node)) return [];
      return [{ ...entry, members: inside, bridge: { ...entry.bridge, vlanFiltering: false, ports: [] } }];
    }
    if (entry.kind === "vlan" && (isPort.has(entry.parent) || bridgeByName.has(entry.parent))) {
      const device = `${own.interface}.${entry.vlanId}`;
      const { parent: _parent, vlanId: _vlan, ...rest } = entry;
      if (!stations.has(entry.name)) {
        deviceOf.set(entry.name, device);
        return [{ ...rest, kind: "ethernet", permanentMac: null }];
      }
      // Stations come to a bridge.
      deviceOf.set(entry.name, `br-${entry.name}`);
      return [{ ...rest, kind: "bridge", members: [device], bridge: plainBridge }];
    }
    return [entry];
  });
  return { interfaces, deviceOf, vlans: vlans.sort((a, b) => a.id - b.id) };
}

/** Whether nothing is said of an interface, and nothing but VLANs stands on it: its own frames are nobody's. */
function isSilent({ name, addresses, gateways, settings, zone }: Interface, { interfaces, openwrt }: Node): boolean {
  if (addresses.length + gateways.length > 0 || settings !== null || zone !== null) return false;
  if (openwrt?.wifi.some((wifi) => wifi.interface === name)) return false;
  return !interfaces.some((other) => {
    if (other.settings?.routingRules.some((rule) => rule.incomingInterface === name)) return true;
    if ("members" in other && other.members.includes(name)) return true;
    return "parent" in other && other.parent === name && other.kind !== "vlan";
  });
}

const plainBridge: BridgeInterface["bridge"] = {
  stp: false,
  priority: null,
  forwardDelay: null,
  helloTime: null,
  maxAge: null,
  ageingTime: null,
  multicastSnooping: null,
  multicastQuerier: null,
  vlanFiltering: false,
  ports: [],
};

function filteredVlans({ name, bridge }: BridgeInterface, isPort: ReadonlySet<string>): readonly SwitchVlan[] {
  if (!bridge.vlanFiltering) return [];
  const found = new Map<number, { ports: Map<string, boolean>; isLocal: boolean }>();
  for (const port of bridge.ports) {
    if (port.name !== name && !isPort.has(port.name)) continue;
    for (const { min, max } of port.vlans) {
      for (let id = min; id <= max; id++) {
        const known = found.get(id) ?? { ports: new Map<string, boolean>(), isLocal: false };
        found.set(id, known);
        if (port.name === name) known.isLocal = true;
        else known.ports.set(port.name, id !== port.pvid);
      }
    }
  }
  return [...found].map(([id, vlan]) => ({ id, owner: name, ...vlan }));
}

/** `config switch` and `config switch_vlan`: ports by number, `t` after one whose frames are tagged. */
export function switchSections({ vlans }: SwitchPlan, own: EthernetSwitch): readonly UciSection[] {
  const numberOf = new Map(own.ports.map(({ name, number }) => [name, number]));
  return [
    uciSection("switch", null, { name: own.device, reset: true, enable_vlan: true }),
    ...vlans.map(({ id, ports, isLocal }, index) => {
      const words = [...ports].map(([name, isTagged]) => [numberOf.get(name) ?? 0, isTagged] as const);
      if (isLocal) words.push([own.cpu, true]);
      words.sort(([a], [b]) => a - b);
      return uciSection("switch_vlan", null, {
        device: own.device,
        // A place in the switch's table, which many have fewer of than there are VLANs.
        vlan: index + 1,
        vid: id,
        ports: words.map(([number, isTagged]) => `${number}${isTagged ? "t" : ""}`).join(" "),
      });
    }),
  ];
}
