import { assign, interfaceOf, type TopologyDraft, vlanName } from "./draft.js";
import type { ImportNote, SectionReader } from "./notes.js";
import { readSwitchTable, type SwitchTable, type TableVlan, type VlanUse } from "./switch-table.js";

/** Ports that frames can pass between, with the VLANs that join them. */
interface PortGroup {
  readonly ports: readonly number[];
  readonly vlans: readonly TableVlan[];
}

/**
 * `config switch` and `switch_vlan`: ports by a name, and bridges and VLANs on them, as rendering makes the same sections
 * of. What cannot be so stays as it was, with devices of the kernel alone.
 */
export function carrySwitch(
  sections: readonly SectionReader[],
  wireless: readonly SectionReader[],
  draft: TopologyDraft,
): readonly ImportNote[] {
  const own = sections.filter(({ type }) => type === "switch" || type === "switch_vlan");
  const [first, ...others] = own;
  if (first === undefined) return [];
  const table = readSwitchTable(sections, draft.deviceOf);
  const groups = typeof table === "string" ? table : groupsOf(table);
  if (typeof table === "string" || typeof groups === "string") {
    const why = typeof table === "string" ? table : String(groups);
    return [first.refuse(why), ...others.map((section) => section.refuse("its switch is not"))];
  }
  const names = new DeviceNames(sections, draft);
  const ports = new Map<number, string>();
  const notes = [...vlanNotes(table)];
  for (const group of groups) notes.push(...carryGroup(group, ports, names, wireless, draft));
  for (const [section, device] of draft.deviceOf)
    draft.deviceOf.set(section, draft.onSwitch.interfaceOf.get(device) ?? device);
  const sorted = [...ports].sort(([a], [b]) => a - b);
  draft.openwrt["switch"] = {
    ...(table.device !== "switch0" && { device: table.device }),
    ...(table.base !== "eth0" && { interface: table.base }),
    cpu: table.cpu,
    ports: Object.fromEntries(sorted.map(([number, name]) => [name, number])),
  };
  const said = sorted.map(([number, name]) => `${number} is ${name}`).join(", ");
  const message = `Ports of ${table.device} have names here (${said}, and ${table.cpu} is the device's own): which of its sockets is which, only its owner knows.`;
  return [...notes, table.section.note("name", message)];
}

/** A VLAN without a port goes to the first group of a bridge, or makes one of a port without frames of its own. */
function groupsOf({ vlans }: SwitchTable): readonly PortGroup[] | string {
  let groups: PortGroup[] = [];
  for (const vlan of vlans.filter(({ ports }) => ports.size > 0)) {
    const joined = groups.filter(({ ports }) => ports.some((port) => vlan.ports.has(port)));
    const ports = new Set([...joined.flatMap((group) => group.ports), ...vlan.ports.keys()]);
    const all = [...joined.flatMap((group) => group.vlans), vlan];
    groups = [...groups.filter((group) => !joined.includes(group)), { ports: [...ports].sort(ascending), vlans: all }];
  }
  const lonely = vlans.filter(({ ports, use }) => ports.size === 0 && use !== null);
  if (lonely.length === 0) return groups;
  const bridged = groups.filter((group) => !isAlone(group));
  const host = bridged.find(ownVlan) ?? bridged[0] ?? groups.find((group) => !ownVlan(group)) ?? groups[0];
  if (host === undefined) return `no port has VLAN ${lonely[0]?.id} but the device's own`;
  return groups.map((group) => (group === host ? { ...group, vlans: [...group.vlans, ...lonely] } : group));
}

const ascending = (a: number, b: number) => a - b;

/** A port that is an interface of its own: the kernel has each of its VLANs, and no bridge has its untagged frames. */
function isAlone({ ports: [port, ...more], vlans }: PortGroup): boolean {
  if (port === undefined || more.length > 0) return false;
  return vlans.every(({ use, ports }) => {
    if (use === null || ports.size === 0) return false;
    // A port's own frames are there for something, or for what nobody says: not beside VLANs that are.
    return ports.get(port) || (use.bridge === null && (vlans.length === 1 || !use.isSilent));
  });
}

function carryGroup(
  group: PortGroup,
  ports: Map<number, string>,
  names: DeviceNames,
  wireless: readonly SectionReader[],
  draft: TopologyDraft,
): readonly ImportNote[] {
  const { interfaceOf: interfaces, membersOf } = draft.onSwitch;
  const notes: ImportNote[] = [];
  const base = ownVlan(group);
  const section = base?.use?.sections[0];
  let parent: string;
  if (isAlone(group)) {
    const [number = 0] = group.ports;
    parent = names.claim(section, `port${number}`);
    ports.set(number, parent);
    interfaceOf(draft, parent);
  } else {
    parent = base?.use?.bridge ?? names.claim(section === undefined ? undefined : `br-${section}`, "br-switch");
    for (const number of group.ports) ports.set(number, portName(number, group, names));
    const members = group.ports.map((number) => ports.get(number) ?? "");
    assign(interfaceOf(draft, parent), { kind: "bridge", members, ...filterKeys(group, base, ports) });
    if (base?.use?.bridge) for (const device of base.use.devices) membersOf.set(device, members);
    else if (base?.use && section !== undefined) {
      const message = `${section} was on ${base.use.devices.join(" and ")} itself; here it is on a bridge of its ports, ${parent}.`;
      notes.push(base.section.note("vlan", message));
    }
  }
  for (const device of base?.use?.devices ?? []) interfaces.set(device, parent);
  for (const vlan of group.vlans) {
    if (vlan !== base && vlan.use !== null) carryUpper(vlan, vlan.use, parent, names, wireless, draft);
  }
  return notes;
}

