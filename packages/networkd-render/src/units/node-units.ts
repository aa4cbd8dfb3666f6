import { compareNames, type Node } from "@nix-nos/topology";
import type { NetworkdUnit } from "../unit.js";
import { linkUnit } from "./link.js";
import { netdevUnit } from "./netdev.js";
import { networkUnit } from "./network.js";
import { stackInterfaces } from "./stack.js";

/**
 * A node's network as systemd-networkd units, as data: {@link printUnit} spells one as a file, and a NixOS module
 * takes the same data as options. See systemd.netdev(5) and systemd.network(5).
 *
 * @param node - one node of a resolved network; its `interfaces` say everything
 * @returns `10-NAME.link` of every port that is found by its MAC address, `10-NAME.netdev` of every virtual interface, then `20-NAME.network` of ports and `30-NAME.network` of
 *   virtual interfaces, sorted by name; empty for a node without interfaces
 *
 * @example
 * ```ts
 * import { networkdUnits } from "@nix-nos/networkd-render";
 *
 * const node = {
 *   name: "node01", cluster: "c", site: null, role: "worker", platform: "nixos", systemdVersion: 257, ip: { ipv4: "10.0.1.10", ipv6: null },
 *   loopback: null, routerId: null, bgpDaemon: "bird", originate: [], forwards: false, allowLocalAs: 0, bootstrap: false, services: [], openwrt: null, cisco: null, path: [],
 *   interfaces: [{ kind: "ethernet", permanentMac: null, name: "eth0", addresses: ["10.0.1.10/24"], gateways: [], mtu: null, zone: null, settings: null, path: [] }],
 * } as const;
 *
 * networkdUnits(node).map((unit) => unit.name); // => ["20-eth0.network"]
 * ```
 */
export function networkdUnits(node: Node): readonly NetworkdUnit[] {
  const stack = stackInterfaces(node);
  const netdevs = stack.map(netdevUnit).filter((unit) => unit !== null);
  const links = stack.map(linkUnit).filter((unit) => unit !== null);
  return [...links, ...netdevs, ...stack.map(networkUnit)].sort((a, b) => compareNames(a.name, b.name));
}

/**
 * The node's own addresses that none of its interfaces carries: what networkd cannot be told to configure.
 *
 * @param node - one node of a resolved network
 * @returns canonical addresses, IPv4 first; empty when the interfaces carry them all
 *
 * @example
 * ```ts
 * import { unplacedAddresses } from "@nix-nos/networkd-render";
 *
 * const node = {
 *   name: "node01", cluster: "c", site: null, role: "worker", platform: "nixos", systemdVersion: 257, ip: { ipv4: "10.0.1.10", ipv6: null },
 *   loopback: null, routerId: null, bgpDaemon: "bird", originate: [], forwards: false, allowLocalAs: 0, bootstrap: false, services: [], openwrt: null, cisco: null, path: [],
 *   interfaces: [],
 * } as const;
 *
 * unplacedAddresses(node); // => ["10.0.1.10"]
 * ```
 */
export function unplacedAddresses(node: Node): readonly string[] {
  const carried = new Set(node.interfaces.flatMap((entry) => entry.addresses.map((address) => address.split("/")[0])));
  return [node.ip.ipv4, node.ip.ipv6].filter((address) => address !== null).filter((address) => !carried.has(address));
}
