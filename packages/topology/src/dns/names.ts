import { isLinkLocal } from "@nix-nos/ipam";
import type { Path } from "../diagnostics/diagnostic.js";
import { isHostName } from "../document/text.js";
import type { Network } from "../network/network.js";
import { nodeAddresses } from "../network/node-address.js";

/** A name and the addresses that it stands for. */
export interface NamedAddresses {
  /** The longest form first: `registry.batch.acme.example`, `registry.batch`. */
  readonly names: readonly string[];
  readonly addresses: readonly string[];
  /** Who has the name, for people: `workload registry of cluster batch`. */
  readonly owner: string;
  readonly path: Path;
}

/**
 * Who is found by which name: nodes as NODE.DOMAIN; workloads and services as NAME.CLUSTER.DOMAIN with the addresses of
 * all their nodes; virtual addresses as ENTRY.DOMAIN, by their entry in `vipAdvertisements`; and all without the domain.
 *
 * @param network - resolved
 * @returns in this order; without those that have no address, and those whose name the DNS does not take
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
  const nodes = network.nodes.map(({ name, path }) => {
    return named(network, name, addressesOf(network, name), { owner: `node ${name}`, path });
  });
  const workloads = network.workloads.map(({ name, cluster, nodes: own, path }) => {
    const owner = `workload ${name} of cluster ${cluster}`;
    return named(network, `${name}.${cluster}`, addressesOfAll(network, own), { owner, path });
  });
  const services = network.dns.services.map(({ name, cluster, members, path }) => {
    const addresses = addressesOfAll(
      network,
      members.map(({ node }) => node),
    );
    return named(network, `${name}.${cluster}`, addresses, { owner: `service ${name} of cluster ${cluster}`, path });
  });
  return [...[...nodes, ...workloads, ...services].flat(), ...virtualNames(network)];
}

/** The names of virtual addresses. */
export function virtualNames(network: Network): readonly NamedAddresses[] {
  return network.bgp.vipAdvertisements.flatMap(({ name, vips, path }) =>
    named(network, name, vips, { owner: `the virtual addresses ${name}`, path }),
  );
}

/** The names of interfaces with addresses, INTERFACE.NODE.DOMAIN; what no host name has in it becomes `-`. */
export function interfaceNames(network: Network): readonly NamedAddresses[] {
  return network.nodes.flatMap((node) =>
    node.interfaces.flatMap(({ name, addresses, path }) => {
      const label = name.replace(/[^A-Za-z0-9]+/g, "-").replace(/-$/, "");
      const own = addresses.map((text) => text.replace(/\/.*/, "")).filter(isReachable);
      return named(network, `${label}.${node.name}`, own, { owner: `interface ${name} of ${node.name}`, path });
    }),
  );
}

/** The address of each family by which others reach a node. */
export function addressesOf({ index }: Network, name: string): readonly string[] {
  const node = index.nodeByName.get(name);
  return node === undefined ? [] : Object.values(nodeAddresses(node)).filter((address) => address !== null);
}

function addressesOfAll(network: Network, nodes: readonly string[]): readonly string[] {
  return [...new Set(nodes.flatMap((node) => addressesOf(network, node)))];
}

/** Link-local addresses, and those of the machine itself, are another's elsewhere. */
function isReachable(address: string): boolean {
  return !isLinkLocal(address) && !/^(?:127|169\.254)\.|^::1$/.test(address);
}

/** A name with and without the domain; nothing where there is no address, or the DNS does not take the name. */
function named(
  { domain }: Network,
  name: string,
  addresses: readonly string[],
  who: Pick<NamedAddresses, "owner" | "path">,
): readonly NamedAddresses[] {
  if (addresses.length === 0 || !isHostName(name)) return [];
  return [{ names: domain === null ? [name] : [`${name}.${domain}`, name], addresses, ...who }];
}