/** By what the port's untagged frames are for, and counted: `lan1`, `lan2`. */
function portName(number: number, { vlans }: PortGroup, names: DeviceNames): string {
  const use = vlans.find(({ ports }) => ports.get(number) === false)?.use;
  const [, stem] = /^(?:br-)?([a-z]{1,8})$/i.exec(use?.bridge ?? use?.sections[0] ?? "") ?? [];
  let count = 1;
  while (stem !== undefined && !names.isFree(`${stem}${count}`)) count++;
  return names.claim(stem === undefined ? undefined : `${stem}${count}`, `port${number}`);
}

/** A VLAN that the device has beside a port's or bridge's own. */
function carryUpper(
  { id }: TableVlan,
  { bridge, devices, sections, hasOthers }: VlanUse,
  parent: string,
  names: DeviceNames,
  wireless: readonly SectionReader[],
  draft: TopologyDraft,
): void {
  const { interfaceOf: interfaces, membersOf } = draft.onSwitch;
  const isMade =
    bridge !== null && !hasOthers && hasStations(bridge, wireless, draft) && names.isFree(bridge.slice(3), 12);
  const name = names.claim(isMade ? bridge.slice(3) : sections[0], `vlan${id}`);
  assign(interfaceOf(draft, name), { kind: "vlan", parent, vlan: vlanName(draft, id) });
  for (const device of devices) interfaces.set(device, name);
  if (isMade) interfaces.set(bridge, name);
  else if (bridge !== null) for (const device of devices) membersOf.set(device, [name]);
}

/** The VLAN of an interface's own frames: one that ports have untagged, and of those the one that the kernel bridges. */
function ownVlan(group: PortGroup): TableVlan | undefined {
  if (isAlone(group)) return group.vlans.find(({ ports }) => [...ports.values()].includes(false));
  const untagged = ({ ports }: TableVlan) => [...ports.values()].filter((isTagged) => !isTagged).length;
  const rank = (vlan: TableVlan) => [Math.min(untagged(vlan), 1), vlan.use?.bridge ? 1 : 0, untagged(vlan), -vlan.id];
  const found = group.vlans
    .filter(({ use }) => use !== null && !use.isSilent)
    .filter((vlan) => untagged(vlan) > 0 || vlan.use?.bridge)
    .map((vlan) => ({ vlan, rank: rank(vlan) }))
    .sort((a, b) => {
      const at = a.rank.findIndex((value, index) => value !== b.rank[index]);
      return at < 0 ? 0 : (b.rank[at] ?? 0) - (a.rank[at] ?? 0);
    });
  return found[0]?.vlan;
}

/** What each port of a bridge carries; nothing, where all have the one VLAN untagged. */
function filterKeys(
  { ports: numbers, vlans }: PortGroup,
  base: TableVlan | undefined,
  names: ReadonlyMap<number, string>,
): Readonly<Record<string, unknown>> {
  if (vlans.length === 1 && base !== undefined && ![...base.ports.values()].includes(true)) return {};
  const ports = numbers.map((number) => {
    const tagged = vlans.filter((vlan) => vlan.ports.get(number) === true).map(({ id }) => id);
    const pvid = vlans.find((vlan) => vlan.ports.get(number) === false)?.id ?? "none";
    const said = {
      ...(tagged.length > 0 && { vlans: tagged.sort(ascending) }),
      ...(pvid !== (base?.id ?? "none") && { pvid }),
    };
    return [names.get(number), said] as const;
  });
  return { vlanFiltering: true, pvid: base?.id ?? "none", ports: Object.fromEntries(ports) };
}

/** Whether stations come to a bridge that has one port of the kernel's: then it is rendering's, of a VLAN and them. */
function hasStations(bridge: string, wireless: readonly SectionReader[], { deviceOf }: TopologyDraft): boolean {
  return (
    bridge.startsWith("br-") &&
    wireless.some(
      (section) =>
        section.type === "wifi-iface" &&
        section.peek("disabled")[0] !== "1" &&
        deviceOf.get(section.peek("network")[0] ?? "") === bridge,
    )
  );
}

/** What of a VLAN is not as it was. */
function vlanNotes({ vlans }: SwitchTable): readonly ImportNote[] {
  return vlans.flatMap(({ id, section, ports, own, use }) => {
    if (ports.size === 0 && use === null) return [section.refuse("no port of the switch is in it")];
    if (own !== null && use === null)
      return [section.note("ports", `Nothing of the device is in VLAN ${id}, so its own port is left out of it.`)];
    if (own === false)
      return [section.note("ports", `The device's own port has VLAN ${id} untagged; rendering tags it there.`)];
    return [];
  });
}

/** Names that no device has yet. */
class DeviceNames {
  readonly #taken: Set<string>;

  constructor(sections: readonly SectionReader[], { deviceOf }: TopologyDraft) {
    const named = sections.flatMap((section) =>
      ["name", "device", "ifname", "ports"].flatMap((key) => section.peek(key).map((text) => text.split(":")[0] ?? "")),
    );
    this.#taken = new Set(["lo", "all", "default", ...deviceOf.values(), ...named]);
  }

  isFree(name: string, longest = 15): boolean {
    return name.length <= longest && /^[A-Za-z0-9][\w.-]*$/.test(name) && !this.#taken.has(name);
  }

  /** The first of two names that is free, or the second with a number. */
  claim(wanted: string | undefined, otherwise: string): string {
    let name = wanted !== undefined && this.isFree(wanted) ? wanted : otherwise;
    for (let count = 2; this.#taken.has(name); count++) name = `${otherwise}_${count}`;
    this.#taken.add(name);
    return name;
  }
}
