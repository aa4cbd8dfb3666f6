import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { quote } from "../diagnostics/nearest.js";
import { parsePortMapping } from "../document/text.js";
import type { TopologyWorkload } from "../document/workload-schema.js";
import type { Facts } from "./facts.js";
import { entriesOf, itemsOf, type Loose, type LooseTopology } from "./loose.js";
import { checkReference } from "./nodes.js";

/** Each workload is a program or a container, runs on nodes of its own cluster, and has its ports to itself. */
export function checkWorkloads(document: LooseTopology, facts: Facts): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const ports = new Map<string, Path>();
  for (const [cluster, { workloads }] of entriesOf(document["nix-nos"]?.clusters)) {
    for (const [name, workload] of entriesOf(workloads)) {
      const path: Path = ["nix-nos", "clusters", cluster, "workloads", name];
      if (!Object.hasOwn(workload, "image") && !Object.hasOwn(workload, "command")) {
        const message = `The workload ${quote(name)} has neither an image nor a command, so there is nothing to run.`;
        const hint = "Give it `image: …` for a container, or `command: [PROGRAM, …]` for a program of the node.";
        diagnostics.push({ code: "NN1225", severity: "error", message, path, hint });
      }
      for (const [index, node] of itemsOf(workload.nodes)) {
        const place = [...path, "nodes", index];
        const written = facts.byName.get(node);
        if (written === undefined || written.cluster === cluster) {
          diagnostics.push(...checkReference(node, place, facts));
          continue;
        }
        const message = `The node ${quote(node)} is in the cluster ${quote(written.cluster)}, not in ${quote(cluster)}.`;
        const hint = "Write the workload in the cluster that its nodes are in.";
        const related = [{ message: "the node stands here", path: written.path }];
        diagnostics.push({ code: "NN1225", severity: "error", message, path: place, hint, related });
      }
      checkPorts(name, workload, path, ports, diagnostics);
    }
  }
  return diagnostics;
}

function checkPorts(
  name: string,
  workload: Loose<TopologyWorkload>,
  path: Path,
  taken: Map<string, Path>,
  diagnostics: Diagnostic[],
): void {
  for (const [index, text] of itemsOf(workload.ports)) {
    const mapping = parsePortMapping(text);
    if (mapping === null) continue;
    for (const [, node] of itemsOf(workload.nodes)) {
      const key = `${node} ${mapping.node}/${mapping.protocol}`;
      const place = [...path, "ports", index];
      const first = taken.get(key);
      if (first === undefined) {
        taken.set(key, place);
        continue;
      }
      const message = `The port ${mapping.node}/${mapping.protocol} of ${quote(node)} is taken twice, the second time by ${quote(name)}.`;
      const related = [{ message: "taken here", path: first }];
      const hint = "Choose another port of the node.";
      diagnostics.push({ code: "NN1225", severity: "error", message, path: place, hint, related });
    }
  }
}
