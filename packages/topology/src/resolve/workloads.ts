import type { Topology } from "../document/schema.js";
import { parsePortMapping } from "../document/text.js";
import { compareNames } from "../names.js";
import type { Workload } from "../network/workload.js";
import { sortedEntries } from "./sorted-entries.js";

/** What runs on the clusters' nodes, by cluster and name. */
export function resolveWorkloads(topology: Topology): readonly Workload[] {
  return sortedEntries(topology["nix-nos"].clusters).flatMap(([cluster, { workloads }]) =>
    sortedEntries(workloads).map(([name, workload]) => ({
      name,
      cluster,
      image: workload.image ?? null,
      command: workload.command ?? [],
      nodes: [...new Set(workload.nodes)].sort(compareNames),
      ports: (workload.ports ?? []).flatMap((text) => parsePortMapping(text) ?? []),
      environment: Object.fromEntries(sortedEntries(workload.environment)),
      schedule: workload.schedule ?? null,
      path: ["nix-nos", "clusters", cluster, "workloads", name],
    })),
  );
}
