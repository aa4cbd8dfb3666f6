import { readBridge } from "./devices.js";
import { assign, firstDevice, interfaceOf, push, type TopologyDraft, vlanName } from "./draft.js";
import type { ImportNote, SectionReader } from "./notes.js";

/** Where a secret of the device's own configuration is to stand, for the topology to name. */
export function secretPath(name: string): string {
  return `/etc/nix-nos/${name}`;
}

/** `config interface`: a protocol and its addresses, on the interface of its device. */
export function readInterface(section: SectionReader, draft: TopologyDraft): readonly ImportNote[] {
  const device = draft.deviceOf.get(section.name ?? "");
  section.text("device");
  if (device !== undefined && isClassicBridge(section)) {
    section.text("type");
    readBridge(section, device, draft);
    assign(interfaceOf(draft, device), {
      mtu: section.number("mtu"),
      macAddress: section.text("macaddr")?.toLowerCase(),
    });
    section.expect("rpfilter", "strict", "loose", "1", "2");
  } else section.text("ifname");
  section.expect("auto", "1");
  section.expect("disabled", "0");
  if (device === undefined || section.name === null) return [section.refuse("it has no name")];
  const proto = section.text("proto") ?? "none";
  if (section.section.options.get("disabled") === "1") return [section.refuse("it is disabled")];
  switch (proto) {
    case "none":
      interfaceOf(draft, device);
      return [];
    case "static":
      return readStatic(section, device, draft);
    case "dhcp":
      return readDhcp(section, device, draft);
    case "dhcpv6":
      return readDhcp6(section, device, draft);
    case "wireguard":
      return readWireguard(section, device, draft);
    case "vxlan":
    case "vxlan6":
      return readVxlan(section, device, draft);
    default:
      return [section.refuse(`the topology has no protocol ${proto}`)];
  }
}

/** Before 21.02 a bridge is an interface, and netifd calls its device `br-` and the section's name. */
export function isClassicBridge({ section }: SectionReader): boolean {
  return section.options.get("type") === "bridge";
}

/** An interface on a VLAN device that nobody defines: `br-lan.10` is VLAN 10 of `br-lan`. */
export function defineVlan(device: string, draft: TopologyDraft): void {
  const found = /^(.+)\.(\d{1,4})$/.exec(device);
  const [, parent, id] = found ?? [];
  const own = interfaceOf(draft, device);
  if (parent === undefined || own["kind"] !== undefined) return;
  assign(own, { kind: "vlan", parent, vlan: vlanName(draft, Number(id)) });
}

function readStatic(section: SectionReader, device: string, draft: TopologyDraft): readonly ImportNote[] {
  const mask = section.text("netmask");
  const own = interfaceOf(draft, device);
  const isLoopback = device === "lo";
  const v4 = section.list("ipaddr").map((text) => (text.includes("/") ? text : `${text}/${lengthOf(mask)}`));
  const v6 = section.list("ip6addr").map(withLength);
  const addresses = [...v4, ...v6].filter((text) => !isLoopback || !/^(127\.|::1\/)/.test(text));
  push(own, "addresses", ...addresses);
  const notes: ImportNote[] = [];
  if (v6.length > 0 && own["linkLocal"] === "no") {
    delete own["linkLocal"];
    notes.push(section.note("ip6addr", `IPv6 is off on ${device}, and it has addresses of it: it is on here.`));
  }
  push(own, "gateway", ...[section.text("gateway"), section.text("ip6gw")].filter((text) => text !== null));
  push(own, "dns", ...section.list("dns"));
  push(own, "domains", ...section.list("dns_search"));
  return notes;
}

function lengthOf(mask: string | null): number {
  const bits = (mask ?? "255.255.255.255")
    .split(".")
    .map((part) => Number(part).toString(2).padStart(8, "0"))
    .join("");
  return bits.indexOf("0") < 0 ? 32 : bits.indexOf("0");
}

