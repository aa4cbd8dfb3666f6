import { type Network, type Node, networkNames } from "@nix-nos/topology";

/**
 * Names by which a service on a node is asked for: the node's, those that it shares with the service's other nodes, and
 * its virtual addresses'; `localhost` for what runs beside it.
 */
export function dnsNamesOf(network: Network, { name, cluster }: Node, service: string): readonly string[] {
  const shared = network.dns.services.filter((each) => each.name === service && each.cluster === cluster);
  const virtual = network.bgp.vipAdvertisements.filter((each) => each.name === service && each.nodes.includes(name));
  const owners = new Set([...shared, ...virtual].map(({ path }) => path));
  const others = networkNames(network).filter(({ path }) => owners.has(path));
  const own = network.domain === null ? [name] : [name, `${name}.${network.domain}`];
  const names = [...own, ...others.flatMap((each) => [...each.names].reverse()), "localhost"];
  return distinct(names.map((each) => each.toLowerCase()));
}

/** Addresses under which a service on a node is reached, or from which it comes. */
export function addressesOf(network: Network, node: Node, service: string): readonly string[] {
  const vips = network.bgp.vipAdvertisements
    .filter(({ name, nodes }) => name === service && nodes.includes(node.name))
    .flatMap((advertisement) => advertisement.vips);
  const own = [node.ip.ipv4, node.ip.ipv6, node.loopback?.ipv4 ?? null, node.loopback?.ipv6 ?? null];
  const ofInterfaces = node.interfaces.flatMap(({ addresses }) => addresses.map(withoutLength));
  const known = [...own, ...ofInterfaces, ...vips].filter((address) => address !== null);
  return distinct([...known.filter((address) => !isLinkLocal(address)), "127.0.0.1", "::1"]);
}

function withoutLength(address: string): string {
  return address.split("/")[0] ?? address;
}

/** The same link-local address is somebody else's on the next link. */
function isLinkLocal(address: string): boolean {
  return /^fe[89ab][0-9a-f]:/.test(address) || address.startsWith("169.254.");
}

function distinct(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}
