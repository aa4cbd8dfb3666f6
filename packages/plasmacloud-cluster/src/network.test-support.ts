import { type Choices, type Extension, loadTopology, type Network, resolveTopology, unwrap } from "@nix-nos/topology";
import { plasmacloudCluster } from "./extension.js";
import type { ClusterServices } from "./services-schema.js";

/** A topology in YAML as the extension gets it: the network, extended, and its part of `services`. */
export function loaded(text: string, choices: Choices = {}): { network: Network; services: ClusterServices } {
  const extensions = [plasmacloudCluster as Extension];
  const { document } = unwrap(loadTopology({ file: "t.yaml", format: "yaml", text }, { extensions }));
  const network = unwrap(resolveTopology(document, { previous: { choices } }));
  return { network, services: (document.services ?? {}) as ClusterServices };
}

/** One cluster: `n1: chainfire flaredb` runs two services on a control-plane node, `-n2:` none on a worker. */
export function cluster(...nodes: readonly string[]): string {
  const lines = nodes.map((node, index) => {
    const [name = "", services = ""] = node.split(":");
    const role = name.startsWith("-") ? "worker" : "control-plane";
    const list = services.trim().split(" ").filter(Boolean).join(", ");
    return `${name.replace("-", "")}: { role: ${role}, ip: 10.0.0.${index + 1}, services: [${list}] }`;
  });
  return `nix-nos: { clusters: { lab: { nodes: { ${lines.join(", ")} } } } }\n`;
}
