import { formatAddress, parseInterfaceAddress } from "@nix-nos/ipam";
import { maskedTo } from "../services/dhcp.js";
import { assign, firstDevice, interfaceOf, push, type TopologyDraft } from "./draft.js";
import { secretPath } from "./interfaces.js";
import type { ImportNote, SectionReader } from "./notes.js";

/** `/etc/config/dhcp`: ranges of leases, and what hosts are told of routers. */
export function readDhcp(sections: readonly SectionReader[], draft: TopologyDraft): readonly ImportNote[] {
  return sections.flatMap((section) => {
    switch (section.type) {
      case "dnsmasq":
        return readDnsmasq(section, draft);
      case "odhcpd":
        return readOdhcpd(section);
      case "dhcp":
        return readServer(section, draft);
      case "host":
      case "domain":
        return [section.refuse("a host is a node of the topology, with its address and its `match`")];
      default:
        return [section.refuse("the topology has nothing of the kind")];
    }
  });
}

/** What rendering writes, and what OpenWrt ships, which means the same. */
function readDnsmasq(section: SectionReader, draft: TopologyDraft): readonly ImportNote[] {
  const domain = section.text("domain");
  if (domain !== null && domain !== "lan") draft.domain = domain;
  section.expect("local", `/${domain ?? "lan"}/`);
  for (const key of [
    "domainneeded",
    "boguspriv",
    "localise_queries",
    "rebind_protection",
    "rebind_localhost",
    "expandhosts",
    "authoritative",
    "readethers",
    "nonwildcard",
    "localservice",
  ]) {
    section.expect(key, "1");
  }
  for (const key of ["filterwin2k", "nonegcache", "filter_aaaa", "filter_a", "fast_dns_retry"])
    section.expect(key, "0");
  section.expect("leasefile", "/tmp/dhcp.leases");
  section.expect("resolvfile", "/tmp/resolv.conf.d/resolv.conf.auto");
  section.expect("ednspacket_max", "1232");
  section.expect("cachesize", "1000");
  return [];
}

function readOdhcpd(section: SectionReader): readonly ImportNote[] {
  section.expect("maindhcp", "0");
  section.expect("leasefile", "/tmp/hosts/odhcpd", "/tmp/odhcpd.leases");
  section.expect("leasetrigger", "/usr/sbin/odhcpd-update");
  section.expect("loglevel", "4");
  section.expect("hostsdir", "/tmp/hosts");
  section.expect("piodir", "/tmp/odhcpd-piodir");
  return [];
}

