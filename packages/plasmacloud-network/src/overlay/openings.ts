import type { Network, ServiceOpening } from "@nix-nos/topology";
import type { OverlayNode, OverlayPlan } from "./plan.js";

/** What the overlay needs open, from its own nodes and no others: neither OVN's databases nor tunnels know a password. */
export function overlayOpenings(network: Network, plan: OverlayPlan): readonly ServiceOpening[] {
  return plan.clusters.flatMap(({ nodes }) => {
    const isIPv6 = nodes.some(({ endpoint }) => endpoint.includes(":"));
    const addresses = new Map(
      nodes.map(({ node }) => [node, ownAddresses(network, node).filter((own) => own.includes(":") === isIPv6)]),
    );
    const of = ({ node }: OverlayNode) => addresses.get(node) ?? [];
    const callers = {
      ends: nodes.map(({ endpoint }) => endpoint),
      chassis: nodes.flatMap(of),
      central: nodes.filter(({ central }) => central !== null).flatMap(of),
    };
    return nodes.flatMap((own) => {
      const mine = new Set([own.endpoint, ...of(own)]);
      return own.listens.flatMap(({ what, protocol, port, from }): readonly ServiceOpening[] => {
        const sources = callers[from].filter((address) => !mine.has(address));
        return sources.length === 0 ? [] : [{ node: own.node, name: `OVN: ${what}`, protocol, port, sources }];
      });
    });
  });
}

/** By which of its addresses a node calls, its routes decide. */
function ownAddresses(network: Network, name: string): readonly string[] {
  const node = network.index.nodeByName.get(name);
  if (node === undefined) return [];
  const carried = node.interfaces.flatMap(({ addresses }) => addresses.map((text) => text.split("/")[0] ?? text));
  const named = [...Object.values(node.ip), ...Object.values(node.loopback ?? {})].filter((text) => text !== null);
  return [...new Set([...named, ...carried])];
}
