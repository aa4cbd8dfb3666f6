import { addressBits, familyOf, formatPrefix, networkOf, parseInterfaceAddress } from "@nix-nos/ipam";
import type { AddressPair } from "./family.js";
import type { Node } from "./network.js";

/**
 * The addresses by which others reach a node: its `ip`, else its loopback, each family by itself.
 *
 * @param node - of a resolved network, or as much of it
 *
 * @example
 * ```ts
 * import { nodeAddresses } from "@nix-nos/topology";
 *
 * const node = { ip: { ipv4: null, ipv6: "fd00::2" }, loopback: { ipv4: "10.255.0.1", ipv6: "fd00:255::1" } };
 * nodeAddresses(node); // => { "ipv4": "10.255.0.1", "ipv6": "fd00::2" }
 * ```
 */
export function nodeAddresses({ ip, loopback }: Pick<Node, "ip" | "loopback">): AddressPair {
  return { ipv4: ip.ipv4 ?? loopback?.ipv4 ?? null, ipv6: ip.ipv6 ?? loopback?.ipv6 ?? null };
}

/**
 * The one address that stands for a node where a tool takes no other: IPv4 first, and its `ip` before its loopback.
 *
 * @returns canonical text; `null` for a node without addresses
 *
 * @example
 * ```ts
 * import { mainAddress } from "@nix-nos/topology";
 *
 * mainAddress({ ip: { ipv4: null, ipv6: "fd00::2" }, loopback: { ipv4: "10.255.0.1", ipv6: null } }); // => "fd00::2"
 * ```
 */
export function mainAddress({ ip, loopback }: Pick<Node, "ip" | "loopback">): string | null {
  return ip.ipv4 ?? ip.ipv6 ?? loopback?.ipv4 ?? loopback?.ipv6 ?? null;
}

/**
 * The networks that a node's own addresses are in, by the interfaces that carry them; of an address that no interface
 * carries, itself alone.
 *
 * @returns canonical prefixes
 *
 * @example
 * ```ts
 * import { nodeNetworks } from "@nix-nos/topology";
 *
 * const interfaces = [{ addresses: ["10.0.0.1/24"] }];
 * nodeNetworks({ ip: { ipv4: "10.0.0.1", ipv6: "fd00::1" }, loopback: null, interfaces }); // => ["10.0.0.0/24", "fd00::1/128"]
 * ```
 */
export function nodeNetworks(
  node: Pick<Node, "ip" | "loopback"> & { readonly interfaces: readonly { readonly addresses: readonly string[] }[] },
): readonly string[] {
  const carried = node.interfaces.flatMap(({ addresses }) => addresses);
  return Object.values(nodeAddresses(node))
    .filter((address) => address !== null)
    .map((address) => {
      const written = carried.find((text) => text.startsWith(`${address}/`));
      const own = parseInterfaceAddress(written ?? `${address}/${addressBits(familyOf(address))}`);
      return own === null ? address : formatPrefix(networkOf(own.address, own.length));
    });
}
