import type { NetworkdUnit, UnitSection } from "@nix-nos/networkd-render";
import type { OptionValue } from "@nix-nos/topology";

type Options = { [name: string]: OptionValue };

/** Options of systemd.network, from the same units that the files are printed from: `{ netdevs, networks, links }`. */
export function networkdOptions(units: readonly NetworkdUnit[]): Readonly<Record<string, OptionValue>> {
  const kinds: Record<"netdevs" | "networks" | "links", Options> = { netdevs: {}, networks: {}, links: {} };
  for (const unit of units) {
    const name = unit.name.slice(0, -(unit.type.length + 1));
    kinds[`${unit.type}s`][name] = unitOptions(unit);
  }
  return Object.fromEntries(Object.entries(kinds).filter(([, members]) => Object.keys(members).length > 0));
}

function unitOptions(unit: NetworkdUnit): Options {
  const options: Options = {};
  for (const section of unit.sections) {
    const list = repeatable.get(section.name);
    if (list !== undefined) {
      options[list] = [...listOf(options[list]), sectionOptions(section)];
      continue;
    }
    const { lists, config } = unit.type === "network" ? splitLists(section) : { lists: {}, config: section };
    Object.assign(options, lists);
    if (config.entries.length > 0) options[sectionOption(section.name)] = sectionOptions(config);
  }
  return options;
}

/** Sections that may stand more than once, and the list of sets that NixOS has for each. */
const repeatable = new Map([
  ["Route", "routes"],
  ["Address", "addresses"],
  ["RoutingPolicyRule", "routingPolicyRules"],
  ["BridgeVLAN", "bridgeVLANs"],
  ["BridgeFDB", "bridgeFDBs"],
  ["WireGuardPeer", "wireguardPeers"],
  ["IPv6Prefix", "ipv6Prefixes"],
  ["IPv6RoutePrefix", "ipv6RoutePrefixes"],
]);

/** Keys of [Network] that NixOS takes as lists of their own; its networkConfig holds one value a key. */
const listOptions = new Map([
  ["Address", "address"],
  ["Gateway", "gateway"],
  ["DNS", "dns"],
  ["Domains", "domains"],
  ["NTP", "ntp"],
  ["VLAN", "vlan"],
  ["VXLAN", "vxlan"],
  ["VRF", "vrf"],
  ["Bond", "bond"],
  ["Bridge", "bridge"],
]);

function splitLists(section: UnitSection): { lists: Options; config: UnitSection } {
  if (section.name !== "Network") return { lists: {}, config: section };
  const lists: Options = {};
  const rest: (readonly [string, string | number | boolean])[] = [];
  for (const [key, value] of section.entries) {
    const option = listOptions.get(key);
    if (option === undefined) rest.push([key, value]);
    else lists[option] = [...listOf(lists[option]), value];
  }
  return { lists, config: { name: section.name, entries: rest } };
}

/** Sections whose options are spelled as nothing else is. */
const spelled = new Map([
  ["DHCPv4", "dhcpV4Config"],
  ["DHCPv6", "dhcpV6Config"],
  ["IPv6AcceptRA", "ipv6AcceptRAConfig"],
  ["IPv6SendRA", "ipv6SendRAConfig"],
]);

/** NixOS's name for a section: `matchConfig`, `netdevConfig`, `vlanConfig`. */
function sectionOption(section: string): string {
  const known = spelled.get(section);
  if (known !== undefined) return known;
  const lower = /^[A-Z]+$/.test(section) || section === "NetDev" || section === "WireGuard";
  return `${lower ? section.toLowerCase() : section.slice(0, 1).toLowerCase() + section.slice(1)}Config`;
}

function sectionOptions(section: UnitSection): Options {
  const options: Options = {};
  for (const [key, value] of section.entries) {
    // A key that stands twice is a list to NixOS, which prints it once for each member.
    options[key] = key in options ? [...listOf(options[key]), value] : value;
  }
  return options;
}

/** A value as a list: itself, the only member, or none. */
function listOf(value: OptionValue | undefined): readonly OptionValue[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}
