import type { FirewallPlan, FirewallRule, NodeFirewall, RuleMatch } from "./types.js";

/** One line of what a node's firewall does. */
export interface FirewallRow {
  readonly node: string;
  /** Where packets come in: `any interface`, `zone wan`, `no zone`, or an interface's name. */
  readonly from: string;
  /** `node` itself, the zone that packets leave by, `anywhere`, or `DNAT`: where the node hands them on as its own. */
  readonly to: string;
  /** Their senders; empty is anybody. */
  readonly sources: readonly string[];
  /** `tcp 179`, `icmp 3, 11, 12`, `everything`, or `else` for what no line above decides. */
  readonly match: string;
  readonly action: "accept" | "drop" | "reject" | "masquerade";
  /** The reason, for people. */
  readonly why: string;
}

/**
 * A firewall plan line by line, in the order in which each node looks at it: into the node, then through it.
 *
 * @param plan - from `planFirewall`
 *
 * @example
 * ```ts
 * import { firewallTable } from "@nix-nos/topology";
 *
 * const match = { kind: "ports", protocol: "tcp", ports: [{ first: 22, last: 22 }] } as const;
 * const rule = { at: { kind: "zone", zone: "wan" }, family: null, match, sources: [], why: "zone wan: ssh" } as const;
 * const node = { node: "n1", zones: [], vrfMembers: [], rules: [rule], transit: [], forwardings: [], dnat: [], reversePath: "strict" } as const;
 * firewallTable({ nodes: [node], firewallByNode: new Map() })[0]?.match; // => "tcp 22"
 * ```
 */
export function firewallTable(plan: FirewallPlan): readonly FirewallRow[] {
  return plan.nodes.flatMap(rowsOf);
}

function rowsOf(firewall: NodeFirewall): readonly FirewallRow[] {
  const { node } = firewall;
  const accepted = (from: string, to: string, { match, family, sources, why }: Accepted): FirewallRow => {
    return { node, from, to, sources, match: matchText(match, family), action: "accept", why };
  };
  const rest = { node, sources: [], match: "else" };
  return [
    ...firewall.rules.map((rule) => accepted(placeOf(rule.at), "node", rule)),
    ...firewall.zones.map(({ name, input }): FirewallRow => {
      return { ...rest, from: `zone ${name}`, to: "node", action: input, why: `input of zone ${name}` };
    }),
    ...firewall.transit.map((rule) => accepted("any zone", "anywhere", rule)),
    ...firewall.forwardings.map((rule) => accepted(`zone ${rule.from}`, `zone ${rule.to}`, rule)),
    ...firewall.dnat.map((rule) => accepted(`zone ${rule.zone}`, "DNAT", rule)),
    ...firewall.zones.map(({ name, forward }): FirewallRow => {
      return { ...rest, from: `zone ${name}`, to: "anywhere", action: forward, why: `forward of zone ${name}` };
    }),
    ...firewall.zones.filter(({ masquerade }) => masquerade).map(({ name }) => masqueraded(node, name)),
  ];
}

type Accepted = Pick<FirewallRule, "family" | "sources" | "why"> & { readonly match: RuleMatch | null };

function masqueraded(node: string, zone: string): FirewallRow {
  const why = `masquerade of zone ${zone}`;
  return { node, from: "anywhere", to: `zone ${zone}`, sources: [], match: "ipv4", action: "masquerade", why };
}

function placeOf(at: FirewallRule["at"]): string {
  switch (at.kind) {
    case "anywhere":
      return "any interface";
    case "zone":
      return `zone ${at.zone}`;
    case "unzoned":
      return "no zone";
    case "interface":
      return at.interface;
  }
}

function matchText(match: RuleMatch | null, family: FirewallRule["family"]): string {
  if (match === null) return "everything";
  if (match.kind === "icmp") return `${family === "ipv6" ? "icmpv6" : "icmp"} ${match.types.join(", ")}`;
  const ports = match.ports.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
  return `${match.protocol} ${ports.join(", ")}`;
}
