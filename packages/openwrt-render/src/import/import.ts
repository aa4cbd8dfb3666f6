import { UciError } from "../uci/document.js";
import { type ParsedUciSection, parseUci } from "../uci/parse.js";
import { readBridgeVlans, readDevice, readPorts } from "./devices.js";
import { emptyDraft, type TopologyDraft } from "./draft.js";
import { readFirewall } from "./firewall.js";
import {
  defineVlan,
  isClassicBridge,
  readInterface,
  readRoute,
  readRule,
  readVxlanPeer,
  readWireguardPeer,
} from "./interfaces.js";
import { type ImportNote, SectionReader } from "./notes.js";
import { readDhcp, readSystem, readWireless } from "./services.js";
import { carrySwitch } from "./switch.js";

/** What a device's configuration is as a topology. */
export interface OpenwrtImport {
  /** A topology's document, as data: one cluster with one node. */
  readonly document: Readonly<Record<string, unknown>>;
  /** What it does not say, in the order of files and lines. */
  readonly notes: readonly ImportNote[];
}

/**
 * Reads a device's `/etc/config` into a topology with one node, which renders to an equivalent configuration.
 *
 * Sections get the name of their device, as rendering names them. Secrets stay on the device: each becomes the name of a
 * file in `/etc/nix-nos`, and a note says what to put there.
 *
 * @param files - texts by their name in `/etc/config`; `network`, `firewall`, `dhcp`, `system` and `wireless` are read
 * @returns the topology, and a note with file and line for all that it cannot say: sections, options, other files
 * @throws UciError, with the file's name in its message, for a file that is no UCI
 *
 * @example
 * ```ts
 * import { importOpenwrt } from "@nix-nos/openwrt-render";
 *
 * const network = "config interface 'lan'\n\toption device 'br-lan'\n\toption proto 'static'\n\toption ipaddr '10.0.0.1/24'\n\toption ip6assign '60'\n";
 * importOpenwrt({ network }).notes; // => [{ "file": "network", "line": 5, "message": "`option ip6assign '60'` is not carried over." }]
 * ```
 */
export function importOpenwrt(files: Readonly<Record<string, string>>): OpenwrtImport {
  const draft = emptyDraft();
  const read = new Map(Object.entries(files).map(([file, text]) => [file, sectionsOf(file, text)] as const));
  const of = (file: string) => read.get(file) ?? [];
  const notes: ImportNote[] = [
    ...readNetwork(of("network"), of("wireless"), draft),
    ...readFirewall(of("firewall"), draft),
    ...readDhcp(of("dhcp"), draft),
    ...readSystem(of("system"), draft),
    ...readWireless(of("wireless"), draft),
  ];
  for (const [file, sections] of read) {
    if (!known.has(file))
      notes.push({ file, line: 1, message: `\`${file}\` is not carried over: the topology has nothing of it.` });
    else notes.push(...sections.flatMap((section) => section.rest()));
  }
  const order = [...read.keys()];
  notes.sort((a, b) => order.indexOf(a.file) - order.indexOf(b.file) || a.line - b.line);
  return { document: documentOf(draft), notes };
}

const known: ReadonlySet<string> = new Set(["network", "firewall", "dhcp", "system", "wireless"]);

function sectionsOf(file: string, text: string): readonly SectionReader[] {
  if (!known.has(file)) return [];
  let sections: readonly ParsedUciSection[];
  try {
    sections = parseUci(text);
  } catch (error) {
    if (!(error instanceof UciError)) throw error;
    throw new UciError(`${file}:${error.line}: ${error.message}`, error.line);
  }
  return sections.map((section) => new SectionReader(file, section));
}

