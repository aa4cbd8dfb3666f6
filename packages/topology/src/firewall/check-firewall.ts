import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { quote } from "../diagnostics/nearest.js";
import type { Network, Node } from "../network/network.js";
import type { FirewallPlan, NodeFirewall } from "./types.js";

/** What is likely not meant: zones that nobody defined, and nodes that nobody can log in to. */
export function checkFirewall(network: Network, { firewallByNode }: FirewallPlan): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const said = new Set<string>();
  const undefinedZones = new Map(
    network.firewall.zones.filter(({ defined }) => !defined).map((zone) => [zone.name, zone]),
  );
  for (const node of network.nodes) {
    const firewall = firewallByNode.get(node.name);
    // What is not rendered locks nobody out.
    if (firewall === undefined || node.platform === "cisco-ios") continue;
    const strangers = firewall.zones.flatMap(({ name }) => undefinedZones.get(name) ?? []);
    for (const { name, path } of strangers) {
      if (said.has(name)) continue;
      said.add(name);
      const message = `Nothing defines the zone ${quote(name)}, so by it nothing comes in but what nodes themselves need.`;
      const hint = `Add it: \`network: { zones: { ${name}: { allow: [ssh] } } }\`.`;
      diagnostics.push({ code: "NN1348", severity: "warning", message, path, hint });
    }
    if (strangers.length === 0 && isLockedOut(node, firewall)) diagnostics.push(lockedOut(node, firewall));
  }
  return diagnostics;
}

const sshPort = 22;

function isLockedOut(node: Node, { zones, rules }: NodeFirewall): boolean {
  const open = new Set(zones.filter(({ input }) => input === "accept").map(({ name }) => name));
  for (const { at, match } of rules) {
    if (at.kind !== "zone" || match.kind !== "ports" || match.protocol !== "tcp") continue;
    if (match.ports.some(({ first, last }) => first <= sshPort && last >= sshPort)) open.add(at.zone);
  }
  const ways = node.interfaces.filter(({ name, addresses }) => name !== "lo" && addresses.length > 0);
  return ways.length > 0 && ways.every(({ zone }) => zone !== null && !open.has(zone));
}

function lockedOut(node: Node, { zones }: NodeFirewall): Diagnostic {
  const names = zones.map(({ name }) => quote(name)).join(", ");
  return {
    code: "NN1347",
    severity: "warning",
    message: `No zone of ${quote(node.name)} lets ssh in (${names}), so nobody can log in over the network.`,
    path: node.path,
    hint: "Give the zone that you come in by `allow: [ssh]`.",
  };
}
