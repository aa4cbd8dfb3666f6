import { append, type BridgeInterface, type EthernetSwitch, type Interface, type Node } from "@nix-nos/topology";
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
  /** Sorted by number, the device's own among them. */
  readonly ports: readonly SwitchPort[];
}

interface SwitchPort {
  readonly number: number;
  readonly isTagged: boolean;
}

/** Decides what is the switch's part of a node, and how the kernel sees it. */
export function planSwitch(node: Node, own: EthernetSwitch): SwitchPlan {
  const isPort = new Set(own.ports.map(({ name }) => name));
  const bridgeByName = new Map(bridgesOf(node, isPort).map((bridge) => [bridge.name, bridge]));
  const { vlans, untagged } = switchVlans(node, own);
  const deviceOf = new Map<string, string>();
  const stations = new Set(node.openwrt?.wifi.map((wifi) => wifi.interface));
  const interfaces = node.interfaces.flatMap((entry): readonly Interface[] => {
    if (isPort.has(entry.name)) {
      const id = untagged.get(entry.name);
      if (id === undefined) return [];
      deviceOf.set(entry.name, `${own.interface}.${id}`);
      return [entry];
    }
    if (entry.kind === "bridge" && bridgeByName.has(entry.name)) {
      const id = entry.bridge.vlanFiltering ? ownVlan(entry) : (untagged.get(entry.name) ?? null);
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
  return { interfaces, deviceOf, vlans };
}

function bridgesOf({ interfaces }: Node, isPort: ReadonlySet<string>): readonly BridgeInterface[] {
  return interfaces.filter(
    (entry): entry is BridgeInterface => entry.kind === "bridge" && entry.members.some((name) => isPort.has(name)),
  );
}

/**
 * Gives each network on the switch its VLAN. Those of the topology keep their numbers; a port, or a bridge that tells no
 * VLANs apart, gets the first number that no VLAN of the topology has: in `untagged`, by its name.
 */
function switchVlans(node: Node, own: EthernetSwitch) {
  const numberOf = new Map(own.ports.map(({ name, number }) => [name, number]));
  const bridges = bridgesOf(node, new Set(numberOf.keys()));
  const vlans: SwitchVlan[] = bridges.flatMap((bridge) => filteredVlans(bridge, own, numberOf));
  const add = (owner: string, id: number, members: readonly string[], isTagged: boolean) => {
    const ports = members.flatMap((name) => numberOf.get(name) ?? []).map((number) => ({ number, isTagged }));
    vlans.push({ id, owner, ports: byNumber([...ports, { number: own.cpu, isTagged: true }]) });
  };
  const parents = new Set<string>();
  const taken = new Set<number>();
  for (const entry of node.interfaces) {
    if (entry.kind !== "vlan") continue;
    parents.add(entry.parent);
    if (numberOf.has(entry.parent)) add(entry.parent, entry.vlanId, [entry.parent], true);
    // The node's own VLANs on what leads to the switch have names of the same kind.
    if (entry.parent === own.interface) taken.add(entry.vlanId);
  }
  for (const { id } of vlans) taken.add(id);
  const untagged = new Map<string, number>();
  const claim = (owner: string, members: readonly string[]) => {
    let id = 1;
    while (taken.has(id)) id++;
    taken.add(id);
    untagged.set(owner, id);
    add(owner, id, members, false);
  };
  const members = new Set(bridges.flatMap((bridge) => bridge.members));
  const isWhole = new Set(bridges.filter(({ bridge }) => !bridge.vlanFiltering).map(({ name }) => name));
  for (const entry of node.interfaces) {
    if (entry.kind === "bridge" && isWhole.has(entry.name)) claim(entry.name, entry.members);
    else if (numberOf.has(entry.name) && !members.has(entry.name)) {
      if (!parents.has(entry.name) || !isSilent(entry, node)) claim(entry.name, [entry.name]);
    }
  }
  return { vlans: vlans.sort((a, b) => a.id - b.id), untagged };
}

function filteredVlans(
  { name, bridge }: BridgeInterface,
  { cpu }: EthernetSwitch,
  numberOf: ReadonlyMap<string, number>,
): readonly SwitchVlan[] {
  if (!bridge.vlanFiltering) return [];
  const found = new Map<number, SwitchPort[]>();
  for (const port of bridge.ports) {
    // The bridge's own end is the device's.
    const number = port.name === name ? cpu : numberOf.get(port.name);
    if (number === undefined) continue;
    for (const { min, max } of port.vlans) {
      for (let id = min; id <= max; id++) append(found, id, { number, isTagged: number === cpu || id !== port.pvid });
    }
  }
  return [...found].map(([id, ports]) => ({ id, owner: name, ports: byNumber(ports) }));
}

function byNumber(ports: readonly SwitchPort[]): readonly SwitchPort[] {
  return [...ports].sort((a, b) => a.number - b.number);
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
