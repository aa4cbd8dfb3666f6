import { type Artifact, type Network, nodeFolder, type WorkloadPlan } from "@nix-nos/topology";
import { printFile } from "./ini.js";

/**
 * The systemd units of workloads that are programs of their nodes: `nodes/NODE/systemd/workload-NAME.service` and so on,
 * for `/etc/systemd/system`. The NixOS modules say the same; containers are in them alone.
 *
 * @param plan - from `planWorkloads` of the same network
 *
 * @example
 * ```ts
 * import { renderWorkloads } from "@nix-nos/networkd-render";
 * import { loadTopology, planWorkloads, resolveTopology, unwrap } from "@nix-nos/topology";
 *
 * const text = `
 * nix-nos:
 *   clusters:
 *     lab:
 *       nodes: { n1: { role: worker } }
 *       workloads: { web: { command: [/bin/web], nodes: [n1] } }
 * `;
 * const network = unwrap(resolveTopology(unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" })).document));
 *
 * renderWorkloads(network, planWorkloads(network))[0]?.path; // => "nodes/n1/systemd/workload-web.service"
 * ```
 */
export function renderWorkloads(network: Network, plan: WorkloadPlan): readonly Artifact[] {
  return plan.nodes.flatMap(({ node, units }): readonly Artifact[] => {
    if (network.index.nodeByName.get(node)?.platform !== "nixos") return [];
    return units.map(({ name, sections }) => {
      const path = `${nodeFolder(node)}/systemd/${name}`;
      return { path, text: printFile(sections), node, layer: 1, kind: "systemd" };
    });
  });
}
