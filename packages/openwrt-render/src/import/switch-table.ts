import { isClassicBridge } from "./interfaces.js";
import type { SectionReader } from "./notes.js";

/** A switch as `config switch` and `switch_vlan` tell of it, with what the device's kernel does with each VLAN. */
export interface SwitchTable {
  readonly section: SectionReader;
  readonly device: string;
  /** The interface that leads to the switch: `eth0`. */
  readonly base: string;
  /** Number of the port that this interface is on. */
  readonly cpu: number;
  /** In file order. */
  readonly vlans: readonly TableVlan[];
}

export interface TableVlan {
  /** IEEE 802.1Q. */
  readonly id: number;
  readonly section: SectionReader;
  /** By number, without the device's own; whether frames are tagged there. */
  readonly ports: ReadonlyMap<number, boolean>;
  /** Whether frames are tagged at the device's own port; `null` where that is in another VLAN. */
  readonly own: boolean | null;
  /** `null` where nothing of the device is in the VLAN. */
  readonly use: VlanUse | null;
}

/** What the kernel has a VLAN for. */
export interface VlanUse {
  /** Its names for the VLAN: `eth0.1`. */
  readonly devices: readonly string[];
  /** Sections of `config interface` that stand on it. */
  readonly sections: readonly string[];
  /** The bridge that it is a port of; then no section stands on it. */
  readonly bridge: string | null;
  /** The bridge has other ports too. */
  readonly hasOthers: boolean;
  /** Nothing comes of it: its sections have no protocol. */
  readonly isSilent: boolean;
}

/** The table of the one switch that sections tell of, or the reason why a topology cannot have it. */
export function readSwitchTable(
  sections: readonly SectionReader[],
  deviceOf: ReadonlyMap<string, string>,
): SwitchTable | string {
  const [section, ...more] = sections.filter(({ type }) => type === "switch");
  if (section === undefined) return "no `config switch` names its device";
  if (more.length > 0) return "a node of the topology has one switch, and here are more";
  const device = section.text("name") ?? section.name;
  if (device === null || !/^[\w.-]{1,32}$/.test(device)) return "its name is none of `swconfig`'s";
  section.expect("reset", "1");
  section.expect("enable_vlan", "1");
  // Where nothing is said, swconfig turns them on.
  if (section.flag("enable_vlan") === false) return "its VLANs are off";
  const entries = readEntries(sections, device);
  if (typeof entries === "string") return entries;

  const kernel = kernelOf(sections, deviceOf);
  const made = new Set(kernel.bridges.map(({ name }) => name));
  const lanes = [...kernel.vlans].filter(
    ([, { base, id }]) => !made.has(base) && entries.some((entry) => entry.id === id),
  );
  const bases = [...new Set(lanes.map(([, { base }]) => base))].sort();
  const [base] = bases;
  if (base === undefined)
    return "no interface is on a VLAN of it, as `eth0.1` is, so nothing tells which port is the device's own";
  if (bases.length > 1)
    return `${bases.join(" and ")} both lead to it, and a switch of the topology has one port of the device's own`;
  if (base.length > 10) return `the name ${base} is too long for VLANs on it`;
  const used = new Set(lanes.map(([, { id }]) => id));
  const cpu = ownPort(entries.filter(({ id }) => used.has(id)));
  if (typeof cpu === "string") return cpu;
  const vlans = entries.map((entry): TableVlan => {
    const own = entry.ports.get(cpu) ?? null;
    const ports = new Map([...entry.ports].filter(([number]) => number !== cpu));
    const devices = own === false ? [base] : lanes.flatMap(([name, { id }]) => (id === entry.id ? [name] : []));
    const use = own === null || devices.length === 0 ? null : useOf(devices, kernel, deviceOf);
    return { id: entry.id, section: entry.section, ports, own, use };
  });
  return misfit(vlans, kernel) ?? { section, device, base, cpu, vlans };
}

interface Entry {
  readonly id: number;
  readonly section: SectionReader;
  readonly ports: ReadonlyMap<number, boolean>;
}

function readEntries(sections: readonly SectionReader[], device: string): readonly Entry[] | string {
  const entries: Entry[] = [];
  const places = new Set<number>();
  const untagged = new Map<number, number>();
  for (const section of sections.filter(({ type }) => type === "switch_vlan")) {
    if (section.text("device") !== device) return `a VLAN is of another switch than ${device}`;
    const place = section.number("vlan");
    const id = section.number("vid") ?? place;
    if (place === null || id === null || id < 1 || id > 4094) return "a VLAN of it has no number from 1 to 4094";
    if (places.has(place) || entries.some((entry) => entry.id === id)) return `VLAN ${id} is there twice`;
    places.add(place);
    const ports = new Map<number, boolean>();
    for (const word of section.list("ports")) {
      const [, digits, mark] = /^(\d{1,2})(t?)$/.exec(word) ?? [];
      const number = Number(digits);
      if (digits === undefined || number > 31) return `\`${word}\` of VLAN ${id} is no port of swconfig's`;
      const other = untagged.get(number);
      if (mark === "" && other !== undefined) return `port ${number} has both VLAN ${other} and ${id} untagged`;
      if (mark === "") untagged.set(number, id);
      ports.set(number, mark === "t");
    }
    entries.push({ id, section, ports });
  }
  return entries.length > 127 ? "it has more than 127 VLANs" : entries;
}

