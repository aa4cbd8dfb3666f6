import { push, type TopologyDraft } from "./draft.js";
import type { ImportNote, SectionReader } from "./notes.js";

type Verdicts = { input: string; forward: string };

/** `/etc/config/firewall`: zones, what goes between them, and what is let in. */
export function readFirewall(sections: readonly SectionReader[], draft: TopologyDraft): readonly ImportNote[] {
  const defaults: Verdicts = { input: "DROP", forward: "DROP" };
  const notes: ImportNote[] = [];
  for (const section of sections.filter(({ type }) => type === "defaults")) {
    defaults.input = section.text("input")?.toUpperCase() ?? defaults.input;
    defaults.forward = section.text("forward")?.toUpperCase() ?? defaults.forward;
    section.expect("output", "ACCEPT");
    section.expect("syn_flood", "1");
    section.expect("synflood_protect", "1");
    section.expect("drop_invalid", "1");
  }
  for (const section of sections) {
    if (isDisabled(section)) notes.push(section.refuse("it is disabled"));
    else if (section.type === "zone") notes.push(...readZone(section, defaults, draft));
    else if (section.type === "forwarding") notes.push(...readForwarding(section, draft));
    else if (section.type === "rule") notes.push(...readRule(section, draft));
    else if (section.type !== "defaults") notes.push(section.refuse("the topology has nothing of the kind"));
  }
  return notes;
}

function isDisabled({ section }: SectionReader): boolean {
  return ["0", "false", "off", "no"].includes(String(section.options.get("enabled") ?? "1"));
}

function readZone(section: SectionReader, defaults: Verdicts, draft: TopologyDraft): readonly ImportNote[] {
  const name = section.text("name");
  if (name === null) return [section.refuse("it has no name")];
  section.expect("enabled", "1");
  section.expect("output", "ACCEPT");
  const masquerade = section.flag("masq") ?? false;
  section.expect("mtu_fix", masquerade ? "1" : "0");
  const input = (section.text("input") ?? defaults.input).toLowerCase();
  const forward = (section.text("forward") ?? defaults.forward).toLowerCase();
  const notes: ImportNote[] = [];
  for (const network of section.list("network")) {
    const device = draft.deviceOf.get(network);
    const own = device === undefined ? undefined : draft.interfaces.get(device);
    if (own !== undefined) own.zone = name;
    else notes.push(section.note("network", `The zone ${name} has the network ${network}, which is not carried over.`));
  }
  for (const device of section.list("device")) {
    const own = draft.interfaces.get(device);
    if (own !== undefined) own.zone = name;
    else notes.push(section.note("device", `The zone ${name} has the device ${device}, which no interface is.`));
  }
  // The zone that rendering makes for interfaces without one.
  if (name === "unzoned") {
    for (const own of draft.interfaces.values()) if (own.zone === "unzoned") delete own.zone;
    return notes;
  }
  draft.zones.set(name, { input, forward, ...(masquerade && { masquerade }) });
  return notes;
}

function readForwarding(section: SectionReader, draft: TopologyDraft): readonly ImportNote[] {
  const [from, to] = [section.text("src"), section.text("dest")];
  section.expect("enabled", "1");
  section.text("name");
  if (from === "unzoned" || to === "unzoned") return [];
  if (!draft.zones.has(from ?? "") || !draft.zones.has(to ?? ""))
    return [section.refuse("one of its zones is not there")];
  draft.forwardings.push({ from, to });
  return [];
}

