import type { FirewallRule, ForwardRule, NodeFirewall, NodeZone } from "@nix-nos/topology";
import { type DeviceStack, networksOf, routedDevice } from "../network/stack.js";
import { type UciSection, uciSection } from "../uci/document.js";

/**
 * `/etc/config/firewall`: the plan's zones, forwardings and rules for OpenWrt's firewall4. Interfaces without a zone have
 * one here, which does what NixOS does with them: what the plan opens comes in, ssh too, and nothing else; what goes on is
 * not held up on a node that forwards.
 */
export function firewallSections(firewall: NodeFirewall, stack: DeviceStack): readonly UciSection[] {
  const zoned = new Set(firewall.zones.flatMap(({ interfaces }) => interfaces));
  const rest = [...stack.sectionsOf.keys()].filter((name) => !zoned.has(name) && !stack.controllerOf.has(name));
  const unzoned = rest.length === 0 ? null : freeName(firewall.zones.map(({ name }) => name));
  const forwards = stack.node.forwards;
  return [
    uciSection("defaults", null, {
      input: "REJECT",
      output: "ACCEPT",
      // What leaves a zone for another is nobody's own verdict but this one.
      forward: firewall.zones.some(({ forward }) => forward === "drop") ? "DROP" : "REJECT",
      synflood_protect: true,
      drop_invalid: true,
    }),
    ...firewall.zones.map((zone) => zoneSection(zone, firewall, stack)),
    ...(unzoned === null ? [] : unzonedSections(unzoned, rest, stack)),
    ...firewall.rules.flatMap((rule) => inputRule(rule, unzoned, stack)),
    ...firewall.transit.map((rule) => anywhere(rule, "*", sharedTransit)),
    ...firewall.forwardings.filter((rule) => !isWithin(rule)).map(forwardingSection),
    ...(unzoned === null || !forwards
      ? []
      : firewall.zones.map(({ name }) => uciSection("forwarding", null, { src: unzoned, dest: name }))),
  ];
}

/** What passes from one interface of a zone to another is the zone's own matter in firewall4. */
function isWithin({ from, to, match }: ForwardRule): boolean {
  return from === to && match === null;
}

function zoneSection(zone: NodeZone, { forwardings }: NodeFirewall, stack: DeviceStack): UciSection {
  const within = forwardings.some((rule) => isWithin(rule) && rule.from === zone.name);
  return uciSection("zone", null, {
    name: zone.name,
    network: zone.interfaces.flatMap((name) => networksOf(stack, name)),
    input: zone.input.toUpperCase(),
    output: "ACCEPT",
    forward: within ? "ACCEPT" : zone.forward.toUpperCase(),
    masq: zone.masquerade ? true : null,
    // Behind a translated address there is mostly a link of a smaller MTU (RFC 879).
    mtu_fix: zone.masquerade ? true : null,
  });
}

function unzonedSections(name: string, interfaces: readonly string[], stack: DeviceStack): readonly UciSection[] {
  return [
    uciSection("zone", null, {
      name,
      network: interfaces.flatMap((own) => networksOf(stack, own)),
      input: "REJECT",
      output: "ACCEPT",
      forward: stack.node.forwards ? "ACCEPT" : "REJECT",
    }),
    uciSection("rule", null, { name: `${name}: ssh`, src: name, proto: "tcp", dest_port: 22, target: "ACCEPT" }),
  ];
}

function freeName(taken: readonly string[]): string {
  let name = "unzoned";
  while (taken.includes(name)) name = `${name}_`;
  return name;
}

function inputRule(rule: FirewallRule, unzoned: string | null, stack: DeviceStack): readonly UciSection[] {
  switch (rule.at.kind) {
    case "anywhere":
      return [anywhere(rule, null, sharedInput)];
    case "interface": {
      const entry = stack.byName.get(rule.at.interface);
      return [ruleSection(rule, "*", null, entry === undefined ? rule.at.interface : routedDevice(entry, stack))];
    }
    case "zone":
      return [ruleSection(rule, rule.at.zone, null, null)];
    case "unzoned":
      return unzoned === null ? [] : [ruleSection(rule, unzoned, null, null)];
  }
}

/** The plan gives every node the same rules for ICMP, so their sections are made once. */
const sharedInput = new WeakMap<FirewallRule, UciSection>();
const sharedTransit = new WeakMap<FirewallRule, UciSection>();

function anywhere(rule: FirewallRule, destination: "*" | null, shared: WeakMap<FirewallRule, UciSection>): UciSection {
  const known = shared.get(rule);
  if (known !== undefined) return known;
  const made = ruleSection(rule, "*", destination, null);
  shared.set(rule, made);
  return made;
}

function forwardingSection({ from, to, match, ...rule }: ForwardRule): UciSection {
  if (match === null) return uciSection("forwarding", null, { src: from, dest: to });
  return ruleSection({ ...rule, match }, from, to, null);
}

function ruleSection(
  { why, family, sources, match }: Pick<FirewallRule, "why" | "family" | "sources" | "match">,
  source: string,
  destination: string | null,
  device: string | null,
): UciSection {
  const isPorts = match.kind === "ports";
  return uciSection("rule", null, {
    name: why,
    src: source,
    dest: destination,
    device,
    direction: device === null ? null : "in",
    family,
    src_ip: sources,
    proto: isPorts ? match.protocol : "icmp",
    dest_port: isPorts
      ? match.ports.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`))
      : null,
    // The kernel itself drops neighbour discovery from other links, whatever lets it in (RFC 4861 §6.1).
    icmp_type: isPorts ? null : match.types.map(String),
    target: "ACCEPT",
  });
}
