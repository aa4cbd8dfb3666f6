import { append } from "../append.js";
import type { Outcome } from "../diagnostics/diagnostic.js";
import { compareNames } from "../names.js";
import type { Allowance, ServiceOpening, Zone } from "../network/firewall.js";
import type { Network, Node } from "../network/network.js";
import type { PortMapping, Workload } from "../network/workload.js";
import { workloadsByNode } from "../workloads/plan-workloads.js";
import { checkFirewall } from "./check-firewall.js";
import {
  type FirewallSession,
  familyOf,
  icmpErrors,
  icmpRules,
  leaseRules,
  openingRules,
  portMatch,
  sessionRules,
  type TunnelEnds,
  tunnelEnds,
  tunnelRules,
} from "./needs.js";
import type { FirewallPlan, FirewallRule, ForwardRule, NodeFirewall, NodeZone, PortMatch } from "./types.js";

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
  const openings = new Map<string, ServiceOpening[]>();
  for (const opening of network.firewall.openings) append(openings, opening.node, opening);
  const nodes = network.nodes.map((node) => {
    const { name } = node;
    const own = { workloads: workloads.get(name) ?? [], openings: openings.get(name) ?? [] };
    return planNode(network, node, routing.speakerByNode.get(name), ends, own, zones);
  });
  const plan = { nodes, firewallByNode: new Map(nodes.map((own) => [own.node, own])) };
  return { value: plan, diagnostics: checkFirewall(network, plan) };
}

type Speaker = FirewallSpeakers["speakerByNode"] extends ReadonlyMap<string, infer Own> ? Own : never;

function planNode(
  network: Network,
  node: Node,
  speaker: Speaker | undefined,
  ends: TunnelEnds,
  { workloads, openings }: { readonly workloads: readonly Workload[]; readonly openings: readonly ServiceOpening[] },
  known: ReadonlyMap<string, Zone>,
): NodeFirewall {
  const zones = zonesOf(node, known);
  const own = new Map(zones.map(({ name }) => [name, known.get(name)]));
  const zoneRules = zones.flatMap(({ name, input }) => {
    const zone = own.get(name);
    // What lets everything in needs no rule besides.
    return zone === undefined || input === "accept" ? [] : rulesOfZone(zone, workloads);
  });
  return {
    node: node.name,
    zones,
    vrfMembers: node.interfaces.flatMap((entry) => (entry.kind === "vrf" ? entry.members : [])),
    rules: [
      ...icmpRules,
      ...sessionRules(speaker?.sessions ?? []),
      ...tunnelRules(node, ends),
      ...leaseRules(node),
      ...openingRules(openings),
      ...workloads.flatMap((workload) => workloadRules(workload, { kind: "unzoned" }, "")),
      ...zoneRules,
    ],
    transit: zones.length > 0 ? icmpErrors : [],
    forwardings: network.firewall.forwardings
      .filter(({ from, to }) => own.has(from) && own.has(to))
      .flatMap(({ from, to, allow }): readonly ForwardRule[] => {
        const way = { from, to, why: `${from} to ${to}` };
        if (allow.length === 0) return [{ ...way, match: null, family: null, sources: [] }];
        return eachPort(allow).map(({ name, ...rest }) => ({ ...way, ...rest, why: `${way.why}: ${name}` }));
      }),
    reversePath: reversePathOf(node, speaker),
  };
}

function zonesOf(node: Node, known: ReadonlyMap<string, Zone>): readonly NodeZone[] {
  const interfaces = new Map<string, string[]>();
  for (const { name, zone } of node.interfaces) {
    if (zone !== null) interfaces.set(zone, [...(interfaces.get(zone) ?? []), name]);
  }
  return [...interfaces]
    .sort(([a], [b]) => compareNames(a, b))
    .flatMap(([name, own]) => {
      const zone = known.get(name);
      if (zone === undefined) return [];
      return [
        {
          name,
          interfaces: own,
          input: zone.input,
          within: zone.forward === "accept",
          forward: zone.forward === "reject" ? "reject" : "drop",
          masquerade: zone.masquerade,
        },
      ];
    });
}

function rulesOfZone(zone: Zone, workloads: readonly Workload[]): readonly FirewallRule[] {
  const at = { kind: "zone", zone: zone.name } as const;
  const allowed = eachPort(zone.allow).map(({ name, ...rest }): FirewallRule => {
    return { at, ...rest, why: `zone ${zone.name}: ${name}` };
  });
  const open = workloads.map((workload) => ({
    ...workload,
    ports: workload.ports.filter((port) => isOpenTo(zone, workload, port)),
  }));
  return [...allowed, ...open.flatMap((workload) => workloadRules(workload, at, `zone ${zone.name}: `))];
}

/** Whether a zone lets a workload's port in: it names the workload, or the port names it. */
function isOpenTo(zone: Zone, workload: Workload, port: PortMapping): boolean {
  return zone.workloads.includes(workload.name) || port.zones.includes(zone.name);
}

function workloadRules({ name, ports }: Workload, at: FirewallRule["at"], before: string): readonly FirewallRule[] {
  const why = `${before}workload ${name}`;
  return ports.map(({ node, protocol }) => ({ at, family: null, match: portMatch(protocol, node), sources: [], why }));
}

/** An allowance, for one port and for senders of one family. */
type SinglePort = Pick<FirewallRule, "family" | "sources"> & { readonly name: string; readonly match: PortMatch };

function eachPort(allow: readonly Allowance[]): readonly SinglePort[] {
  return allow.flatMap(({ name, ports, sources }) =>
    ports.flatMap(({ protocol, ...range }): readonly SinglePort[] => {
      const match: PortMatch = { kind: "ports", protocol, ports: [range] };
      if (sources.length === 0) return [{ name, match, family: null, sources }];
      return (["ipv4", "ipv6"] as const).flatMap((family) => {
        const own = sources.filter((source) => familyOf(source) === family);
        return own.length === 0 ? [] : [{ name, match, family, sources: own }];
      });
    }),
  );
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