/** The port that has every VLAN tagged which the kernel has a device for. */
function ownPort(used: readonly Entry[]): number | string {
  const numbers = new Set(used.flatMap(({ ports }) => [...ports.keys()]));
  const found = [...numbers].filter((number) => used.every(({ ports }) => ports.get(number) === true));
  const [cpu, ...more] = found;
  const named = used.map(({ id }) => id).join(", ");
  if (cpu === undefined) return `no port has all VLANs tagged that the device has interfaces for (${named})`;
  if (more.length === 0) return cpu;
  return `ports ${found.join(" and ")} all have the VLANs tagged that the device has interfaces for (${named}), and one of them is the device's own`;
}

interface Kernel {
  /** Devices on a VLAN, by name, with what they stand on. */
  readonly vlans: ReadonlyMap<string, { readonly base: string; readonly id: number }>;
  readonly bridges: readonly KernelBridge[];
  /** Sections of `config interface` without a protocol. */
  readonly silent: ReadonlySet<string>;
  /** Ports of bonds and VRFs. */
  readonly grouped: ReadonlySet<string>;
}

interface KernelBridge {
  readonly name: string;
  readonly ports: readonly string[];
  readonly filters: boolean;
}

function kernelOf(sections: readonly SectionReader[], deviceOf: ReadonlyMap<string, string>): Kernel {
  const devices = sections.filter(({ type }) => type === "device");
  const typed = (...types: readonly string[]) =>
    devices.filter((section) => types.includes(section.peek("type")[0] ?? ""));
  const filtered = new Set(
    sections.filter(({ type }) => type === "bridge-vlan").map((section) => section.peek("device")[0]),
  );
  const bridges = [
    ...typed("bridge").map((section) => ({ section, name: section.peek("name")[0] ?? "" })),
    ...sections
      .filter((section) => section.type === "interface" && isClassicBridge(section))
      .map((section) => ({ section, name: `br-${section.name}` })),
  ].map(({ section, name }): KernelBridge => {
    const filters = filtered.has(name) || section.peek("vlan_filtering")[0] === "1";
    return { name, ports: [...section.peek("ports"), ...section.peek("ifname")], filters };
  });
  const vlans = new Map<string, { readonly base: string; readonly id: number }>();
  const named = new Map(
    typed("8021q").map((section) => [
      section.peek("name")[0] ?? "",
      { base: section.peek("ifname")[0] ?? "", id: Number(section.peek("vid")[0]) },
    ]),
  );
  for (const name of [...deviceOf.values(), ...bridges.flatMap(({ ports }) => ports), ...named.keys()]) {
    const [, base, id] = /^(.+)\.(\d{1,4})$/.exec(name) ?? [];
    const vlan = named.get(name) ?? (base === undefined ? undefined : { base, id: Number(id) });
    if (vlan !== undefined) vlans.set(name, vlan);
  }
  const interfaces = sections.filter(({ type }) => type === "interface");
  const silent = new Set(
    interfaces.filter((section) => (section.peek("proto")[0] ?? "none") === "none").map(({ name }) => name ?? ""),
  );
  return {
    vlans,
    bridges,
    silent,
    grouped: new Set(typed("bonding", "vrf").flatMap((section) => section.peek("ports"))),
  };
}

function useOf(
  devices: readonly string[],
  { bridges, vlans, silent }: Kernel,
  deviceOf: ReadonlyMap<string, string>,
): VlanUse | null {
  const sections = [...deviceOf].filter(([, device]) => devices.includes(device)).map(([section]) => section);
  const found = bridges.find(({ ports }) => ports.some((port) => devices.includes(port)));
  const bridge = found?.name ?? null;
  // What leads to the switch is there also where nothing is on it.
  const isIdle = sections.length === 0 && bridge === null && !devices.some((device) => vlans.has(device));
  const isSilent = bridge === null && sections.every((section) => silent.has(section));
  return isIdle ? null : { devices, sections, bridge, hasOthers: (found?.ports.length ?? 0) > 1, isSilent };
}

/** What the kernel does with a VLAN that no interface of a topology on a switch can say. */
function misfit(vlans: readonly TableVlan[], { vlans: stacked, bridges, grouped }: Kernel): string | null {
  for (const { id, own, use } of vlans) {
    if (use === null) continue;
    const name = use.devices.join(" and ");
    const on = bridges.filter(({ ports }) => ports.some((port) => use.devices.includes(port)));
    const [bridge] = on;
    if (on.length > 1 || (bridge !== undefined && use.sections.length > 0))
      return `${name} is in a bridge and in something else`;
    if (bridge?.filters) return `${bridge.name} tells VLANs apart in the kernel, and VLAN ${id} is in it`;
    const other = vlans.find((vlan) => vlan.id !== id && bridge !== undefined && vlan.use?.bridge === bridge.name);
    if (other !== undefined) return `${bridge?.name} joins VLANs ${id} and ${other.id} of it in the kernel`;
    if (use.devices.some((device) => grouped.has(device))) return `${name} is in a bond or VRF`;
    // Where the device's own port is untagged, its name is that of what leads to the switch.
    const below = [...(own === true ? use.devices : []), ...on.map((entry) => entry.name)];
    const upper = [...stacked].find(([, { base }]) => below.includes(base));
    if (upper !== undefined) return `${upper[0]} is a VLAN within VLAN ${id} of it`;
  }
  return null;
}
