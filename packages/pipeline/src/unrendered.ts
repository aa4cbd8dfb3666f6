import type { Diagnostic, Network, Path } from "@nix-nos/topology";
import type { PipelineCode } from "./codes.js";

const code: PipelineCode = "NN9017";

/** What a topology says and no renderer knows yet: said aloud, so that nothing is dropped in silence. */
export function unrendered(network: Network): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const warn = (what: string, path: Path) => {
    const message = `${what} not rendered by this version: the files say nothing of it.`;
    found.push({ code, severity: "warning", message, path });
  };
  for (const { name, nodes, path } of network.workloads) {
    const strange = nodes.filter((node) => network.index.nodeByName.get(node)?.platform !== "nixos");
    if (strange.length > 0) warn(`The workload ${name} on ${strange.join(", ")} is`, [...path, "nodes"]);
  }
  return found;
}
