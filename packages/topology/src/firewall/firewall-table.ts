import type { FirewallPlan, FirewallRule, NodeFirewall, RuleMatch } from "./types.js";

/** One line of what a node's firewall does. */
export interface FirewallRow {
  readonly node: string;
  /** Where packets come in: `any interface`, `zone wan`, `no zone`, or an interface's name. */
  readonly from: string;
  /** The node itself, or the zone that packets leave by. */
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
 * const node = { node: "n1", zones: [], vrfMembers: [], rules: [rule], transit: [], forwardings: [], reversePath: "strict" } as const;
 * firewallTable({ nodes: [node], firewallByNode: new Map() })[0]?.match; // => "tcp 22"
 * ```
 */
export function firewallTable(plan: FirewallPlan): readonly FirewallRow[] {
  return plan.nodes.flatMap(rowsOf);
}

function rowsOf(firewall: NodeFirewall): readonly FirewallRow[] {
  const { node } = firewall;
  const into = firewall.rules.map((rule): FirewallRow => {
    const { sources, why } = rule;
    return { node, from: placeOf(rule.at), to: "node", sources, match: matchText(rule), action: "accept", why };
  });
  const through = firewall.transit.map((rule): FirewallRow => {
    const { sources, why } = rule;
    return { node, from: "any zone", to: "anywhere", sources, match: matchText(rule), action: "accept", why };
  });
  const forwarded = firewall.forwardings.map(({ from, to, match, family, sources, why }): FirewallRow => {
    const text = match === null ? "everything" : matchText({ match, family });
    return { node, from: `zone ${from}`, to: `zone ${to}`, sources, match: text, action: "accept", why };
  });
  const rests = firewall.zones.flatMap(({ name, input, within, forward, masquerade }): readonly FirewallRow[] => {
    const row = { node, from: `zone ${name}`, sources: [], match: "else" };
    return [
      { ...row, to: "node", action: input, why: `input of zone ${name}` },
      ...(within ? [inside(row, name)] : []),
      { ...row, to: "anywhere", action: forward, why: `forward of zone ${name}` },
      ...(masquerade ? [masqueraded(node, name)] : []),
    ];
  });
  return [...into, ...through, ...forwarded, ...rests];
}

function inside(row: Pick<FirewallRow, "node" | "from" | "sources">, zone: string): FirewallRow {
  return { ...row, to: `zone ${zone}`, match: "everything", action: "accept", why: `within ${zone}` };
}

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

function matchText({ match, family }: { readonly match: RuleMatch; readonly family: FirewallRule["family"] }): string {
  if (match.kind === "icmp") return `${family === "ipv6" ? "icmpv6" : "icmp"} ${match.types.join(", ")}`;
  const ports = match.ports.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`));
  return `${match.protocol} ${ports.join(", ")}`;
}
