import type { Topology } from "../document/schema.js";
import { parseMemory, parsePortMapping, parseVolume } from "../document/text.js";
import { fullSchedule, hardening, type TopologyWorkload } from "../document/workload-schema.js";
import { compareNames } from "../names.js";
import type { HealthCheck, PortMapping, Schedule, Workload } from "../network/workload.js";
import { sortedEntries } from "./sorted-entries.js";

/** What runs on the clusters' nodes, by cluster and name. */
export function resolveWorkloads(topology: Topology): readonly Workload[] {
  return sortedEntries(topology["nix-nos"].clusters).flatMap(([cluster, { workloads }]) =>
    sortedEntries(workloads).map(([name, workload]) => ({
      name,
      cluster,
      description: workload.description ?? null,
      image: workload.image ?? null,
      command: workload.command ?? [],
      nodes: sortedNames(workload.nodes),
      ports: (workload.ports ?? []).flatMap((port) => resolvePort(port) ?? []),
      environment: Object.fromEntries(sortedEntries(workload.environment)),
      environmentFiles: workload.environmentFiles ?? [],
      secrets: Object.fromEntries(sortedEntries(workload.secrets)),
      schedule: resolveSchedule(workload.schedule),
      user: workload.user ?? null,
      healthCheck: resolveHealthCheck(workload.healthCheck),
      restart: workload.restart ?? (workload.schedule === undefined ? "always" : "never"),
      restartDelay: workload.restartDelay,
      stopTimeout: workload.stopTimeout,
      resources: {
        memory: parseMemory(workload.resources?.memory ?? ""),
        cpu: workload.resources?.cpu ?? null,
        tasks: workload.resources?.tasks ?? null,
      },
      volumes: (workload.volumes ?? []).flatMap((text) => parseVolume(text) ?? []),
      after: sortedNames(workload.after),
      requires: sortedNames(workload.requires),
      capabilities: sortedNames(workload.capabilities),
      hardening: hardening.parse(workload.hardening ?? {}),
      path: ["nix-nos", "clusters", cluster, "workloads", name],
    })),
  );
}

function sortedNames(names: readonly string[] = []): readonly string[] {
  return [...new Set(names)].sort(compareNames);
}

/** A port in either of its forms; `null` for text that is none. */
function resolvePort(written: NonNullable<TopologyWorkload["ports"]>[number]): PortMapping | null {
  if (typeof written === "string") {
    const mapping = parsePortMapping(written);
    return mapping && { name: null, ...mapping, zones: [] };
  }
  const { name = null, port, container = port, protocol, zones } = written;
  return { name, node: port, container, protocol, zones: sortedNames(zones) };
}

function resolveSchedule(written: TopologyWorkload["schedule"]): Schedule | null {
  if (written === undefined) return null;
  const full = typeof written === "string" ? fullSchedule.parse({ calendar: written }) : written;
  return { ...full, randomDelay: full.randomDelay ?? null };
}

function resolveHealthCheck(written: TopologyWorkload["healthCheck"]): HealthCheck | null {
  if (written === undefined) return null;
  const { http, tcp, exec, ...times } = written;
  if (http !== undefined) return { probe: { kind: "http", ...http }, ...times };
  if (tcp !== undefined) return { probe: { kind: "tcp", port: tcp }, ...times };
  return { probe: { kind: "exec", command: exec ?? [] }, ...times };
}
