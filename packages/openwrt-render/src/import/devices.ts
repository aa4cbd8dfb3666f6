import { assign, interfaceOf, type TopologyDraft, vlanName } from "./draft.js";
import type { ImportNote, SectionReader } from "./notes.js";

/** `config device`: bridges, VLANs, bonds and VRFs, and what is said of ports. */
export function readDevice(section: SectionReader, draft: TopologyDraft): readonly ImportNote[] {
  const name = section.text("name");
  const type = section.text("type");
  if (name === null) return [section.refuse("it names no device")];
  const device = draft.onSwitch.interfaceOf.get(name) ?? name;
  const readers: Readonly<Record<string, (own: SectionReader, device: string, draft: TopologyDraft) => void>> = {
    bridge: readBridge,
    "8021q": readVlan,
    bonding: readBond,
    vrf: (own, name) =>
      assign(interfaceOf(draft, name), { kind: "vrf", table: own.number("table"), members: own.list("ports") }),
  };
  const read = type === null ? undefined : readers[type];
  if (type !== null && read === undefined) return [section.refuse(`the topology has no device of type ${type}`)];
  read?.(section, device, draft);
  // Which senders are believed is decided by the plan.
  section.expect("rpfilter", "strict", "loose", "1", "2");
  if (section.flag("ipv6") === false) interfaceOf(draft, device)["linkLocal"] = "no";
  section.expect("enabled", "1");
  const said = { macAddress: section.text("macaddr")?.toLowerCase(), mtu: section.number("mtu") };
  if (said.macAddress === undefined && said.mtu === null) return [];
  const own = interfaceOf(draft, device);
  // A bridge, and a VLAN below it that has become its ports: the bridge's own words count.
  for (const [key, option] of [
    ["macAddress", "macaddr"],
    ["mtu", "mtu"],
  ] as const) {
    if (device === name || own[key] === undefined) assign(own, { [key]: said[key] });
    else if (said[key] != null && said[key] !== own[key]) section.keep(option);
  }
  return [];
}

/** A bridge, of a `config device` or, before 21.02, of a `config interface`: its ports are in `ports` or `ifname`. */
export function readBridge(section: SectionReader, device: string, draft: TopologyDraft): void {
  const own = interfaceOf(draft, device);
  const members = [...section.list("ports"), ...section.list("ifname")];
  section.expect("bridge_empty", "0", "1");
  // A VLAN of a switch and its stations: rendering makes the bridge.
  if (own["kind"] === "vlan") return;
  assign(own, {
    kind: "bridge",
    members: members.flatMap((member) => draft.onSwitch.membersOf.get(member) ?? member),
  });
  assign(own, {
    stp: section.flag("stp") || null,
    priority: section.number("priority"),
    forwardDelay: section.number("forward_delay"),
    helloTime: section.number("hello_time"),
    maxAge: section.number("max_age"),
    ageingTime: section.number("ageing_time"),
    multicastSnooping: section.flag("igmp_snooping"),
    multicastQuerier: section.flag("multicast_querier"),
    vlanFiltering: section.flag("vlan_filtering") || null,
  });
}

function readVlan(section: SectionReader, device: string, draft: TopologyDraft): void {
  const id = section.number("vid");
  const parent = section.text("ifname");
  if (id === null || parent === null || draft.onSwitch.interfaceOf.has(section.peek("name")[0] ?? "")) return;
  assign(interfaceOf(draft, device), { kind: "vlan", parent, vlan: vlanName(draft, id) });
}