function readServer(section: SectionReader, draft: TopologyDraft): readonly ImportNote[] {
  const device = draft.deviceOf.get(section.text("interface") ?? section.name ?? "");
  if (device === undefined) return [section.refuse("it is of no interface")];
  const own = interfaceOf(draft, device);
  const isOff = section.flag("ignore") ?? false;
  const dhcpv4 = section.text("dhcpv4");
  const [start, limit] = [section.number("start") ?? 100, section.number("limit") ?? 150];
  const lease = section.text("leasetime");
  const notes: ImportNote[] = [];
  if (!isOff && dhcpv4 !== "disabled") {
    const seconds = secondsOf(lease ?? "12h");
    if (seconds === null) section.keep("leasetime");
    const range = section.flag("dynamicdhcp") === false ? null : rangeOf(own, start, limit);
    if (range === undefined)
      notes.push(
        section.note("start", `The range of ${device} is not carried over: no network of it is known that has it.`),
      );
    const servers = draft.openwrt["dhcp"] as Record<string, unknown> | undefined;
    const server = {
      ...(range != null && { range }),
      ...(seconds !== null && seconds !== 43_200 && { leaseTime: seconds }),
    };
    draft.openwrt["dhcp"] = { ...servers, [device]: server };
  } else section.expect("dynamicdhcp", "1");
  const ra = section.text("ra");
  const dhcpv6 = section.text("dhcpv6");
  if (ra === "server") {
    const flags = section.list("ra_flags");
    const said = flags.length === 0 ? ["other-config"] : flags;
    const dns = section.list("dns").filter((text) => text.includes(":"));
    const sendRa: Record<string, unknown> = {};
    assign(sendRa, {
      managed: said.includes("managed-config") || null,
      otherConfig: said.includes("other-config") || null,
      routerLifetime: section.number("ra_lifetime"),
      routerPreference: section.text("ra_preference"),
      dns: dns.length > 0 ? dns : null,
      domains: section.list("domain").length > 0 ? section.list("domain") : null,
    });
    // What a provider delegates is announced with no network of the interface's own.
    const addresses = (own["addresses"] as readonly string[] | undefined) ?? [];
    if (!said.includes("managed-config") && !addresses.some((text) => /:.*\/64$/.test(text))) sendRa["prefixes"] = [];
    section.expect("ra_default", "2", "1", "0");
    section.expect("ra_dns", "1", "0");
    section.expect("ra_slaac", "1");
    own["sendRa"] = Object.keys(sendRa).length === 0 ? true : sendRa;
    if (dhcpv6 === "server" && !said.some((flag) => flag.endsWith("-config"))) section.keep("dhcpv6");
  } else {
    if (ra !== null && ra !== "disabled") section.keep("ra");
    if (dhcpv6 !== null && dhcpv6 !== "disabled") section.keep("dhcpv6");
  }
  return notes;
}

/** `undefined` where the interface's network is not known, or has no such address. */
function rangeOf(own: Record<string, unknown>, start: number, limit: number): string | undefined {
  const text = ((own["addresses"] as readonly string[] | undefined) ?? []).find((address) => !address.includes(":"));
  const parsed = text === undefined ? null : parseInterfaceAddress(text);
  if (parsed === null) return undefined;
  const base = maskedTo(parsed.address.w3, parsed.length);
  // OpenWrt's script ends a range with the network, before its broadcast address.
  const last = Math.min(base + start + limit - 1, base + 2 ** (32 - parsed.length) - 2);
  const spell = (w3: number) => formatAddress({ ...parsed.address, w3 });
  return base + start > last ? undefined : `${spell(base + start)}-${spell(last)}`;
}

function secondsOf(text: string): number | null {
  const found = /^(\d{1,7})([smhdw]?)$/.exec(text);
  if (found === null) return null;
  const units: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 };
  const seconds = Number(found[1]) * (units[found[2] ?? ""] ?? 1);
  return seconds >= 120 && seconds <= 31_536_000 ? seconds : null;
}

/** `/etc/config/system`: the name, the time zone, and who tells the time. */
export function readSystem(sections: readonly SectionReader[], draft: TopologyDraft): readonly ImportNote[] {
  return sections.flatMap((section): readonly ImportNote[] => {
    if (section.type === "system") {
      const name = section.text("hostname");
      if (name !== null && /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/.test(name)) draft.hostname = name;
      else section.keep("hostname");
      const zone = section.text("timezone");
      assign(draft.openwrt, { timezone: zone === "UTC" ? null : zone, zonename: section.text("zonename") });
      section.expect("log_size", "128");
      section.expect("ttylogin", "0");
      section.expect("urandom_seed", "0");
      return [];
    }
    if (section.type !== "timeserver") return [section.refuse("the topology has nothing of the kind")];
    section.expect("enabled", "1");
    section.expect("enable_server", "0");
    section.expect("use_dhcp", "1");
    const servers = section.list("server");
    const device = firstDevice(draft);
    const isUsual = servers.every((server) => /^\d\.openwrt\.pool\.ntp\.org$/.test(server));
    if (!isUsual && device === undefined) section.keep("server");
    if (!isUsual && device !== undefined) push(interfaceOf(draft, device), "ntp", ...servers);
    return [];
  });
}

