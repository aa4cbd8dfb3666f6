import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { quote } from "../diagnostics/nearest.js";
import { networkKeys } from "../document/interface-network-schema.js";
import type { TopologyInterface } from "../document/interface-schema.js";
import { parseLinkEnd } from "../document/text.js";
import { ownPrefixes } from "../resolve/interface-settings.js";
import { checkBond } from "./bonds.js";
import { checkBridge } from "./bridges.js";
import { entriesOf, itemsOf, type Loose, type LooseTopology } from "./loose.js";
import { checkRoutes, isHostPrefix, type RouteFacts } from "./routes.js";

type LooseInterface = Loose<TopologyInterface>;

/** What an interface asks for and says agrees with what it is and where it stands. */
export function checkInterfaceNetworks(document: LooseTopology): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const network = document["nix-nos"]?.network;
  const vlans = new Map(entriesOf(network?.vlans).map(([name, { id }]) => [name, id]));
  const cabled = new Set(
    itemsOf(network?.links).flatMap(([, link]) =>
      (link.between ?? []).map((end) => JSON.stringify(parseLinkEnd(end ?? ""))),
    ),
  );
  const macs = new Map<string, Path>();
  for (const [cluster, { nodes, defaults }] of entriesOf(document["nix-nos"]?.clusters)) {
    for (const [node, own] of entriesOf(nodes)) {
      const path: Path = ["nix-nos", "clusters", cluster, "nodes", node, "interfaces"];
      const entries = entriesOf(own.interfaces);
      const ports = portsOf(entries);
      const tables = tablesOf(entries);
      const ip = own.ip ?? defaults?.ip;
      const pooled = typeof ip === "object" ? ip?.interface : undefined;
      const seen: RouteFacts["seen"] = new Map();
      for (const [name, entry] of entries) {
        const place: Path = [...path, name];
        if (entry.kind === "bond") checkBond(entry, place, diagnostics);
        if (entry.kind === "bridge") checkBridge(entry, place, vlans, diagnostics);
        checkMac(entry, name, place, macs, diagnostics);
        const master = ports.get(name);
        if (checkPlace(entry, name, master, place, diagnostics)) continue;
        checkAdvertisements(entry, place, diagnostics);
        checkDhcp(entry, place, diagnostics);
        const more = pooled === name || cabled.has(JSON.stringify({ node, interface: name })) || name === "lo";
        const isKnown = !more && !entry.dhcp && !entry.acceptRa && entry.addresses !== "auto";
        const addresses = isKnown ? itemsOf(entry.addresses as readonly string[]).map(([, text]) => text) : null;
        checkRoutes(entry, place, { addresses, table: tables.get(name) ?? 254, seen }, diagnostics);
      }
    }
  }
  return diagnostics;
}

/** Ports of bonds and bridges, with what they are a port of. */
function portsOf(entries: readonly (readonly [string, LooseInterface])[]): ReadonlyMap<string, string> {
  return new Map(
    entries
      .filter(([, { kind }]) => kind === "bond" || kind === "bridge")
      .flatMap(([name, { members }]) => itemsOf(members).map(([, member]) => [member, name] as const)),
  );
}

/** The tables of VRFs, by the interfaces whose routes are in them. */
function tablesOf(entries: readonly (readonly [string, LooseInterface])[]): ReadonlyMap<string, number> {
  return new Map(
    entries.flatMap(([name, { kind, table, members }]) =>
      kind !== "vrf" || table === undefined
        ? []
        : [name, ...itemsOf(members).map(([, member]) => member)].map((own) => [own, table] as const),
    ),
  );
}

/** A port is found by one address, and no two ports of all machines have the same. */
function checkMac(own: LooseInterface, name: string, path: Path, macs: Map<string, Path>, out: Diagnostic[]): void {
  const mac = own.match?.macAddress?.toLowerCase();
  if (mac === undefined || (own.kind ?? "ethernet") !== "ethernet") return;
  const place: Path = [...path, "match", "macAddress"];
  const first = macs.get(mac);
  macs.set(mac, first ?? place);
  if (name === "lo") {
    const hint = "Give the port another name.";
    out.push({ code: "NN1217", severity: "error", message: 'The interface "lo" is the loopback.', path, hint });
  } else if (first !== undefined) {
    const message = `The port with the MAC address ${mac} has two names.`;
    const related = [{ message: "the first one", path: first }];
    const hint = "Each port has an address of its own, on each machine.";
    out.push({ code: "NN1310", severity: "error", message, path: place, hint, related });
  }
}