function readBond(section: SectionReader, device: string, draft: TopologyDraft): void {
  const byArp = section.text("monitor_mode") === "arp";
  const interval = section.number("monitor_interval");
  assign(interfaceOf(draft, device), {
    kind: "bond",
    members: section.list("ports"),
    mode: section.text("policy"),
    lacpRate: section.text("lacp_rate"),
    transmitHashPolicy: section.text("xmit_hash_policy"),
    minLinks: section.number("min_links"),
    adSelect: section.text("ad_select"),
    primary: section.text("primary"),
    primaryReselect: section.text("primary_reselect"),
    failOverMac: section.text("failover_mac"),
    gratuitousArp: section.number("num_peer_notif"),
    packetsPerMember: section.number("packets_per_port"),
    miiMonitor: byArp ? null : interval,
    arpInterval: byArp ? interval : null,
    arpTargets: byArp ? section.list("arp_target") : null,
    upDelay: section.number("updelay"),
    downDelay: section.number("downdelay"),
  });
}

/** Every `config bridge-vlan` of one bridge: what each port carries. */
export function readBridgeVlans(
  sections: readonly SectionReader[],
  device: string,
  draft: TopologyDraft,
): readonly ImportNote[] {
  const own = interfaceOf(draft, device);
  const ports = new Map<string, { vlans: number[]; pvid: number | "none" }>();
  const notes: ImportNote[] = [];
  const members = (own["members"] as readonly string[] | undefined) ?? [];
  for (const member of members) ports.set(member, { vlans: [], pvid: "none" });
  for (const section of sections) {
    section.text("device");
    const id = section.number("vlan");
    if (id === null) continue;
    // The bridge's own end is in a VLAN where an interface stands on it.
    section.flag("local");
    for (const text of section.list("ports")) {
      const [port = "", flags = "u"] = text.split(":");
      const known = ports.get(port) ?? { vlans: [], pvid: "none" as const };
      ports.set(port, known);
      if (flags.includes("t")) known.vlans.push(id);
      else if (flags.includes("*") || !text.includes(":")) known.pvid = id;
      else {
        known.vlans.push(id);
        notes.push(
          section.note(
            "ports",
            `\`list ports '${text}'\` sends VLAN ${id} untagged and takes untagged frames for another; it is carried over as tagged.`,
          ),
        );
      }
    }
  }
  const pvid = ownVlan(device, ports, draft);
  if (pvid !== null) {
    for (const [name, on] of draft.deviceOf) if (on === `${device}.${pvid}`) draft.deviceOf.set(name, device);
  }
  assign(own, {
    vlanFiltering: true,
    pvid: pvid ?? "none",
    ports: Object.fromEntries(
      [...ports].map(([port, said]) => [
        port,
        {
          ...(said.vlans.length > 0 && { vlans: said.vlans }),
          ...(said.pvid !== (pvid ?? "none") && { pvid: said.pvid }),
        },
      ]),
    ),
  });
  return notes;
}

/** The VLAN that the bridge's own addresses are on: the first of an interface that some port has untagged. */
function ownVlan(
  device: string,
  ports: ReadonlyMap<string, { readonly pvid: number | "none" }>,
  draft: TopologyDraft,
): number | null {
  const untagged = new Set([...ports.values()].map(({ pvid }) => pvid));
  for (const on of draft.deviceOf.values()) {
    const vlan = on.startsWith(`${device}.`) ? Number(on.slice(device.length + 1)) : Number.NaN;
    if (untagged.has(vlan)) return vlan;
  }
  return null;
}

/** What is said of a bridge's ports in sections of their own. */
export function readPorts(sections: readonly SectionReader[], draft: TopologyDraft): void {
  for (const section of sections) {
    const device = section.section.options.get("name");
    for (const own of draft.interfaces.values()) {
      if (own["kind"] !== "bridge" || typeof device !== "string") continue;
      if (!((own["members"] as readonly string[] | undefined) ?? []).includes(device)) continue;
      const isolated = section.flag("isolate") || null;
      const learning = section.flag("learning");
      if (isolated === null && learning !== false) continue;
      const ports = { ...(own["ports"] as Record<string, Record<string, unknown>> | undefined) };
      ports[device] = { ...ports[device], ...(isolated && { isolated }), ...(learning === false && { learning }) };
      own["ports"] = ports;
    }
  }
}
