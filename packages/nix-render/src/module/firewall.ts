import type { BgpSession, BgpSpeaker } from "@nix-nos/bgp-gen";
import type { Network, Node } from "@nix-nos/topology";
import { NixError } from "../expression/expression.js";

/** BGP's port (RFC 4271), and BFD's: control and echo over one hop (RFC 5881), control over several (RFC 5883). */
const bgpPort = "tcp dport 179";
const bfdPorts = "udp dport { 3784, 3785, 4784 }";

/**
 * nftables rules that let in what the planned sessions need, from their neighbours' addresses and no others; a
 * link-local address from its own link alone, because another may have the same. Empty for a speaker without a session.
 */
export function inputRules(speaker: BgpSpeaker): string {
  const bfd = speaker.sessions.filter((session) => session.bfd);
  const rules = [...rulesFrom(speaker.sessions, bgpPort), ...rulesFrom(bfd, bfdPorts)];
  return rules.map((rule) => `${rule}\n`).join("");
}

/** Every tunnel end by network identifier, so that no node looks through all of them. */
export type TunnelEnds = ReadonlyMap<number, ReadonlySet<string>>;

export function tunnelEnds(network: Network): TunnelEnds {
  const ends = new Map<number, Set<string>>();
  for (const entry of network.nodes.flatMap((node) => node.interfaces)) {
    if (entry.kind !== "vxlan" || entry.local === null) continue;
    ends.set(entry.vni, (ends.get(entry.vni) ?? new Set()).add(entry.local));
  }
  return ends;
}

/**
 * Rules that let in what other tunnel ends send: VXLAN proves nothing of its sender (RFC 7348 §7), so the ends that
 * the topology knows are all that get in; where it knows none, whoever is on the tunnel's own link.
 */
export function tunnelRules(node: Node, ends: TunnelEnds): string {
  const rules = new Set<string>();
  for (const entry of node.interfaces) {
    if (entry.kind !== "vxlan") continue;
    const known = [...entry.remotes.filter((address) => !isMulticast(address)), ...(ends.get(entry.vni) ?? [])];
    const senders = new Set(known.filter((address) => address !== entry.local).map(checkedAddress));
    const port = `udp dport ${entry.port} accept`;
    for (const family of ["ip", "ip6"]) {
      const own = [...senders].filter((address) => address.includes(":") === (family === "ip6"));
      if (own.length > 0) rules.add(`${family} saddr { ${own.join(", ")} } ${port}`);
    }
    if (senders.size === 0)
      rules.add(entry.parent === null ? port : `iifname "${checkedInterface(entry.parent)}" ${port}`);
  }
  return [...rules].map((rule) => `${rule}\n`).join("");
}

/** Ports that WireGuard listens on: whom it lets in, keys decide. */
export function wireguardPorts(node: Node): readonly number[] {
  const ports = node.interfaces.map((entry) => (entry.kind === "wireguard" ? entry.listenPort : null));
  return [...new Set(ports.filter((port) => port !== null))].sort((a, b) => a - b);
}

function isMulticast(address: string): boolean {
  return address.includes(":") ? /^ff/i.test(address) : /^2(2[4-9]|3\d)\./.test(address);
}

/** One rule for each way in: a family, and the interface where the address alone does not say it. */
function rulesFrom(sessions: BgpSpeaker["sessions"], match: string): readonly string[] {
  const sources = new Map<string, Set<string>>([
    ["ip", new Set()],
    ["ip6", new Set()],
  ]);
  for (const session of sessions) {
    const selector = selectorOf(session);
    const addresses = sources.get(selector) ?? new Set();
    sources.set(selector, addresses.add(checkedAddress(session.remoteAddress)));
  }
  return [...sources].flatMap(([selector, addresses]) =>
    addresses.size === 0 ? [] : [`${selector} saddr { ${[...addresses].join(", ")} } ${match} accept`],
  );
}

function selectorOf({ remoteAddress, interface: link }: BgpSession): string {
  if (!remoteAddress.includes(":")) return "ip";
  const isLinkLocal = /^fe[89ab][0-9a-f]:/i.test(remoteAddress);
  return isLinkLocal && link !== null ? `iifname "${checkedInterface(link)}" ip6` : "ip6";
}

/** nftables has no quoting for addresses and prefixes, so nothing else may get here. */
function checkedAddress(address: string): string {
  if (!/^[0-9a-f.:]{2,45}(?:\/\d{1,3})?$/i.test(address))
    throw new NixError(`${JSON.stringify(address)} is no address.`);
  return address;
}

/** Its strings have no escapes, and a `*` at the end would mean any name that begins so. */
function checkedInterface(name: string): string {
  if (!/^[\w.-]{1,15}$/.test(name)) throw new NixError(`${JSON.stringify(name)} is no interface.`);
  return name;
}