function readDhcp(section: SectionReader, device: string, draft: TopologyDraft): readonly ImportNote[] {
  const own = interfaceOf(draft, device);
  const before = own["dhcp"] as Record<string, unknown> | undefined;
  const dhcp: Record<string, unknown> = { ...before, family: before === undefined ? "ipv4" : "both" };
  if (section.flag("peerdns") === false) dhcp["useDns"] = false;
  if (section.flag("defaultroute") === false) dhcp["useRoutes"] = false;
  section.expect("classlessroute", dhcp["useRoutes"] === false ? "0" : "1");
  if (section.section.options.get("hostname") === "*") {
    section.text("hostname");
    dhcp["sendHostname"] = false;
  }
  assign(dhcp, { routeMetric: section.number("metric"), routeTable: section.number("ip4table") });
  own["dhcp"] = dhcp;
  push(own, "dns", ...section.list("dns"));
  push(own, "domains", ...section.list("dns_search"));
  return [];
}

function readDhcp6(section: SectionReader, device: string, draft: TopologyDraft): readonly ImportNote[] {
  const own = interfaceOf(draft, device);
  const before = own["dhcp"] as Record<string, unknown> | undefined;
  const asks =
    section.section.options.get("reqaddress") !== "none" ||
    !["no", undefined].includes(section.section.options.get("reqprefix") as string);
  section.expect("reqaddress", "try", "none");
  section.expect("reqprefix", "auto", "no");
  const accept: Record<string, unknown> = {};
  const peerdns = section.flag("peerdns");
  if (section.flag("defaultroute") === false) accept["useGateway"] = false;
  assign(accept, { routeMetric: section.number("metric"), routeTable: section.number("ip6table") });
  if (asks)
    own["dhcp"] = {
      ...before,
      family: before === undefined ? "ipv6" : "both",
      ...(peerdns === false && { useDns: false }),
    };
  else if (peerdns === false) accept["useDns"] = false;
  const notes: ImportNote[] = [];
  if (asks && before !== undefined && (before["useDns"] === false) !== (peerdns === false)) {
    notes.push(
      section.note(
        peerdns === null ? "proto" : "peerdns",
        `Of ${device}, name servers of both families are taken or of none; here only one family's are: none is carried over.`,
      ),
    );
  }
  if (!asks || Object.keys(accept).length > 0) own["acceptRa"] = Object.keys(accept).length === 0 ? true : accept;
  push(own, "dns", ...section.list("dns"));
  return notes;
}

function readWireguard(section: SectionReader, device: string, draft: TopologyDraft): readonly ImportNote[] {
  const file = secretPath(`${device}.key`);
  assign(interfaceOf(draft, device), {
    kind: "wireguard",
    addresses: nonEmpty(section.list("addresses").map(withLength)),
    port: section.number("listen_port"),
    mtu: section.number("mtu"),
    privateKeyFile: file,
  });
  push(interfaceOf(draft, device), "dns", ...section.list("dns"));
  const hadKey = section.text("private_key") !== null;
  return hadKey
    ? [section.note("private_key", `The private key of ${device} stays on the device: put it into ${file} there.`)]
    : [];
}

/** An address without a length is one host's. */
function withLength(text: string): string {
  return text.includes("/") ? text : `${text}/${text.includes(":") ? 128 : 32}`;
}

/** `config wireguard_wg0`: a peer of `wg0`. */
export function readWireguardPeer(section: SectionReader, draft: TopologyDraft): readonly ImportNote[] {
  const device = section.type.slice("wireguard_".length);
  const own = draft.interfaces.get(device);
  if (own?.["kind"] !== "wireguard") return [section.refuse(`there is no WireGuard interface ${device}`)];
  if (section.section.options.get("disabled") === "1") return [section.refuse("it is disabled")];
  section.expect("disabled", "0");
  section.expect("route_allowed_ips", "0");
  section.text("description");
  const allowed = section.list("allowed_ips").map(withLength);
  const peers = (own["peers"] as readonly unknown[] | undefined) ?? [];
  const peer: Record<string, unknown> = { publicKey: section.text("public_key") ?? "", allowedIps: allowed };
  const host = section.text("endpoint_host");
  if (host !== null)
    peer["endpoint"] = `${host.includes(":") ? `[${host}]` : host}:${section.text("endpoint_port") ?? "51820"}`;
  else section.text("endpoint_port");
  const keepalive = section.number("persistent_keepalive");
  if (keepalive !== null && keepalive > 0) peer["persistentKeepalive"] = keepalive;
  const notes: ImportNote[] = [];
  if (section.text("preshared_key") !== null) {
    const file = secretPath(`${device}-peer${peers.length + 1}.psk`);
    peer["presharedKeyFile"] = file;
    notes.push(
      section.note("preshared_key", `A pre-shared key of ${device} stays on the device: put it into ${file} there.`),
    );
  }
  if (section.flag("route_allowed_ips")) {
    push(own, "routes", ...allowed.map((to) => ({ to })));
  }
  own["peers"] = [...peers, peer];
  return notes;
}

