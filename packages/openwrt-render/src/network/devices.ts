import type { BondInterface, BridgeInterface, Interface, NodeFirewall } from "@nix-nos/topology";
import { type UciInput, type UciSection, uciSection } from "../uci/document.js";
import { type DeviceStack, isTunnel } from "./stack.js";

type Options = Record<string, UciInput>;

/** `config device`: what exists below the addresses. A port of which nothing is said needs none. */
export function deviceSections(stack: DeviceStack, reversePath: NodeFirewall["reversePath"]): readonly UciSection[] {
  return stack.node.interfaces.flatMap((entry) => {
    if (entry.kind === "loopback" || isTunnel(entry)) return [];
    const kind = optionsOfKind(entry, stack);
    const common = commonOptions(entry, stack, reversePath);
    // A radio makes its own device.
    if (kind === null && (Object.keys(common).length === 0 || stack.wireless.has(entry.name))) return [];
    const device = uciSection("device", null, {
      name: deviceOf(entry.name, stack),
      ...kind,
      ...common,
    });
    return entry.kind === "bridge" ? [device, ...vlanSections(entry)] : [device];
  });
}

/** The Linux device of an interface. */
function deviceOf(name: string, stack: DeviceStack): string {
  return stack.switch?.deviceOf.get(name) ?? name;
}

function commonOptions(
  { name, mtu, settings, addresses }: Interface,
  stack: DeviceStack,
  reversePath: NodeFirewall["reversePath"],
): Options {
  const options: Options = {};
  if (mtu !== null) options["mtu"] = mtu;
  if (settings?.macAddress) options["macaddr"] = settings.macAddress;
  if (settings?.linkLocal === "no" && !addresses.some((text) => text.includes(":"))) options["ipv6"] = false;
  const controller = stack.controllerOf.get(name);
  const bridge = controller === undefined ? undefined : stack.byName.get(controller);
  const port = bridge?.kind === "bridge" ? bridge.bridge.ports.find((own) => own.name === name) : undefined;
  if (port?.isolated) options["isolate"] = true;
  if (port?.learning === false) options["learning"] = false;
  // OpenWrt's kernels believe every sender (RFC 3704); a port of a bridge gets no packets of its own.
  if (controller === undefined && reversePath !== "off") options["rpfilter"] = reversePath;
  return options;
}

/** `null` for a port that the hardware has. */
function optionsOfKind(entry: Interface, stack: DeviceStack): Options | null {
  switch (entry.kind) {
    case "vlan":
      return { type: "8021q", ifname: deviceOf(entry.parent, stack), vid: entry.vlanId };
    case "bond":
      return bondOptions(entry);
    case "bridge":
      return bridgeOptions(entry, stack);
    case "vrf":
      return { type: "vrf", table: entry.table, ports: entry.members.map((name) => deviceOf(name, stack)) };
    default:
      return null;
  }
}

function bondOptions({ mode, members, bond }: BondInterface): Options {
  const byArp = bond.arpInterval !== null;
  return {
    type: "bonding",
    ports: members,
    policy: mode,
    lacp_rate: bond.lacpRate,
    xmit_hash_policy: bond.transmitHashPolicy,
    min_links: bond.minLinks,
    ad_select: bond.adSelect,
    primary: bond.primary,
    primary_reselect: bond.primaryReselect,
    failover_mac: bond.failOverMac,
    num_peer_notif: bond.gratuitousArp,
    packets_per_port: bond.packetsPerMember,
    monitor_mode: byArp ? "arp" : bond.miiMonitor === null ? null : "mii",
    monitor_interval: bond.arpInterval ?? bond.miiMonitor,
    arp_target: bond.arpTargets,
    updelay: bond.upDelay,
    downdelay: bond.downDelay,
  };
}

function bridgeOptions({ members, bridge }: BridgeInterface, stack: DeviceStack): Options {
  return {
    type: "bridge",
    ports: members.map((name) => deviceOf(name, stack)),
    // Without a port, as one for guests to come, it would not be there.
    bridge_empty: members.length === 0 ? true : null,
    stp: bridge.stp ? true : null,
    priority: bridge.priority,
    forward_delay: bridge.forwardDelay,
    hello_time: bridge.helloTime,
    max_age: bridge.maxAge,
    ageing_time: bridge.ageingTime,
    igmp_snooping: bridge.multicastSnooping,
    multicast_querier: bridge.multicastQuerier,
    vlan_filtering: bridge.vlanFiltering ? true : null,
  };
}

/** `config bridge-vlan`, one a VLAN, with the ports that carry it: `lan1:u*` untagged and by default, `lan2:t` tagged. */
function vlanSections({ name, bridge }: BridgeInterface): readonly UciSection[] {
  const own = bridge.ports.find((port) => port.name === name);
  const ports = bridge.ports.filter((port) => port.name !== name);
  const carried = new Map<number, string[]>();
  for (const { name: port, vlans, pvid } of ports) {
    for (const vlan of numbersOf(vlans)) {
      const list = carried.get(vlan) ?? [];
      carried.set(vlan, list);
      list.push(`${port}:${vlan === pvid ? "u*" : "t"}`);
    }
  }
  const local = new Set(own === undefined ? [] : numbersOf(own.vlans));
  for (const vlan of local) if (!carried.has(vlan)) carried.set(vlan, []);
  return [...carried]
    .sort(([a], [b]) => a - b)
    .map(([vlan, list]) =>
      uciSection("bridge-vlan", null, { device: name, vlan, local: local.has(vlan) ? null : false, ports: list }),
    );
}

function numbersOf(ranges: BridgeInterface["bridge"]["ports"][number]["vlans"]): readonly number[] {
  return ranges.flatMap(({ min, max }) => Array.from({ length: max - min + 1 }, (_, index) => min + index));
}