/** What makes no sense where the interface stands; says whether there was something. */
function checkPlace(
  own: LooseInterface,
  name: string,
  master: string | undefined,
  path: Path,
  out: Diagnostic[],
): boolean {
  const barred = master !== undefined ? portBars : name === "lo" ? loopbackBars : [];
  const key = barred.find((candidate) => Object.hasOwn(own, candidate));
  if (key === undefined) return false;
  const message =
    master !== undefined
      ? `The interface ${quote(name)} is a port of ${quote(master)}, so it has no ${quote(key)} of its own.`
      : `The loopback has no ${quote(key)}.`;
  const hint = master !== undefined ? `Put it on ${quote(master)}.` : "Remove the key.";
  out.push({ code: "NN1311", severity: "error", message, path: [...path, key], hint });
  return true;
}

const portBars = Object.keys(networkKeys).filter((key) => key !== "requiredForOnline");
const loopbackBars = ["dhcp", "acceptRa", "sendRa", "linkLocal", "macAddress", "requiredForOnline"];

/** Whoever is a router heeds none, and tells hosts prefixes that they can use. */
function checkAdvertisements(own: LooseInterface, path: Path, out: Diagnostic[]): void {
  const error = (code: string, message: string, place: Path, hint: string) =>
    out.push({ code, severity: "error", message, path: place, hint });
  const { acceptRa, sendRa, linkLocal } = own;
  const asks = typeof own.dhcp === "object" ? (own.dhcp.family ?? "both") : own.dhcp;
  const needs = acceptRa ? "acceptRa" : sendRa ? "sendRa" : asks && asks !== "ipv4" ? "dhcp" : null;
  if (needs !== null && (linkLocal === "no" || linkLocal === "ipv4")) {
    const message = `${quote(needs)} of IPv6 needs a link-local address of IPv6 (RFC 4291 §2.1).`;
    error("NN1332", message, [...path, "linkLocal"], "Remove `linkLocal`.");
  }
  if (!sendRa) return;
  const heeds = acceptRa === undefined ? asks && asks !== "ipv4" && "dhcp" : acceptRa && "acceptRa";
  if (heeds) {
    const message = `An interface heeds routers or is one: \`${heeds}\` ${heeds === "dhcp" ? "of IPv6 " : ""}and \`sendRa\` are for two interfaces.`;
    error("NN1331", message, [...path, "sendRa"], "Remove one of the two.");
    return;
  }
  const said = typeof sendRa === "object" ? sendRa : {};
  for (const [index, prefix] of itemsOf(said.prefixes)) {
    if (isHostPrefix(prefix)) continue;
    const message = `Hosts make no addresses in ${prefix}: they take 64 bits of a prefix of IPv6 (RFC 4862 §5.5.3).`;
    error("NN1330", message, [...path, "sendRa", "prefixes", index], "Announce a /64.");
  }
  for (const key of ["dns", "routes"] as const) {
    for (const [index, text] of itemsOf(said[key])) {
      if (text.includes(":")) continue;
      error(
        "NN1330",
        `Router advertisements are IPv6, and ${text} is not.`,
        [...path, "sendRa", key, index],
        "Give one of IPv6.",
      );
    }
  }
  const hasMore = [...itemsOf(said.prefixes), ...itemsOf(said.routes)].length > 0 || said.managed === true;
  if (hasMore || Object.hasOwn(said, "prefixes") || !Array.isArray(own.addresses)) return;
  if (ownPrefixes(itemsOf<string>(own.addresses).map(([, text]) => text)).length > 0) return;
  const message = "There is nothing to advertise: the interface has no /64 of IPv6.";
  error("NN1330", message, [...path, "sendRa"], "Give it an address in one, or list `prefixes`.");
}

/** Options of a lease that the family asked for does not have. */
function checkDhcp({ dhcp }: LooseInterface, path: Path, out: Diagnostic[]): void {
  if (typeof dhcp !== "object" || dhcp?.family !== "ipv6") return;
  for (const key of ["routeMetric", "routeTable", "useRoutes", "useMtu", "clientIdentifier", "sendHostname"] as const) {
    if (!Object.hasOwn(dhcp, key)) continue;
    const message = `${quote(key)} is said of an IPv4 lease, and only IPv6 is asked for.`;
    const hint = "Routes of IPv6 come from routers: see `acceptRa`.";
    out.push({ code: "NN1333", severity: "error", message, path: [...path, "dhcp", key], hint });
  }
}
