import { isHostName } from "../document/text.js";
import type { Network } from "../network/network.js";
import { nodeAddresses } from "../network/node-address.js";

/** A name and the addresses that it stands for. */
export interface NamedAddresses {
  /** The longest form first: `registry.batch.acme.example`, `registry.batch`. */
  readonly names: readonly string[];
  readonly addresses: readonly string[];
}

/**
 * Who is found by which name: nodes as NODE.DOMAIN, workloads as WORKLOAD.CLUSTER.DOMAIN with the addresses of all their
 * nodes, and both without the domain.
 *
 * @param network - resolved
 * @returns nodes, then workloads; without those that have no address, and workloads of a cluster whose name is none in
 *   the DNS
 *
 * @example
 * ```ts
 * import { loadTopology, networkNames, resolveTopology, unwrap } from "@nix-nos/topology";
 *
 * const text = `
 * nix-nos:
 *   domain: acme.example
 *   clusters:
 *     lab:
 *       nodes: { n1: { role: worker, ip: 10.0.0.1 } }
 *       workloads: { web: { command: [/bin/web], nodes: [n1] } }
 * `;
 * const network = unwrap(resolveTopology(unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" })).document));
 *
 * networkNames(network).map(({ names }) => names[0]); // => ["n1.acme.example", "web.lab.acme.example"]
 * ```
 */
export function networkNames(network: Network): readonly NamedAddresses[] {
  const withDomain = (name: string) => (network.domain === null ? [name] : [`${name}.${network.domain}`, name]);
  const nodes = network.nodes.map(({ name }) => ({ names: withDomain(name), addresses: addressesOf(network, name) }));
  const workloads = network.workloads
    .filter(({ cluster }) => isHostName(cluster))
    .map(({ name, cluster, nodes: own }) => ({
      names: withDomain(`${name}.${cluster}`),
      addresses: [...new Set(own.flatMap((node) => addressesOf(network, node)))],
    }));
  return [...nodes, ...workloads].filter(({ addresses }) => addresses.length > 0);
}

/** The address of each family by which others reach a node. */
export function addressesOf({ index }: Network, name: string): readonly string[] {
  const node = index.nodeByName.get(name);
  return node === undefined ? [] : Object.values(nodeAddresses(node)).filter((address) => address !== null);
}
