import { familyOf } from "@nix-nos/ipam";
import {
  type AddressPair,
  type AutonomousSystem,
  compareNames,
  type Diagnostic,
  type Family,
  hasErrors,
  type Network,
  type Node,
  type Outcome,
  type VipAdvertisement,
} from "@nix-nos/topology";
import { familiesOf } from "./channels.js";
import { checkPlan } from "./check-plan.js";
import { defaultRouteSet } from "./default-route.js";
import { familyNames } from "./family-names.js";
import { asksRpki, usedPrefixSets } from "./policies.js";
import { planSessions } from "./sessions.js";
import { planSidecar } from "./sidecar.js";
import { standbyPreference, standbySets, withStandby } from "./standby.js";
import { confederations } from "./systems.js";
import type { BgpPlan, BgpSession, BgpSpeaker, PlannedVip } from "./types.js";

/**
 * Computes who speaks BGP with whom, what each speaker originates, and how it announces its VIPs.
 *
 * iBGP follows each AS's strategy (full mesh, route reflectors of RFC 4456, or none), one session a family that both
 * ends have; eBGP follows the links between nodes of different ASes.
 *
 * @param network - from `resolveTopology`
 * @returns the plan; NN3001 to NN3003, NN3008, NN3009, NN3031, NN3032, NN3037 and NN3039 are errors, the others warnings
 *
 * @example
 * ```ts
 * import { planBgp } from "@nix-nos/bgp-gen";
 * import { loadTopology, resolveTopology, unwrap } from "@nix-nos/topology";
 *
 * const text = `
 * nix-nos:
 *   clusters: { lab: { nodes: { a: { role: worker, ip: 10.0.0.1 }, b: { role: worker, ip: 10.0.0.2 } } } }
 *   network: { bgp: { autonomousSystems: { "65000": { members: [a, b] } } } }
 * `;
 * const { document } = unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" }));
 * const plan = unwrap(planBgp(unwrap(resolveTopology(document))));
 * plan.speakers.map((speaker) => speaker.sessions[0]?.remoteAddress); // => ["10.0.0.2", "10.0.0.1"]
 * ```
 */
export function planBgp(network: Network): Outcome<BgpPlan> {
  const diagnostics: Diagnostic[] = [];
  const sessions = planSessions(network, diagnostics);
  const rank = new Map(network.nodes.map((node, index) => [node.name, index]));
  const vips = vipsByNode(network);
  const confederationBy = confederations(network);
  const clusterIds = writtenClusterIds(network);
  const sets = [...network.bgp.prefixSets, ...standbySets(network), defaultRouteSet];
  const speakers: BgpSpeaker[] = [];
  for (const node of network.nodes) {
    const system = network.index.autonomousSystemByNode.get(node.name);
    if (system === undefined) continue;
    if (node.routerId === null || node.routerId === "0.0.0.0") {
      diagnostics.push(noRouterId(node));
      continue;
    }
    const sorted = [...(sessions.get(node.name) ?? [])].sort(byNeighbor(rank));
    const own = withStandby(sorted, vips.get(node.name) ?? [], node.name);
    const carried = new Set(own.flatMap(familiesOf));
    const planned = (vips.get(node.name) ?? []).flatMap((entry) => planVips(entry, node, system, carried, diagnostics));
    const originated = originatedBy(node);
    if (node.bgpDaemon === "gobgp") {
      warnOfOrigination(node, originated, planned, diagnostics);
      if (network.bgp.bfd) diagnostics.push(noBfd(node));
    }
    const isReflector = own.some((session) => session.routeReflectorClient);
    speakers.push({
      node: node.name,
      daemon: node.bgpDaemon,
      localAs: system.number,
      confederation: confederationBy.get(system.confederation ?? 0) ?? null,
      routerId: node.routerId,
      clusterId: isReflector ? (clusterIds.get(node.name) ?? node.routerId) : null,
      originated,
      vips: planned,
      sidecar: node.bgpDaemon === "bird" ? planSidecar(system.number, node.routerId, planned) : null,
      sessions: own,
      prefixSets: usedPrefixSets(own, sets),
      rpkiCaches: asksRpki(own) ? network.bgp.rpkiCaches : [],
      birdVersion: network.bgp.speakers.get(node.name)?.birdVersion ?? network.bgp.birdVersion,
      extraConfig: network.bgp.speakers.get(node.name)?.extraConfig ?? { bird: null },
      path: node.path,
    });
  }
  checkRouterIds(speakers, diagnostics);
  if (!hasErrors(diagnostics)) diagnostics.push(...checkPlan(network, speakers));
  const plan = { speakers, speakerByNode: new Map(speakers.map((speaker) => [speaker.node, speaker])) };
  return { value: hasErrors(diagnostics) ? null : plan, diagnostics };
}

/** What is written for the level that each reflector is on. */
function writtenClusterIds({ bgp }: Network): ReadonlyMap<string, string | null> {
  const ids = new Map<string, string | null>();
  for (const { ibgp } of bgp.autonomousSystems) {
    for (const { reflectors, clusterId } of [ibgp, ...ibgp.groups]) {
      for (const reflector of reflectors) ids.set(reflector, clusterId);
    }
  }
  return ids;
}

