import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { parseAsNumber } from "../document/as-number.js";
import { fullIbgp, type TopologyBgp, type TopologyIbgp } from "../document/bgp-schema.js";
import type { Topology } from "../document/schema.js";
import { compareNames } from "../names.js";
import type { AutonomousSystem, Bgp, Ibgp, ReflectorGroup, VipAdvertisement } from "../network/bgp.js";
import type { Node } from "../network/network.js";
import { canonicalAddress } from "./canonical-text.js";
import type { Registered } from "./irr.js";
import { resolveMultihop } from "./multihop.js";
import { resolvePeers } from "./peers.js";
import { resolveCommunities, resolvePolicies, resolvePrefixSets } from "./policies.js";
import { sortedEntries } from "./sorted-entries.js";
import { resolveSpeakers } from "./speakers.js";

const bgpPath = ["nix-nos", "network", "bgp"] as const;

/** BGP as the document means it: systems by number, and who announces which VIP. */
export function resolveBgp(
  topology: Topology,
  nodes: readonly Node[],
  registered: Registered,
  diagnostics: Diagnostic[],
): Bgp {
  const bgp = topology["nix-nos"].network?.bgp;
  const autonomousSystems = resolveSystems(bgp, nodes);
  const policies = resolvePolicies(bgp, registered);
  const speakers = resolveSpeakers(topology);
  return {
    timers: { holdTime: bgp?.defaults?.holdTime ?? null, keepalive: bgp?.defaults?.keepalive ?? null },
    bfd: bgp?.defaults?.bfd ?? false,
    gracefulRestart: bgp?.defaults?.gracefulRestart ?? false,
    autonomousSystems,
    multihop: resolveMultihop(bgp),
    peers: resolvePeers(bgp, nodes, speakers, diagnostics),
    prefixSets: resolvePrefixSets(bgp, policies, registered),
    policies,
    vipAdvertisements: resolveVips(bgp, autonomousSystems, nodes),
    rpkiCaches: sortedEntries(bgp?.rpki?.caches).map(([name, { address, port, refresh }]) => {
      return { name, address: canonicalAddress(address), port, refresh: refresh ?? null };
    }),
    birdVersion: bgp?.defaults?.birdVersion ?? "2.0.12",
    speakers,
  };
}

function resolveSystems(bgp: TopologyBgp | undefined, nodes: readonly Node[]): readonly AutonomousSystem[] {
  const sites = new Map(nodes.map(({ name, site }) => [name, site]));
  return Object.entries(bgp?.autonomousSystems ?? {})
    .map(([key, { members, ibgp, confederation = null }]) => ({
      number: parseAsNumber(key).number ?? 0,
      members: [...members].sort(compareNames),
      ibgp: resolveIbgp(ibgp, members, sites),
      confederation,
      path: [...bgpPath, "autonomousSystems", key],
    }))
    .sort((a, b) => a.number - b.number);
}

function resolveIbgp(
  ibgp: TopologyIbgp | undefined,
  members: readonly string[],
  sites: ReadonlyMap<string, string | null>,
): Ibgp {
  const { strategy, reflectors, clusterId, groups, transport, nextHopSelf } =
    typeof ibgp === "object" ? ibgp : fullIbgp.parse({ strategy: ibgp });
  return {
    strategy,
    reflectors: [...(reflectors ?? [])].sort(compareNames),
    clusterId: clusterId === undefined ? null : canonicalAddress(clusterId),
    groups: resolveGroups(groups, members, sites),
    transport,
    nextHopSelf,
  };
}

type TopologyGroups = Exclude<TopologyIbgp, string>["groups"];

/** Groups by name, each after the one that it stands below. */
function resolveGroups(
  groups: TopologyGroups,
  members: readonly string[],
  sites: ReadonlyMap<string, string | null>,
): readonly ReflectorGroup[] {
  const ordered = new Map<string, ReflectorGroup>();
  const visit = (name: string) => {
    const group = groups?.[name];
    if (group === undefined || ordered.has(name)) return;
    if (group.parent !== undefined) visit(group.parent);
    const own = new Set(group.reflectors);
    const all =
      group.site === undefined ? (group.members ?? []) : members.filter((node) => sites.get(node) === group.site);
    ordered.set(name, {
      name,
      reflectors: [...own].sort(compareNames),
      members: [...new Set(all)].filter((node) => !own.has(node)).sort(compareNames),
      parent: group.parent ?? null,
      clusterId: group.clusterId === undefined ? null : canonicalAddress(group.clusterId),
    });
  };
  for (const [name] of sortedEntries(groups)) visit(name);
  return [...ordered.values()];
}

function resolveVips(
  bgp: TopologyBgp | undefined,
  systems: readonly AutonomousSystem[],
  nodes: readonly Node[],
): readonly VipAdvertisement[] {
  const entries = sortedEntries(bgp?.vipAdvertisements);
  if (entries.length === 0) return [];
  const speakers = systems.flatMap((system) => system.members).sort(compareNames);
  const runs = new Map<string, string[]>(entries.map(([name]) => [name, []]));
  for (const node of nodes) for (const service of node.services) runs.get(service)?.push(node.name);
  return entries.map(([name, entry]) => {
    const byService = runs.get(name) ?? [];
    return {
      name,
      vips: [...new Set(entry.vips.map(canonicalAddress))],
      nodes: entry.nodes ? [...new Set(entry.nodes)].sort(compareNames) : byService.length > 0 ? byService : speakers,
      announce: entry.announce,
      nextHop: entry.nextHop,
      communities: resolveCommunities(entry.communities ?? [], bgp),
      standby: entry.standby ?? null,
      path: [...bgpPath, "vipAdvertisements", name],
    };
  });
}