function readRule(section: SectionReader, draft: TopologyDraft): readonly ImportNote[] {
  if (isPlanned(section)) return [];
  const read = (key: string) => section.section.options.get(key);
  const [from, to] = [read("src"), read("dest")];
  if (String(read("target") ?? "").toUpperCase() !== "ACCEPT")
    return [section.refuse("the topology only says what may pass")];
  if (typeof from !== "string" || !draft.zones.has(from)) return [section.refuse("it is of no zone")];
  if (to !== undefined && (typeof to !== "string" || !draft.zones.has(to)))
    return [section.refuse("it leads to no zone")];
  const ports = section.words("dest_port");
  const said = read("proto") === undefined ? ["tcpudp"] : section.words("proto");
  const protocols = said.flatMap((word) => (word === "tcpudp" ? ["tcp", "udp"] : [word]));
  const isPorts =
    ports.length > 0 &&
    ports.every((text) => /^\d+([-:]\d+)?$/.test(text)) &&
    protocols.every((word) => word === "tcp" || word === "udp");
  if (!isPorts) return [section.refuse("the topology's rules are of TCP's and UDP's ports")];
  const others = [...section.section.options.keys()].filter((key) => !ruleOptions.has(key));
  if (others.length > 0) return [section.refuse(`the topology's rules have no ${others.join(", ")}`)];
  for (const key of ruleOptions) section.list(key);
  const allow = ports.flatMap((text) => protocols.map((protocol) => `${text.replace(":", "-")}/${protocol}`));
  const written = section.words("src_ip");
  // A rule of one family is one from all addresses of it.
  const everywhere = { ipv4: ["0.0.0.0/0"], ipv6: ["::/0"] }[String(read("family"))] ?? [];
  const sources = written.length === 0 ? everywhere : written;
  const opened = sources.length === 0 ? allow : [{ ports: allow, from: sources }];
  if (to === undefined) push(draft.zones.get(from) ?? {}, "allow", ...opened);
  else {
    const before = draft.forwardings.find(
      (own) => own["from"] === from && own["to"] === to && own["allow"] !== undefined,
    );
    if (before === undefined) draft.forwardings.push({ from, to, allow: opened });
    else push(before, "allow", ...opened);
  }
  return [];
}

const ruleOptions: ReadonlySet<string> = new Set([
  "name",
  "src",
  "dest",
  "proto",
  "dest_port",
  "src_ip",
  "family",
  "target",
  "enabled",
]);

/** Types that the plan lets in from anywhere, by OpenWrt's words and numbers. */
const icmpTypes: ReadonlySet<string> = new Set(
  "echo-request echo-reply destination-unreachable packet-too-big time-exceeded parameter-problem bad-header unknown-header-type router-solicitation router-advertisement neighbour-solicitation neighbour-advertisement 1 2 3 4 8 11 12 128 129 130 131 132 133 134 135 136 143 130/0 131/0 132/0 143/0".split(
    " ",
  ),
);

/** What the plan opens by itself: ICMP that a network needs, answers to leases, ssh on interfaces without a zone. */
function isPlanned(section: SectionReader): boolean {
  const read = (key: string) => section.section.options.get(key);
  if (String(read("target") ?? "").toUpperCase() !== "ACCEPT") return false;
  const types = section.words("icmp_type");
  const isIcmp = read("proto") === "icmp" && types.length > 0 && types.every((type) => icmpTypes.has(type));
  const isLease =
    read("proto") === "udp" && read("dest") === undefined && ["68", "546"].includes(String(read("dest_port")));
  const isOwn = read("src") === "unzoned";
  if (!isIcmp && !isLease && !isOwn && read("src") !== "*") return false;
  // What rendering says of any source is the plan's own: tunnels and servers; sessions are not of these files.
  if (!isIcmp && !isLease && !isOwn && !/^(VXLAN|WireGuard|DHCP|DHCPv6|DNS)\b/.test(String(read("name") ?? "")))
    return false;
  // What else is said, as a limit, stays to be told.
  for (const key of plannedOptions) section.list(key);
  return true;
}

const plannedOptions = [
  "name",
  "src",
  "dest",
  "proto",
  "icmp_type",
  "family",
  "target",
  "src_ip",
  "dest_port",
  "device",
  "direction",
  "enabled",
];
