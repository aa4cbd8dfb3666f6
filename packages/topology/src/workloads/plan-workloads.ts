import { append } from "../append.js";
import type { Network } from "../network/network.js";
import type { Workload } from "../network/workload.js";
import { containerOf } from "./container.js";
import { healthUnits } from "./health.js";
import { serviceUnit, timerUnit } from "./service.js";
import type { NodeWorkloads, WorkloadPlan } from "./types.js";

/**
 * Decides what runs on each node: a service, a timer or a container for each workload, and the units that look after
 * its health.
 *
 * A program runs as a user of its own, sees the file system read-only but for `/var/lib/workload-NAME` and its volumes,
 * and has no capabilities, unless the topology says otherwise (systemd.exec(5)). Secrets are paths here too.
 *
 * @param network - resolved
 * @returns units and containers as data, for printers to spell
 *
 * @example
 * ```ts
 * import { loadTopology, planWorkloads, resolveTopology, unwrap } from "@nix-nos/topology";
 *
 * const text = `
 * nix-nos:
 *   clusters:
 *     lab:
 *       nodes: { n1: { role: worker } }
 *       workloads: { sweep: { command: [/bin/sweep, "50%"], nodes: [n1], schedule: daily } }
 * `;
 * const network = unwrap(resolveTopology(unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" })).document));
 * const units = planWorkloads(network).workloadsByNode.get("n1")?.units;
 *
 * units?.map(({ name }) => name); // => ["workload-sweep.service", "workload-sweep.timer"]
 * units?.[0]?.sections[1]?.entries[1]; // => ["ExecStart", "/bin/sweep 50%%"]
 * ```
 */
export function planWorkloads(network: Network): WorkloadPlan {
  const byNode = workloadsByNode(network);
  const nodes = network.nodes.flatMap(({ name }) => {
    const own = byNode.get(name);
    return own === undefined ? [] : [planNode(name, own)];
  });
  return { nodes, workloadsByNode: new Map(nodes.map((own) => [own.node, own])) };
}

/** What runs on each node, in network order. */
export function workloadsByNode(network: Network): ReadonlyMap<string, readonly Workload[]> {
  const byNode = new Map<string, Workload[]>();
  for (const workload of network.workloads) {
    for (const node of workload.nodes) append(byNode, node, workload);
  }
  return byNode;
}

function planNode(node: string, workloads: readonly Workload[]): NodeWorkloads {
  const there = new Set(workloads.map(({ name }) => name));
  return {
    node,
    units: workloads.flatMap((workload) =>
      workload.image === null ? [serviceUnit(workload, there), ...timerUnit(workload), ...healthUnits(workload)] : [],
    ),
    containers: workloads.flatMap((workload) =>
      workload.image === null ? [] : [containerOf(workload, workload.image, there)],
    ),
  };
}
