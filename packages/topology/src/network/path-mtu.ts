import type { Interface } from "./interface.js";
import type { Link } from "./link.js";
import type { Network, Node } from "./network.js";
import { vxlanHeaders } from "./vxlan-headers.js";

/** The largest packet that passes, in bytes, and the interface that lets no larger one through. */
export interface PathMtu {
  readonly mtu: number;
  /** `null` where no interface is known: the MTU is then Ethernet's usual one. */
  readonly narrowest: { readonly node: string; readonly interface: string } | null;
}

/** Ethernet's (RFC 894 and what every NIC starts with). */
const usualMtu = 1500;

/** WireGuard's own, which leaves room for its headers over IPv6. */
const wireguardMtu = 1420;

/**
 * The MTU of an interface: what the topology says, else what the system makes of it and of what it stands on.
 *
 * @param node - that has the interface
 * @param name - of an interface; of one that the topology does not know, Ethernet's 1500 is taken
 *
 * @example
 * ```ts
 * import { interfaceMtu, loadTopology, resolveTopology, unwrap } from "@nix-nos/topology";
 *
 * const text = "nix-nos: { clusters: { lab: { nodes: { n1: { role: edge, interfaces: { eth0: { mtu: 9000 }, eth1: {} } } } } } }";
 * const [n1] = unwrap(resolveTopology(unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" })).document)).nodes;
 * [n1 && interfaceMtu(n1, "eth0"), n1 && interfaceMtu(n1, "eth1")]; // => [9000, 1500]
 * ```
 */
export function interfaceMtu(node: Pick<Node, "interfaces">, name: string): number {
  const byName = new Map(node.interfaces.map((own) => [own.name, own]));
  // Validation has refused interfaces that stand upon themselves.
  const mtuOf = (own: Interface | undefined): number => {
    if (own === undefined) return usualMtu;
    if (own.mtu !== null) return own.mtu;
    switch (own.kind) {
      case "vlan":
        return mtuOf(byName.get(own.parent));
      case "bridge":
        return Math.min(usualMtu, ...own.members.map((member) => mtuOf(byName.get(member))));
      case "vxlan": {
        const headers = vxlanHeaders([own.local, ...own.remotes]);
        return own.parent === null ? usualMtu - headers : mtuOf(byName.get(own.parent)) - headers;
      }
      case "wireguard":
        return wireguardMtu;
      default:
        return usualMtu;
    }
  };
  return mtuOf(byName.get(name));
}

/** The interfaces of a node that carry some of its addresses; the loopback carries no packets of others. */
function carriersOf(node: Node, own: readonly string[]): readonly string[] {
  const isOwn = (text: string) => own.some((address) => text.startsWith(`${address}/`));
  return node.interfaces
    .filter(({ kind, addresses }) => kind !== "loopback" && addresses.some(isOwn))
    .map(({ name }) => name);
}

/**
 * The largest packet that every path between some nodes lets through: the interfaces that carry their addresses and,
 * for those that others reach by routes, every cable between them, also through other nodes.
 *
 * @param ends - names of the nodes, each with the addresses that packets go to, and whether they go by cables
 * @returns by the name of a node, what its own part of the paths lets through
 *
 * @example
 * ```ts
 * import { loadTopology, pathMtus, resolveTopology, unwrap } from "@nix-nos/topology";
 *
 * const text = `
 * nix-nos:
 *   clusters: { lab: { nodes: {
 *     a: { role: worker, ip: 10.0.0.1, interfaces: { eth0: { addresses: [10.0.0.1/24], mtu: 9000 } } },
 *     b: { role: worker, ip: 10.0.0.2 } } } }
 * `;
 * const network = unwrap(resolveTopology(unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" })).document));
 * const ends = [{ node: "a", addresses: ["10.0.0.1"], routed: false }, { node: "b", addresses: ["10.0.0.2"], routed: false }];
 * [...pathMtus(network, ends).values()]; // => [{ "mtu": 9000, "narrowest": { "node": "a", "interface": "eth0" } }, { "mtu": 1500, "narrowest": null }]
 * ```
 */
export function pathMtus(
  network: Network,
  ends: readonly { readonly node: string; readonly addresses: readonly string[]; readonly routed: boolean }[],
): ReadonlyMap<string, PathMtu> {
  const { nodeByName } = network.index;
  const cables = cablesBetween(network, new Set(ends.filter(({ routed }) => routed).map(({ node }) => node)));
  const places = cables.flatMap((link) => link.ends);
  const cabled = new Set(places.map(({ node }) => node));
  const across = narrowestOf(nodeByName, places);
  return new Map(
    ends.map(({ node: name, addresses, routed }): [string, PathMtu] => {
      const node = nodeByName.get(name);
      const carriers = node === undefined ? [] : carriersOf(node, addresses);
      const own = narrowestOf(
        nodeByName,
        carriers.map((carrier) => ({ node: name, interface: carrier })),
      );
      const isCabled = routed && cabled.has(name);
      const found = [...(own ? [own] : []), ...(isCabled && across ? [across] : [])];
      return [name, smallest(found) ?? { mtu: usualMtu, narrowest: null }];
    }),
  );
}

/** The cables that are on a way between two of the nodes: what hangs off elsewhere leads to none of them. */
function cablesBetween(network: Network, wanted: ReadonlySet<string>): readonly Link[] {
  const neighbours = new Map<string, Set<string>>();
  for (const { ends } of network.links) {
    for (const [own, other] of [ends, [ends[1], ends[0]]] as const) {
      neighbours.set(own.node, (neighbours.get(own.node) ?? new Set()).add(other.node));
    }
  }
  const isDeadEnd = (node: string) => !wanted.has(node) && (neighbours.get(node)?.size ?? 0) === 1;
  const pending = [...neighbours.keys()].filter(isDeadEnd);
  for (const node of pending) {
    const [neighbour] = neighbours.get(node) ?? [];
    if (neighbour === undefined) continue;
    neighbours.delete(node);
    neighbours.get(neighbour)?.delete(node);
    if (isDeadEnd(neighbour)) pending.push(neighbour);
  }
  return network.links.filter(({ ends }) => neighbours.get(ends[0].node)?.has(ends[1].node));
}

function narrowestOf(
  nodeByName: ReadonlyMap<string, Node>,
  places: readonly { readonly node: string; readonly interface: string }[],
): PathMtu | null {
  return smallest(
    places.flatMap((place) => {
      const node = nodeByName.get(place.node);
      if (node === undefined) return [];
      return [{ mtu: interfaceMtu(node, place.interface), narrowest: { node: node.name, interface: place.interface } }];
    }),
  );
}

/** The first of the smallest. */
function smallest(paths: readonly PathMtu[]): PathMtu | null {
  return paths.reduce<PathMtu | null>((least, own) => (least === null || own.mtu < least.mtu ? own : least), null);
}