function byNeighbor(rank: ReadonlyMap<string, number>): (a: BgpSession, b: BgpSession) => number {
  const of = (session: BgpSession) => rank.get(session.remoteNode ?? "") ?? rank.size;
  return (a, b) => of(a) - of(b) || compareNames(a.name, b.name);
}

/** Every speaker originates its loopback without being told; `originate` adds aggregates. */
function originatedBy(node: Node): readonly string[] {
  const loopbacks = [
    node.loopback?.ipv4 && `${node.loopback.ipv4}/32`,
    node.loopback?.ipv6 && `${node.loopback.ipv6}/128`,
  ];
  const written = loopbacks.filter((prefix): prefix is string => Boolean(prefix));
  return [...new Set([...written, ...node.originate])].sort(compareNames);
}

function vipsByNode(network: Network): ReadonlyMap<string, readonly VipAdvertisement[]> {
  const byNode = new Map<string, VipAdvertisement[]>();
  for (const entry of network.bgp.vipAdvertisements) {
    for (const node of entry.nodes) {
      const list = byNode.get(node);
      if (list) list.push(entry);
      else byNode.set(node, [entry]);
    }
  }
  return byNode;
}

function planVips(
  entry: VipAdvertisement,
  node: Node,
  system: AutonomousSystem,
  carried: ReadonlySet<Family>,
  diagnostics: Diagnostic[],
): PlannedVip[] {
  const own = ownAddresses(node, system);
  const silent = new Set<Family>();
  const planned = entry.vips.map((vip): PlannedVip => {
    const family = familyOf(vip);
    if (!carried.has(family)) silent.add(family);
    return {
      advertisement: entry.name,
      prefix: `${vip}/${family === "ipv4" ? 32 : 128}`,
      family,
      announce: entry.announce,
      communities: entry.communities,
      localPref: standbyPreference(entry, node.name),
      nextHop: entry.nextHop === "self" ? own[family] : null,
      localAddress: own[family],
    };
  });
  for (const family of silent) {
    const name = familyNames[family];
    diagnostics.push({
      code: "NN3005",
      severity: "warning",
      message: `${node.name} announces ${name} VIPs of "${entry.name}", but none of its sessions carries ${name}.`,
      path: entry.path,
      hint: `Give ${node.name} and its neighbours ${name} addresses, or list other nodes.`,
    });
  }
  return planned;
}

/** By what others reach the node: the address that its sessions run from, else the other one. */
function ownAddresses(node: Node, { ibgp }: AutonomousSystem): AddressPair {
  const [first, second] = ibgp.transport === "loopback" ? [node.loopback, node.ip] : [node.ip, node.loopback];
  return {
    ipv4: first?.ipv4 ?? second?.ipv4 ?? null,
    ipv6: first?.ipv6 ?? second?.ipv6 ?? null,
  };
}

function noBfd(node: Node): Diagnostic {
  return {
    code: "NN3007",
    severity: "warning",
    message: `${node.name} speaks BGP by GoBGP, which has no BFD: its sessions are watched by their hold time alone.`,
    path: node.path,
    hint: "Let BIRD speak for the node (`attach: bird`), or set a short holdTime.",
  };
}

function warnOfOrigination(
  node: Node,
  originated: readonly string[],
  vips: readonly PlannedVip[],
  diagnostics: Diagnostic[],
): void {
  const prefixes = [...originated, ...vips.filter((vip) => vip.announce === "static").map((vip) => vip.prefix)];
  if (prefixes.length === 0) return;
  diagnostics.push({
    code: "NN3006",
    severity: "warning",
    message: `${node.name} speaks BGP by GoBGP, which originates nothing by configuration: ${prefixes.join(", ")} must be injected through its API.`,
    path: node.path,
    hint: "Let BIRD speak for the node (`attach: bird`), or inject them with `gobgp global rib add`.",
  });
}

function noRouterId(node: Node): Diagnostic {
  return {
    code: "NN3001",
    severity: "error",
    message:
      node.routerId === null
        ? `${node.name} speaks BGP but has no IPv4 address to take its router id from.`
        : `${node.name} has the router id 0.0.0.0, which is none.`,
    path: node.path,
    hint: "Set `bgp: { routerId: 10.255.0.1 }`, a dotted quad that no other speaker has.",
  };
}

/** RFC 6286 §2.1: unique within the AS; a sidecar's counts, because it becomes the ORIGINATOR_ID. */
function checkRouterIds(speakers: readonly BgpSpeaker[], diagnostics: Diagnostic[]): void {
  const owners = new Map<string, BgpSpeaker>();
  const claim = (speaker: BgpSpeaker, routerId: string, what: string) => {
    const key = `${speaker.localAs} ${routerId}`;
    const first = owners.get(key);
    if (first === undefined) {
      owners.set(key, speaker);
      return;
    }
    diagnostics.push({
      code: "NN3002",
      severity: "error",
      message: `${what} ${routerId} of ${speaker.node} is also that of ${first.node}, in the same AS ${speaker.localAs}.`,
      path: speaker.path,
      hint: "Set another `bgp.routerId` on one of them.",
      related: [{ message: `${first.node} has it too`, path: first.path }],
    });
  };
  for (const speaker of speakers) claim(speaker, speaker.routerId, "The router id");
  for (const speaker of speakers)
    if (speaker.sidecar) claim(speaker, speaker.sidecar.routerId, "The sidecar's router id");
}
