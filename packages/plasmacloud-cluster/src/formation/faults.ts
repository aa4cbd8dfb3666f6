import type { Cluster, Diagnostic, Network, Node } from "@nix-nos/topology";
import { catalogue, chainfire } from "../catalogue/services.js";
import { founderOf } from "./founder.js";
import { boots, controlPlane, isController, runsConsensus } from "./nodes.js";

/** Everything that stands in the way of forming a cluster, or of forming it once. */
export function formationFaults(network: Network, cluster: Cluster, nodes: readonly Node[]): readonly Diagnostic[] {
  const faults = wrongMarks(nodes, cluster);
  if (!nodes.some(isController)) return faults;
  return [...faults, ...missingConsensus(network, nodes, cluster), ...missingAddresses(nodes)];
}

function wrongMarks(nodes: readonly Node[], cluster: Cluster): readonly Diagnostic[] {
  const [first, ...others] = nodes.filter((node) => node.bootstrap);
  if (first === undefined) return [];
  const twice = others.map(
    (node): Diagnostic => ({
      code: "PC3001",
      severity: "error",
      message: `Cluster ${cluster.name} has two founders, ${first.name} and ${node.name}.`,
      path: [...node.path, "bootstrap"],
      hint: "Leave `bootstrap: true` on one of them.",
      related: [{ message: `${first.name} is marked here`, path: [...first.path, "bootstrap"] }],
    }),
  );
  const nobodyRuns = !nodes.some(runsConsensus);
  const unable = [first, ...others].flatMap((node): Diagnostic[] => {
    const reason = unfitness(node, nobodyRuns);
    if (reason === null) return [];
    return [
      {
        code: "PC3002",
        severity: "error",
        message: `Node ${node.name} is marked to found cluster ${cluster.name}, but ${reason}.`,
        path: [...node.path, "bootstrap"],
        hint: `Mark a control-plane node that runs ${chainfire.name}, or none.`,
      },
    ];
  });
  return [...twice, ...unable];
}

/** Why a node cannot found its cluster; where nobody runs the service, that is no reason (PC3004 says so once). */
function unfitness(node: Node, nobodyRuns: boolean): string | null {
  if (node.role !== controlPlane) return `its role is ${node.role}, not ${controlPlane}`;
  if (!boots(node)) return `its platform is ${node.platform}, not nixos`;
  return nobodyRuns || runsConsensus(node) ? null : `it does not run ${chainfire.name}`;
}

function missingConsensus(network: Network, nodes: readonly Node[], cluster: Cluster): readonly Diagnostic[] {
  const running = nodes.filter(runsConsensus);
  if (running.some(isController)) return [];
  const [first] = running;
  const [controller] = nodes.filter(isController);
  const hint = `Add ${chainfire.name} to the services of ${controller?.name ?? "a control-plane node"}.`;
  if (first === undefined) {
    // Who needs it says so itself (PC3009).
    if (nodes.some(needsConsensus)) return [];
    return [
      {
        code: "PC3004",
        severity: "warning",
        message: `No node of cluster ${cluster.name} runs ${chainfire.name}; ${founderOf(network, cluster)?.name ?? "nobody"} is to found it all the same.`,
        path: cluster.path,
        hint,
      },
    ];
  }
  return [
    {
      code: "PC3003",
      severity: "error",
      message: `In cluster ${cluster.name} ${chainfire.name} runs on ${first.name}, but on no control-plane node.`,
      path: [...first.path, "services"],
      hint,
      ...(controller && {
        related: [{ message: `${controller.name} is a control-plane node`, path: controller.path }],
      }),
    },
  ];
}

function needsConsensus(node: Node): boolean {
  return boots(node) && node.services.some((name) => catalogue.get(name)?.dependsOn.includes(chainfire.name));
}

function missingAddresses(nodes: readonly Node[]): readonly Diagnostic[] {
  return nodes
    .filter((node) => boots(node) && node.ip.ipv4 === null && node.ip.ipv6 === null)
    .map((node) => ({
      code: "PC3005",
      severity: "error",
      message: `Node ${node.name} has no ip, and cluster ${node.cluster} is formed by address.`,
      path: node.path,
      hint: "Give it one: ip: 10.0.1.10",
    }));
}
