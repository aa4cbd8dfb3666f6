import type { Cluster, Diagnostic, Network, Node } from "@nix-nos/topology";
import { indexNetwork } from "@nix-nos/topology";
import { prismnet } from "../service/services.js";

/** Services whose virtual machines and containers are what an overlay is for. */
const computeServices: readonly string[] = ["plasmavmc", "k8shost"];

const controlPlane = "control-plane";

/** The nodes of one cluster that are on its overlay, in network order. */
export interface OverlayMembers {
  readonly cluster: Cluster;
  readonly nodes: readonly Node[];
}

/**
 * The network with PrismNET on every node of the overlay: those that list it. Where no node of the topology does, those
 * that need it: in each cluster with a control plane, the control plane and the nodes that run machines or containers.
 */
export function withMembers(network: Network): Network {
  if (network.nodes.some(runsOverlay)) return network;
  const implied = new Set(
    network.clusters.flatMap((cluster) => {
      const nodes = nodesOf(network, cluster);
      const compute = nodes.filter((node) => computeServices.some((service) => runs(node, service)));
      const controllers = nodes.filter(isController);
      return compute.length === 0 || controllers.length === 0 ? [] : [...controllers, ...compute];
    }),
  );
  const nodes = network.nodes.map((node) =>
    implied.has(node) ? { ...node, services: [...node.services, prismnet.name] } : node,
  );
  return implied.size === 0 ? network : indexNetwork({ ...network, nodes });
}

/** Each cluster's own overlay; a cluster without one is absent. */
export function overlayMembers(network: Network): readonly OverlayMembers[] {
  return network.clusters.flatMap((cluster) => {
    const nodes = nodesOf(network, cluster).filter(runsOverlay);
    return nodes.length === 0 ? [] : [{ cluster, nodes }];
  });
}

/** A node that may hold OVN's databases. */
export function isController(node: Node): boolean {
  return node.role === controlPlane && node.platform === "nixos";
}

/** An overlay on nobody, and nodes without anybody to tell them what is on it. */
export function checkMembers(network: Network): readonly Diagnostic[] {
  const all = overlayMembers(network);
  if (all.length === 0) return [nobody()];
  return all.flatMap(({ cluster, nodes }): Diagnostic[] => {
    if (nodes.some(isController)) return [];
    const [first] = nodes;
    const own = nodesOf(network, cluster).filter(isController);
    const names = own.map(({ name }) => name).join(", ");
    return [
      {
        code: "PC2011",
        severity: "error",
        message: `PrismNET runs in cluster ${cluster.name} on no control-plane node, so nothing holds OVN's databases.`,
        path: [...(first?.path ?? cluster.path), "services"],
        hint:
          own.length > 0
            ? `Add prismnet to the services of ${names}: one of them, or three.`
            : `Give a node with platform nixos the role control-plane, and prismnet among its services.`,
      },
    ];
  });
}

function nobody(): Diagnostic {
  return {
    code: "PC2010",
    severity: "warning",
    message: "No node is on PrismNET's overlay, so nothing is rendered of it.",
    path: ["services", prismnet.name, "overlay"],
    hint: `Add prismnet to the services of the nodes that shall be on it. Where none has it, nodes with ${computeServices.join(" or ")} are, and their cluster's control plane.`,
  };
}

function runsOverlay(node: Node): boolean {
  return runs(node, prismnet.name);
}

/** Only a machine with NixOS runs what is listed on it. */
function runs(node: Node, service: string): boolean {
  return node.platform === "nixos" && node.services.includes(service);
}

function nodesOf(network: Network, cluster: Cluster): readonly Node[] {
  return cluster.nodes.flatMap((name) => network.index.nodeByName.get(name) ?? []);
}
