import { type Cluster, type Diagnostic, didYouMean, type Network, type Path, quote } from "@nix-nos/topology";
import type { Placement } from "../placement/placement.js";

/** What may run workloads: nothing but systemd, or k8shost's pods. */
const words = ["k8shost", "systemd"];

/** Workloads have one master: each cluster's word, its workloads and its services agree. */
export function checkOrchestration(network: Network, placements: readonly Placement[]): readonly Diagnostic[] {
  const hosts = placements.filter(({ service }) => service.name === "k8shost");
  return network.clusters.flatMap((cluster) => {
    const own = hosts.filter(({ node }) => node.cluster === cluster.name);
    const path = [...cluster.path, "orchestration"];
    switch (cluster.orchestration) {
      case null:
        return [];
      case "systemd":
        return own.slice(0, 1).map((first) => idle(cluster, first, path));
      case "k8shost":
        return [...(own.length === 0 ? [nowhere(cluster, path)] : []), ...workloads(network, cluster, path)];
      default:
        return [unknown(cluster.orchestration, path)];
    }
  });
}

function unknown(word: string, path: Path): Diagnostic {
  return {
    code: "PC3070",
    severity: "error",
    message: `Nothing that runs workloads is called ${quote(word)}.`,
    path,
    hint: didYouMean(word, words) ?? "There are k8shost and systemd.",
  };
}

function workloads(network: Network, { name }: Cluster, path: Path): readonly Diagnostic[] {
  const [first, ...others] = network.workloads.filter(({ cluster }) => cluster === name);
  if (first === undefined) return [];
  const also = others.length === 0 ? "" : ` and ${others.length} more`;
  return [
    {
      code: "PC3071",
      severity: "error",
      message: `k8shost runs what runs on cluster ${name}, and the workload ${quote(first.name)}${also} would run beside it.`,
      path: first.path,
      subject: "key",
      hint: "Give it to k8shost as a pod, over its API, and remove it here; or write `orchestration: systemd`.",
      related: [{ message: "the cluster says so here", path }],
    },
  ];
}

function nowhere({ name }: Cluster, path: Path): Diagnostic {
  return {
    code: "PC3072",
    severity: "error",
    message: `k8shost shall run what runs on cluster ${name}, and no node of the cluster runs k8shost.`,
    path,
    hint: "Add k8shost to the services of a node of the cluster, or write `orchestration: systemd`.",
  };
}

function idle({ name }: Cluster, { node }: Placement, path: Path): Diagnostic {
  return {
    code: "PC3073",
    severity: "warning",
    message: `k8shost runs on ${node.name}, and cluster ${name} says that systemd runs its workloads.`,
    path: [...node.path, "services"],
    hint: "Write `orchestration: k8shost`, or remove k8shost from the services.",
    related: [{ message: "the cluster says so here", path }],
  };
}
