import type { Network } from "../network/network.js";
import type { PortMapping, Schedule, Workload } from "../network/workload.js";
import { workloadsByNode } from "./plan-workloads.js";
import { unitName } from "./service.js";

/** One workload on one of its nodes. */
export interface WorkloadRow {
  readonly node: string;
  readonly cluster: string;
  readonly workload: string;
  /** The systemd unit that runs it: `workload-web.service`. */
  readonly unit: string;
  /** OCI image, or `null` for a program of the node. */
  readonly image: string | null;
  /** Program and arguments; with an image, empty leaves the image's own. */
  readonly command: readonly string[];
  /** `null` runs always. */
  readonly schedule: Schedule | null;
  readonly ports: readonly PortMapping[];
}

/**
 * What runs where, when, and with which ports, by node and name.
 *
 * @param network - resolved
 *
 * @example
 * ```ts
 * import { loadTopology, resolveTopology, unwrap, workloadTable } from "@nix-nos/topology";
 *
 * const text = `
 * nix-nos:
 *   clusters:
 *     lab:
 *       nodes: { n1: { role: worker }, n2: { role: worker } }
 *       workloads: { web: { command: [/bin/web], nodes: [n2, n1], ports: ["8080"] } }
 * `;
 * const network = unwrap(resolveTopology(unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" })).document));
 *
 * workloadTable(network).map(({ node, unit }) => `${node}: ${unit}`); // => ["n1: workload-web.service", "n2: workload-web.service"]
 * ```
 */
export function workloadTable(network: Network): readonly WorkloadRow[] {
  const byNode = workloadsByNode(network);
  return network.nodes.flatMap(({ name }) => (byNode.get(name) ?? []).map((workload) => rowOf(name, workload)));
}

function rowOf(node: string, { cluster, name, image, command, schedule, ports }: Workload): WorkloadRow {
  return { node, cluster, workload: name, unit: `${unitName(name)}.service`, image, command, schedule, ports };
}
