import { append } from "../append.js";
import type { Topology } from "../document/schema.js";
import type { Bgp } from "../network/bgp.js";
import type { Firewall } from "../network/firewall.js";
import type { Link } from "../network/link.js";
import type { Node } from "../network/network.js";

/** The nodes with what each does with packets for others. */
export function withForwarding(
  topology: Topology,
  nodes: readonly Node[],
  links: readonly Link[],
  bgp: Bgp,
  firewall: Firewall,
): readonly Node[] {
  const cables = sessionInterfaces(nodes, links, bgp);
  const passing = passingZones(firewall);
  return nodes.map((node) => {
    const written = topology["nix-nos"].clusters[node.cluster]?.nodes[node.name]?.forwarding;
    return {
      ...node,
      forwards: written ?? ((cables.get(node.name)?.size ?? 0) > 1 || passing(node) || isRouter(node)),
    };
  });
}

/** The interfaces of each node over which it speaks BGP: with two, routes lead through it. */
function sessionInterfaces(
  nodes: readonly Node[],
  links: readonly Link[],
  bgp: Bgp,
): ReadonlyMap<string, ReadonlySet<string>> {
  const interfaces = new Map<string, Set<string>>();
  const add = (node: string, own: string) => interfaces.set(node, (interfaces.get(node) ?? new Set()).add(own));
  for (const { ends, sessions } of links) {
    if (sessions.length > 0) for (const end of ends) add(end.node, end.interface);
  }
  const nodeByName = new Map(nodes.map((node) => [node.name, node]));
  for (const { node, interface: named, localAddress } of bgp.peers) {
    const own = named ?? interfaceWith(nodeByName.get(node), localAddress);
    if (own !== undefined) add(node, own);
  }
  return interfaces;
}

/** The interface that has an address; a session over a dummy may leave by any. */
function interfaceWith(node: Node | undefined, address: string | null): string | undefined {
  return node?.interfaces.find(
    ({ kind, addresses }) => kind !== "dummy" && addresses.some((own) => own.replace(/\/.*/, "") === address),
  )?.name;
}

/** Whether packets may come in by one of a node's interfaces and leave by another. */
function passingZones({ zones, forwardings }: Firewall): (node: Node) => boolean {
  const onward = new Map<string, string[]>();
  for (const { from, to } of forwardings) append(onward, from, to);
  const within = new Set(zones.filter(({ forward }) => forward === "accept").map(({ name }) => name));
  return ({ interfaces }) => {
    const counts = new Map<string, number>();
    for (const { zone } of interfaces) if (zone !== null) counts.set(zone, (counts.get(zone) ?? 0) + 1);
    return [...counts].some(
      ([zone, count]) => (count > 1 && within.has(zone)) || onward.get(zone)?.some((to) => counts.has(to)),
    );
  };
}

/** Whoever tells its neighbours that it is their router has to be one. */
function isRouter({ interfaces }: Node): boolean {
  return interfaces.some(({ settings }) => settings?.sendRa != null && settings.sendRa.routerLifetime !== 0);
}