/** Devices first, and the sections that stand on others after those. */
function readNetwork(
  sections: readonly SectionReader[],
  wireless: readonly SectionReader[],
  draft: TopologyDraft,
): readonly ImportNote[] {
  const of = (...types: readonly string[]) => sections.filter(({ type }) => types.includes(type));
  nameDevices(of("interface"), wireless, draft);
  const notes = [...carrySwitch(sections, wireless, draft)];
  const { interfaceOf: onSwitch } = draft.onSwitch;
  // Bridges before the VLANs of a switch below them.
  const rank = (section: SectionReader) =>
    onSwitch.has(section.peek("name")[0] ?? "") ? (section.peek("type")[0] === "bridge" ? 1 : 2) : 0;
  for (const section of of("device").toSorted((a, b) => rank(a) - rank(b))) notes.push(...readDevice(section, draft));
  const bridges = new Map<string, SectionReader[]>();
  for (const section of of("bridge-vlan")) {
    const device = String(section.section.options.get("device") ?? "");
    bridges.set(device, [...(bridges.get(device) ?? []), section]);
  }
  for (const [device, own] of bridges) notes.push(...readBridgeVlans(own, device, draft));
  readPorts(of("device"), draft);
  for (const device of draft.deviceOf.values()) if (/\.\d{1,4}$/.test(device)) defineVlan(device, draft);
  for (const { section } of of("interface").filter(isClassicBridge)) {
    for (const port of String(section.options.get("ifname") ?? "").split(/\s+/))
      if (/\.\d{1,4}$/.test(port) && !draft.onSwitch.interfaceOf.has(port)) defineVlan(port, draft);
  }
  for (const section of of("interface")) notes.push(...readInterface(section, draft));
  for (const section of of("route", "route6")) notes.push(...readRoute(section, draft));
  for (const section of of("rule", "rule6")) notes.push(...readRule(section, draft));
  for (const section of of("vxlan_peer")) notes.push(...readVxlanPeer(section, draft));
  for (const section of sections.filter(({ type }) => type.startsWith("wireguard_"))) {
    notes.push(...readWireguardPeer(section, draft));
  }
  const read = new Set(["interface", "device", "bridge-vlan", "route", "route6", "rule", "rule6", "vxlan_peer"]);
  for (const section of sections) {
    if (read.has(section.type) || section.type.startsWith("wireguard_")) continue;
    if (section.type === "globals" || section.type === "switch" || section.type === "switch_vlan") continue;
    notes.push(section.refuse("the topology has nothing of the kind"));
  }
  return notes;
}

/** Which device each section is on: its own, that of another section, that of a tunnel or a radio. */
function nameDevices(
  interfaces: readonly SectionReader[],
  wireless: readonly SectionReader[],
  draft: TopologyDraft,
): void {
  const has = (key: string) => interfaces.some(({ section }) => section.options.has(key));
  // So wrote releases before 21.02; where both are, a newer one left something over.
  if (has("ifname") && !has("device")) draft.openwrt["version"] = "19.07";
  for (const { name, section } of interfaces) {
    if (name === null) continue;
    const proto = String(section.options.get("proto") ?? "none");
    if (section.options.get("type") === "bridge") {
      draft.deviceOf.set(name, `br-${name}`);
      continue;
    }
    const device = [section.options.get("device") ?? section.options.get("ifname") ?? []].flat()[0];
    if (proto === "wireguard" || proto.startsWith("vxlan")) draft.deviceOf.set(name, name);
    else if (device !== undefined && !device.startsWith("@")) draft.deviceOf.set(name, device);
    else if (device === undefined) {
      const radio = wireless.find((own) => own.type === "wifi-iface" && own.section.options.get("network") === name);
      draft.deviceOf.set(name, String(radio?.section.options.get("ifname") ?? name));
    }
  }
  for (const { name, section } of interfaces) {
    const device = section.options.get("device") ?? section.options.get("ifname");
    if (name === null || typeof device !== "string" || !device.startsWith("@")) continue;
    draft.deviceOf.set(name, draft.deviceOf.get(device.slice(1)) ?? device.slice(1));
  }
}

function documentOf(draft: TopologyDraft): Readonly<Record<string, unknown>> {
  const network = {
    ...(draft.vlans.size > 0 && { vlans: Object.fromEntries([...draft.vlans].map(([id, name]) => [name, { id }])) }),
    ...(draft.zones.size > 0 && { zones: Object.fromEntries(draft.zones) }),
    ...(draft.forwardings.length > 0 && { forwardings: draft.forwardings }),
  };
  const node = {
    role: "edge",
    platform: "openwrt",
    interfaces: Object.fromEntries(
      [...draft.interfaces].filter(([device, own]) => device !== "lo" || Object.keys(own).length > 0),
    ),
    ...(Object.keys(draft.openwrt).length > 0 && { openwrt: draft.openwrt }),
  };
  return {
    "nix-nos": {
      ...(draft.domain !== null && { domain: draft.domain }),
      ...(Object.keys(network).length > 0 && { network }),
      clusters: { imported: { nodes: { [draft.hostname]: node } } },
    },
  };
}
