import type { AutonomousSystem, Diagnostic, Network, Path } from "@nix-nos/topology";
import { listed } from "./listed.js";
import type { BgpSpeaker } from "./types.js";

/** From so many clients on, one reflector is too few. */
const manyClients = 10;

/** A level of reflectors: the AS's own, or those of a group. */
interface Level {
  readonly name: string;
  readonly reflectors: readonly string[];
  readonly path: Path;
}

/** Reflectors whose clusters drop each other's routes, and those that many clients have nobody beside. */
export function checkReflectors(network: Network, speakers: readonly BgpSpeaker[]): readonly Diagnostic[] {
  const byNode = new Map(speakers.map((speaker) => [speaker.node, speaker]));
  return network.bgp.autonomousSystems
    .filter(({ ibgp }) => ibgp.strategy === "route-reflector")
    .flatMap((system) => {
      const levels = levelsOf(system);
      return [...sameClusters(levels, system, byNode), ...aloneReflectors(levels, system, byNode)];
    });
}

function levelsOf({ ibgp, path }: AutonomousSystem): readonly Level[] {
  const base: Path = [...path, "ibgp"];
  return [
    { name: "the AS itself", reflectors: ibgp.reflectors, path: base },
    ...ibgp.groups.map(({ name, reflectors }): Level => {
      return { name: `the group "${name}"`, reflectors, path: [...base, "groups", name] };
    }),
  ];
}

/** What one level has reflected, another with the same CLUSTER_ID takes for its own echo and drops (RFC 4456 §8). */
function sameClusters(
  levels: readonly Level[],
  system: AutonomousSystem,
  byNode: ReadonlyMap<string, BgpSpeaker>,
): readonly Diagnostic[] {
  const owners = new Map<string, Level>();
  const told = new Set<Level>();
  const diagnostics: Diagnostic[] = [];
  for (const level of levels) {
    for (const reflector of level.reflectors) {
      const id = byNode.get(reflector)?.clusterId ?? null;
      if (id === null) continue;
      const first = owners.get(id);
      if (first === undefined) owners.set(id, level);
      if (first === undefined || first === level || told.has(level)) continue;
      told.add(level);
      diagnostics.push({
        code: "NN3032",
        severity: "error",
        message: `${level.name[0]?.toUpperCase()}${level.name.slice(1)} and ${first.name} reflect with one cluster id, ${id}, in AS ${system.number}: each drops what the other has reflected.`,
        path: level.path,
        hint: "Give each its own `clusterId`; without any, a reflector uses its router id.",
        related: [{ message: "the first one", path: first.path }],
      });
    }
  }
  return diagnostics;
}

function aloneReflectors(
  levels: readonly Level[],
  system: AutonomousSystem,
  byNode: ReadonlyMap<string, BgpSpeaker>,
): readonly Diagnostic[] {
  return levels.flatMap(({ reflectors: [reflector, ...others], path }): readonly Diagnostic[] => {
    if (reflector === undefined || others.length > 0) return [];
    const sessions = byNode.get(reflector)?.sessions.filter((session) => session.routeReflectorClient) ?? [];
    const clients = [...new Set(sessions.map(({ remoteNode }) => remoteNode ?? ""))];
    if (clients.length < manyClients) return [];
    return [
      {
        code: "NN3033",
        severity: "warning",
        message: `${reflector} is the only reflector of ${clients.length} clients in AS ${system.number} (${listed(clients)}): without it they hear nothing of each other.`,
        path: [...path, "reflectors"],
        hint: "Name a second reflector; both then have all the clients.",
      },
    ];
  });
}