function readVxlan(section: SectionReader, device: string, draft: TopologyDraft): readonly ImportNote[] {
  const tunlink = section.text("tunlink");
  const remote = section.text("peeraddr") ?? section.text("peer6addr");
  assign(interfaceOf(draft, device), {
    kind: "vxlan",
    vni: section.number("vid"),
    local: section.text("ipaddr") ?? section.text("ip6addr"),
    remotes: remote === null ? null : [remote],
    port: section.number("port"),
    mtu: section.number("mtu"),
    parent: tunlink === null ? null : (draft.deviceOf.get(tunlink) ?? null),
    macAddress: section.text("macaddr")?.toLowerCase() ?? null,
  });
  return [];
}

/** `config vxlan_peer`: one more end of a tunnel. */
export function readVxlanPeer(section: SectionReader, draft: TopologyDraft): readonly ImportNote[] {
  const device = section.text("vxlan") ?? "";
  const own = draft.interfaces.get(device);
  const end = section.text("dst");
  if (own?.["kind"] !== "vxlan" || end === null) return [section.refuse("it is no end of a VXLAN interface")];
  push(own, "remotes", end);
  return [];
}

/** `config route` and `route6`. */
export function readRoute(section: SectionReader, draft: TopologyDraft): readonly ImportNote[] {
  const device = draft.deviceOf.get(section.text("interface") ?? "");
  if (device === undefined) return [section.refuse("it is on no interface")];
  if (section.section.options.get("disabled") === "1") return [section.refuse("it is disabled")];
  section.expect("disabled", "0");
  const target = section.text("target");
  const mask = section.text("netmask");
  const isSix = section.type === "route6";
  const to =
    target === null ? "default" : target.includes("/") || mask === null ? target : `${target}/${lengthOf(mask)}`;
  const route: Record<string, unknown> = {
    to: to === "0.0.0.0/0" || to === "::/0" ? (section.section.options.has("gateway") ? "default" : to) : to,
  };
  if (route["to"] === "default" && isSix && !section.section.options.has("gateway")) route["to"] = "::/0";
  assign(route, {
    via: section.text("gateway"),
    metric: section.number("metric"),
    table: tableOf(section, "table"),
    mtu: section.number("mtu"),
    source: section.text("source"),
    onLink: section.flag("onlink") || null,
    type: section.text("type"),
  });
  push(interfaceOf(draft, device), "routes", route);
  return [];
}

/** A routing table by its number, or by the names that every system has (rt_tables of iproute2). */
function tableOf(section: SectionReader, key: string): number | null {
  const named: Readonly<Record<string, number>> = { default: 253, main: 254, local: 255 };
  const [word = ""] = section.peek(key);
  const known = Object.hasOwn(named, word) ? named[word] : undefined;
  if (known === undefined) return section.number(key);
  section.text(key);
  return known;
}

/** `config rule` and `rule6`: on the interface that it speaks of, or the first. */
export function readRule(section: SectionReader, draft: TopologyDraft): readonly ImportNote[] {
  const name = section.text("in");
  const incoming = name === null ? null : (draft.deviceOf.get(name) ?? null);
  const holder = incoming ?? firstDevice(draft);
  if (holder === undefined || (name !== null && incoming === null)) return [section.refuse("it is of no interface")];
  const rule: Record<string, unknown> = {};
  assign(rule, {
    from: section.text("src"),
    to: section.text("dest"),
    incomingInterface: incoming,
    mark: section.number("mark"),
    invert: section.flag("invert") || null,
    priority: section.number("priority"),
    table: tableOf(section, "lookup"),
    suppressPrefixLength: section.number("suppress_prefixlength"),
    type: section.text("action"),
  });
  if (rule["from"] === undefined && rule["to"] === undefined)
    rule["family"] = section.type === "rule6" ? "ipv6" : "ipv4";
  push(interfaceOf(draft, holder), "routingRules", rule);
  return [];
}

function nonEmpty<T>(list: readonly T[]): readonly T[] | null {
  return list.length === 0 ? null : list;
}
