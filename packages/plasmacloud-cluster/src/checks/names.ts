import { type Diagnostic, didYouMean, type Network, type Node, nearestName, quote } from "@nix-nos/topology";
import { catalogue } from "../catalogue/services.js";
import { runs } from "../placement/placement.js";
import type { ClusterServices } from "../services-schema.js";

/** Services that nobody knows, and settings for what is not there. */
export function checkNames(network: Network, services: ClusterServices): readonly Diagnostic[] {
  return [...network.nodes.flatMap((node) => unknownServices(node, network)), ...scopesOfNobody(network, services)];
}

/** A name like one of ours is a slip; any other may be somebody's own service, as one behind a VIP is. */
function unknownServices(node: Node, network: Network): readonly Diagnostic[] {
  return node.services.flatMap((name): Diagnostic[] => {
    const isKnown =
      catalogue.has(name) ||
      network.bgp.vipAdvertisements.some((entry) => entry.name === name) ||
      network.workloads.some((workload) => workload.name === name);
    if (isKnown) return [];
    const near = nearestName(name, catalogue.keys());
    return [
      {
        code: "PC3006",
        severity: near === null ? "warning" : "error",
        message: `The service ${quote(name)} of node ${node.name} is not in the catalogue, so nothing starts it.`,
        path: [...node.path, "services"],
        ...hint(didYouMean(name, catalogue.keys())),
      },
    ];
  });
}

function scopesOfNobody(network: Network, services: ClusterServices): readonly Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const clusters = new Map(network.clusters.map((cluster) => [cluster.name, cluster.nodes]));
  const nodes = new Map(network.nodes.map((node) => [node.name, [node.name]]));
  for (const { name: service, title } of catalogue.values()) {
    for (const [key, what, known] of [
      ["clusters", "cluster", clusters],
      ["nodes", "node", nodes],
    ] as const) {
      for (const name of Object.keys(services[service]?.[key] ?? {})) {
        const place = { path: ["services", service, key, name], subject: "key" } as const;
        const members = known.get(name);
        if (members === undefined) {
          const message = `There is no ${what} ${quote(name)} for ${title} to be different on.`;
          diagnostics.push({
            code: "PC3007",
            severity: "error",
            message,
            ...place,
            ...hint(didYouMean(name, known.keys())),
          });
        } else if (!members.some((member) => isOn(network, member, service))) {
          const message = `${title} does not run on ${what} ${name}, so what is said of it there has no effect.`;
          const advice = `Add ${service} to the services of ${what === "node" ? "the node" : "a node of the cluster"}, or remove the key.`;
          diagnostics.push({ code: "PC3008", severity: "warning", message, ...place, hint: advice });
        }
      }
    }
  }
  return diagnostics;
}

function isOn(network: Network, name: string, service: string): boolean {
  const node = network.index.nodeByName.get(name);
  return node !== undefined && runs(node, service);
}

function hint(text: string | undefined): { readonly hint?: string } {
  return text === undefined ? {} : { hint: text };
}
