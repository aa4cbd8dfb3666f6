import type { DnatRule, FirewallRule, ForwardRule, NodeFirewall, PortMatch, RuleMatch } from "@nix-nos/topology";
import { nftAddress, nftAny, nftComment, nftInterface } from "./document.js";

/** A rule that lets in: `ip saddr { 10.0.0.1 } tcp dport 179 accept comment "BGP: leaf01"`. */
export function acceptRule(rule: FirewallRule, firewall: NodeFirewall): string {
  const at = rule.at.kind === "interface" ? cameInBy([rule.at.interface], firewall) : [""];
  return at.map((where) => words(where, sender(rule), matchWords(rule), "accept", nftComment(rule.why))).join("\n");
}

/** A rule that lets go on, to the interfaces of a zone. */
export function forwardRule(rule: ForwardRule, to: readonly string[]): string {
  const way = `oifname ${nftAny(to.map(nftInterface))}`;
  const match = rule.match === null ? "" : portWords(rule.match, "dport");
  return words(way, sender(rule), match, "accept", nftComment(rule.why));
}

/** A rule that lets the node hand on what came for it; its own port is in the conversation's entry alone by then. */
export function dnatRule(rule: DnatRule): string {
  const { match } = rule;
  const protocol = match === null ? "" : `meta l4proto ${match.protocol}`;
  const port = match === null ? "" : `ct original proto-dst ${portList(match)}`;
  return words(sender(rule), protocol, "ct status dnat", port, "accept", nftComment(rule.why));
}

/**
 * Selectors for what came in by some interfaces. A member of a VRF hands its packets to the VRF, whose name `iifname` has
 * then; `sdifname` has the member's.
 */
export function cameInBy(interfaces: readonly string[], { vrfMembers }: NodeFirewall): readonly string[] {
  const plain = interfaces.filter((name) => !vrfMembers.includes(name)).map(nftInterface);
  const members = interfaces.filter((name) => vrfMembers.includes(name)).map(nftInterface);
  return [
    ...(plain.length > 0 ? [`iifname ${nftAny(plain)}`] : []),
    ...(members.length > 0 ? [`meta sdifname ${nftAny(members)}`] : []),
  ];
}

function words(...parts: readonly string[]): string {
  return parts.filter((part) => part !== "").join(" ");
}

function sender({ family, sources }: Pick<FirewallRule, "family" | "sources">): string {
  if (family === null || sources.length === 0) return "";
  return `${family === "ipv4" ? "ip" : "ip6"} saddr { ${sources.map(nftAddress).join(", ")} }`;
}

function matchWords({ match, family }: { readonly match: RuleMatch; readonly family: FirewallRule["family"] }): string {
  if (match.kind === "ports") return portWords(match, "dport");
  const hops = match.hopLimit === null ? "" : `ip6 hoplimit ${match.hopLimit}`;
  const protocol = family === "ipv6" ? "icmpv6" : "icmp";
  const names = match.types.map((type) => icmpNames[protocol][type] ?? String(type));
  return words(hops, `${protocol} type ${nftAny(names)}`);
}

function portWords(match: PortMatch, key: "dport"): string {
  return `${match.protocol} ${key} ${portList(match)}`;
}

function portList({ ports }: PortMatch): string {
  return nftAny(ports.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)));
}

/** nft's names of ICMP's message types. */
const icmpNames: Readonly<Record<"icmp" | "icmpv6", Readonly<Record<number, string>>>> = {
  icmp: { 3: "destination-unreachable", 8: "echo-request", 11: "time-exceeded", 12: "parameter-problem" },
  icmpv6: {
    1: "destination-unreachable",
    2: "packet-too-big",
    3: "time-exceeded",
    4: "parameter-problem",
    128: "echo-request",
    130: "mld-listener-query",
    131: "mld-listener-report",
    132: "mld-listener-done",
    133: "nd-router-solicit",
    134: "nd-router-advert",
    135: "nd-neighbor-solicit",
    136: "nd-neighbor-advert",
    143: "mld2-listener-report",
  },
};