/** `/etc/config/wireless`: radios, and the networks on them. */
export function readWireless(sections: readonly SectionReader[], draft: TopologyDraft): readonly ImportNote[] {
  const radios: Record<string, unknown> = {};
  const wifi: Record<string, unknown> = {};
  const notes: ImportNote[] = [];
  for (const section of sections.filter(({ type }) => type === "wifi-device"))
    notes.push(...readRadio(section, radios));
  for (const section of sections.filter(({ type }) => type === "wifi-iface"))
    notes.push(...readNetwork(section, radios, wifi, draft));
  if (Object.keys(radios).length > 0) draft.openwrt["radios"] = radios;
  if (Object.keys(wifi).length > 0) draft.openwrt["wifi"] = wifi;
  const strange = sections.filter(({ type }) => type !== "wifi-device" && type !== "wifi-iface");
  return [...notes, ...strange.map((section) => section.refuse("the topology has nothing of the kind"))];
}

function readRadio(section: SectionReader, radios: Record<string, unknown>): readonly ImportNote[] {
  if (section.section.options.get("disabled") === "1") return [section.refuse("it is disabled")];
  section.expect("disabled", "0");
  section.expect("type", "mac80211");
  section.expect("cell_density", "0");
  const path = section.text("path");
  const mode = section.text("hwmode");
  const band = section.text("band") ?? (mode === null ? null : mode.includes("a") ? "5g" : "2g");
  if (path === null || band === null || section.name === null) return [section.refuse("its path or band is not known")];
  const radio: Record<string, unknown> = { path, band };
  section.expect("channel", "auto");
  assign(radio, {
    channel: section.number("channel"),
    htmode: section.text("htmode"),
    country: section.text("country")?.toUpperCase(),
    txPower: section.number("txpower"),
  });
  radios[section.name] = radio;
  return [];
}

const encryptions: ReadonlySet<string> = new Set(["none", "owe", "psk2", "psk-mixed", "sae", "sae-mixed"]);

function readNetwork(
  section: SectionReader,
  radios: Record<string, unknown>,
  wifi: Record<string, unknown>,
  draft: TopologyDraft,
): readonly ImportNote[] {
  if (section.section.options.get("disabled") === "1") return [section.refuse("it is disabled")];
  section.expect("disabled", "0");
  const radio = section.text("device") ?? "";
  if (!Object.hasOwn(radios, radio)) return [section.refuse("its radio is not carried over")];
  const [network = "", ...more] = section.list("network");
  const device = draft.deviceOf.get(network);
  if (more.length > 0) return [section.refuse("it is of several networks")];
  if (device === undefined) return [section.refuse("its network is not there")];
  section.expect("ifname", device);
  const encryption = (section.text("encryption") ?? "none").replace(/\+(ccmp|aes)$/, "");
  if (!encryptions.has(encryption)) return [section.refuse(`the topology has no encryption ${encryption}`)];
  const mode = section.text("mode") ?? "ap";
  if (mode !== "ap" && mode !== "sta") return [section.refuse(`the topology has no mode ${mode}`)];
  const name = section.name ?? `wifi${Object.keys(wifi).length + 1}`;
  const hasKey = encryption !== "none" && encryption !== "owe";
  const file = secretPath(`${name}.key`);
  const own: Record<string, unknown> = { radio, interface: device, ssid: section.text("ssid") ?? "" };
  const ssid = section.section.options.get("ssid");
  if (typeof ssid === "string") own["ssid"] = ssid;
  assign(own, {
    mode: mode === "ap" ? null : mode,
    encryption,
    keyFile: hasKey ? file : null,
    hidden: section.flag("hidden") || null,
    isolate: section.flag("isolate") || null,
  });
  wifi[name] = own;
  if (section.text("key") === null || !hasKey) return [];
  return [section.note("key", `The key of ${name} stays on the device: put it into ${file} there.`)];
}
