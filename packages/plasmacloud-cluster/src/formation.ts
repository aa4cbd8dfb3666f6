import type { Cluster, Diagnostic, Network, Node } from "@nix-nos/topology";
import { chainfire } from "./catalogue.js";

/** How one cluster comes to be. */
export interface Formation {
  readonly cluster: Cluster;
  /** The cluster's nodes on NixOS, which boot from a document; each has an address. */
  readonly nodes: readonly AddressedNode[];
  readonly founder: AddressedNode;
  /** Nodes that run the consensus service, in network order. */
  readonly members: readonly AddressedNode[];
}

export interface AddressedNode {
  readonly node: Node;
  /** IPv4 where the node has it, else IPv6. */
  readonly address: string;
}

const controlPlane = "control-plane";

/** The formation of every cluster that has a control plane, and what stands in the way of others. */
export function planFormations(network: Network): {
  readonly formations: readonly Formation[];
  readonly diagnostics: readonly Diagnostic[];
} {
  const formations: Formation[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const cluster of network.clusters) {
    const nodes = cluster.nodes.map((name) => network.index.nodeByName.get(name)).filter((node) => node !== undefined);
    diagnostics.push(...wrongMarks(nodes, cluster));
    if (!nodes.some(isController)) continue;
    const founder = chooseFounder(nodes);
    diagnostics.push(...missingConsensus(nodes, cluster), ...missingAddresses(nodes));
    const addressed = nodes.filter(boots).flatMap(withAddress);
    const founding = addressed.find(({ node }) => node === founder);
    if (founding === undefined) continue;
    const members = addressed.filter(({ node }) => runsConsensus(node));
    formations.push({ cluster, nodes: addressed, founder: founding, members });
  }
  return { formations, diagnostics };
}

/** The marked node, else the first controller that runs the consensus service, else the first controller. */
function chooseFounder(nodes: readonly Node[]): Node | undefined {
  const controllers = nodes.filter(isController);
  return controllers.find((node) => node.bootstrap) ?? controllers.find(runsConsensus) ?? controllers[0];
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

function missingConsensus(nodes: readonly Node[], cluster: Cluster): readonly Diagnostic[] {
  const running = nodes.filter(runsConsensus);
  if (running.some(isController)) return [];
  const [first] = running;
  const [controller] = nodes.filter(isController);
  const hint = `Add ${chainfire.name} to the services of ${controller?.name ?? "a control-plane node"}.`;
  if (first === undefined) {
    return [
      {
        code: "PC3004",
        severity: "warning",
        message: `No node of cluster ${cluster.name} runs ${chainfire.name}; ${founderName(nodes)} is to found it all the same.`,
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

function founderName(nodes: readonly Node[]): string {
  return chooseFounder(nodes)?.name ?? "";
}

function missingAddresses(nodes: readonly Node[]): readonly Diagnostic[] {
  return nodes
    .filter((node) => boots(node) && withAddress(node).length === 0)
    .map((node) => ({
      code: "PC3005",
      severity: "error",
      message: `Node ${node.name} has no ip, and cluster ${node.cluster} is formed by address.`,
      path: node.path,
      hint: "Give it one: ip: 10.0.1.10",
    }));
}

function withAddress(node: Node): readonly AddressedNode[] {
  const address = node.ip.ipv4 ?? node.ip.ipv6;
  return address === null ? [] : [{ node, address }];
}

function isController(node: Node): boolean {
  return node.role === controlPlane && boots(node);
}

/** Switches and access routers may stand in a cluster, but have no first boot that reads the document. */
function boots(node: Node): boolean {
  return node.platform === "nixos";
}

function runsConsensus(node: Node): boolean {
  return boots(node) && node.services.includes(chainfire.name);
}
