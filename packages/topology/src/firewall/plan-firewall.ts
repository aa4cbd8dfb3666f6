import { append } from "../append.js";
import type { Outcome } from "../diagnostics/diagnostic.js";
import { compareNames } from "../names.js";
import type { Forwarding, ServiceOpening, Zone } from "../network/firewall.js";
import type { Network, Node } from "../network/network.js";
import type { Workload } from "../network/workload.js";
import { workloadsByNode } from "../workloads/plan-workloads.js";
import { checkFirewall } from "./check-firewall.js";
import {
  type FirewallSession,
  icmpErrors,
  icmpRules,
  leaseRules,
  leaseServerRules,
  openingRules,
  sessionRules,
  type TunnelEnds,
  tunnelEnds,
  tunnelRules,
} from "./needs.js";
import type { FirewallPlan, FirewallRule, NodeFirewall, NodeZone } from "./types.js";
import { forwardRules, openDnat, workloadRules, zoneRules } from "./zone-rules.js";

/** What the firewall asks of a routing plan; that of BGP has it all. */
export interface FirewallSpeakers {
  readonly speakerByNode: ReadonlyMap<
    string,
    { readonly sessions: readonly FirewallSession[]; readonly vips: readonly unknown[] }
  >;
}

/**
 * Decides what each node lets in and passes on: by its zones, and by what its BGP sessions, tunnels and workloads need.
 *
 * @param network - resolved, with the extensions' changes
 * @param routing - every speaker's sessions, as `planBgp` of `@nix-nos/bgp-gen` gives them
 * @returns rules as data, each with its reason; warnings NN1347 for a node that ssh does not reach and NN1348 for a
 *   zone that nothing defines
 *
 * @example
 * ```ts
 * import { loadTopology, planFirewall, resolveTopology, unwrap } from "@nix-nos/topology";
 *
 * const text = `
 * nix-nos:
 *   network: { zones: { wan: { allow: [ssh] } } }
 *   clusters: { lab: { nodes: { n1: { role: edge, interfaces: { eth0: { addresses: [192.0.2.2/30], zone: wan } } } } } }
 * `;
 * const network = unwrap(resolveTopology(unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" })).document));
 * const plan = unwrap(planFirewall(network, { speakerByNode: new Map() }));
 *
 * plan.firewallByNode.get("n1")?.zones[0]?.input; // => "drop"
 * plan.firewallByNode.get("n1")?.rules.at(-1)?.why; // => "zone wan: ssh"
 * ```
 */
export function planFirewall(network: Network, routing: FirewallSpeakers): Outcome<FirewallPlan> {
  const ends = tunnelEnds(network);
  const workloads = workloadsByNode(network);
  const zones = new Map(network.firewall.zones.map((zone) => [zone.name, zone]));
  const forwardings = new Map<string, Forwarding[]>();
  for (const forwarding of network.firewall.forwardings) append(forwardings, forwarding.from, forwarding);
  const openings = new Map<string, ServiceOpening[]>();
  for (const opening of network.firewall.openings) append(openings, opening.node, opening);
  const nodes = network.nodes.map((node) => {
    const { name } = node;
    const own = { workloads: workloads.get(name) ?? [], openings: openings.get(name) ?? [] };
    return planNode(node, routing.speakerByNode.get(name), ends, own, { zones, forwardings });
  });
  const plan = { nodes, firewallByNode: new Map(nodes.map((own) => [own.node, own])) };
  return { value: plan, diagnostics: checkFirewall(network, plan) };
}

/** What the topology says of zones, by name, so that no node looks through all of it. */
interface Known {
  readonly zones: ReadonlyMap<string, Zone>;
  /** By the zone that packets come from. */
  readonly forwardings: ReadonlyMap<string, readonly Forwarding[]>;
}

type Speaker = FirewallSpeakers["speakerByNode"] extends ReadonlyMap<string, infer Own> ? Own : never;

function planNode(
  node: Node,
  speaker: Speaker | undefined,
  ends: TunnelEnds,
  { workloads, openings }: { readonly workloads: readonly Workload[]; readonly openings: readonly ServiceOpening[] },
  known: Known,
): NodeFirewall {
  const interfaces = interfacesByZone(node);
  const zones = [...interfaces.keys()].flatMap((name) => known.zones.get(name) ?? []);
  const allowed = zones.flatMap((zone) => zoneRules(zone, workloads));
  return {
    node: node.name,
    zones: zones.map(({ name, input, forward, masquerade }): NodeZone => {
      const own = interfaces.get(name) ?? [];
      return { name, interfaces: own, input, forward: forward === "reject" ? "reject" : "drop", masquerade };
    }),
    vrfMembers: node.interfaces.flatMap((entry) => (entry.kind === "vrf" ? entry.members : [])),
    rules: [
      ...icmpRules,
      ...sessionRules(speaker?.sessions ?? []),
      ...tunnelRules(node, ends),
      ...leaseRules(node),
      ...leaseServerRules(node),
      ...openingRules(openings),
      ...workloads.flatMap((workload) => workloadRules(workload).map((rule) => ({ at: unzoned, ...rule }))),
      ...allowed.map(({ zone, ...rule }): FirewallRule => ({ at: { kind: "zone", zone }, ...rule })),
    ],
    transit: zones.length > 0 ? icmpErrors : [],
    forwardings: zones.flatMap((zone) => forwardRules(zone, known.forwardings.get(zone.name) ?? [], interfaces)),
    dnat: [...zones.flatMap(openDnat), ...allowed],
    reversePath: reversePathOf(node, speaker),
  };
}

const unzoned = { kind: "unzoned" } as const;

/** Names of a node's interfaces by their zone, the zones sorted. */
function interfacesByZone({ interfaces }: Node): ReadonlyMap<string, readonly string[]> {
  const byZone = new Map<string, string[]>();
  for (const { name, zone } of interfaces) if (zone !== null) append(byZone, zone, name);
  return new Map([...byZone].sort(([a], [b]) => compareNames(a, b)));
}

/**
 * A node with sessions over links, or with addresses that others have too, has several ways in and out: packets come in
 * by another than their answers leave by (RFC 3704 §2.4).
 */
function reversePathOf(node: Node, speaker: Speaker | undefined): NodeFirewall["reversePath"] {
  if (node.interfaces.some(({ kind }) => kind === "vrf")) return "off";
  const manyWays = speaker?.sessions.some((session) => session.interface !== null) || (speaker?.vips.length ?? 0) > 0;
  return manyWays ? "loose" : "strict";
}
