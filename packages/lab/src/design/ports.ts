import { familyOf, formatPrefix, isLinkLocal, networkOf, parseAddress, parseInterfaceAddress } from "@nix-nos/ipam";
import type { Network, Node } from "@nix-nos/topology";

/** An interface that the lab makes, because it carries addresses or a link ends at it. */
export interface Port {
  readonly host: string;
  readonly device: string;
  /** With their length. */
  readonly addresses: readonly string[];
  readonly gateways: readonly string[];
  /** `HOST:DEVICE` of an interface on the same link, where no network in common says so. */
  readonly beside?: string;
}

/** Lengths of the networks that an address without one is taken to be in. */
const assumedLength = { ipv4: 24, ipv6: 64 } as const;

/**
 * A node's interfaces as the lab has them. Whatever its kind, one that carries addresses becomes a veth; an `ip` that no
 * interface carries gets an interface of its own.
 */
export function portsOf(node: Node, network: Network): readonly Port[] {
  const linked = new Set(
    (network.index.linksByNode.get(node.name) ?? []).flatMap(({ ends }) =>
      ends.filter((end) => end.node === node.name).map((end) => end.interface),
    ),
  );
  const ports = node.interfaces
    .filter(({ kind, name, addresses }) => kind !== "loopback" && (addresses.length > 0 || linked.has(name)))
    .map(({ name, addresses, gateways }): Port => ({ host: node.name, device: name, addresses, gateways }));
  const carried = new Set(node.interfaces.flatMap(({ addresses }) => addresses.map(bare)));
  const homeless = [node.ip.ipv4, node.ip.ipv6].filter(
    (address): address is string => address !== null && !carried.has(address),
  );
  if (homeless.length === 0) return ports;
  const taken = new Set([...ports.map(({ device }) => device), ...node.interfaces.map(({ name }) => name)]);
  const device = ["eth0", "lab0"].find((name) => !taken.has(name)) ?? "nix-nos-lab";
  const addresses = homeless.map((address) => `${address}/${assumedLength[familyOf(address)]}`);
  return [...ports, { host: node.name, device, addresses, gateways: [] }];
}

/** Addresses of the node's own that stand on `lo`, each as a host's. */
export function loopbackOf(node: Node, vips: readonly string[]): readonly string[] {
  const written = node.interfaces.filter(({ kind }) => kind === "loopback").flatMap(({ addresses }) => addresses);
  const own = [node.loopback?.ipv4, node.loopback?.ipv6].filter((address): address is string => Boolean(address));
  const known = new Set(written.map(bare));
  return [...written, ...own.filter((address) => !known.has(address)).map(hostAddress), ...vips];
}

/** `10.0.0.1/24` without its length. */
export function bare(address: string): string {
  const slash = address.indexOf("/");
  return slash < 0 ? address : address.slice(0, slash);
}

/** The network that an address with a length is in, `10.0.0.0/24`; `null` for link-local ones, which are everywhere. */
export function subnetOf(address: string): string | null {
  const parsed = parseInterfaceAddress(address);
  if (parsed === null || isLinkLocal(address)) return null;
  return formatPrefix(networkOf(parsed.address, parsed.length));
}

function hostAddress(address: string): string {
  return `${address}/${parseAddress(address)?.family === "ipv6" ? 128 : 32}`;
}
