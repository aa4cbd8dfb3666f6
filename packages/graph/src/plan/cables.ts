import { addressBits, formatPrefix, isLinkLocal, networkOf, parseInterfaceAddress } from "@nix-nos/ipam";
import { compareNames, type Link, type Network } from "@nix-nos/topology";
import type { GraphNode } from "../model.js";
import type { Draft, DraftEdge } from "./draft.js";
import { nodeId, peerId } from "./nodes.js";

/** A network that joins more boxes than these would only be a knot of lines: it is named, with how many it joins. */
const mostAtNetwork = 12;

/** Cables, shared networks, and the neighbours outside at the nodes that meet them. */
export function planCables(network: Network): Draft {
  const cables = network.links.map(cable);
  const outside = network.bgp.peers.map(({ name, node, address, interface: met, remoteAs }): DraftEdge => {
    const detail = `${node}${met === null ? "" : `:${met}`} – ${name}, ${address}, AS ${remoteAs}`;
    return {
      from: peerId(name),
      to: nodeId(node),
      kind: "outside",
      client: null,
      label: met === null ? [] : [met],
      detail,
    };
  });
  const shared = sharedNetworks(network);
  return {
    nodes: shared.flatMap(({ nodes }) => nodes),
    edges: [...outside, ...cables, ...shared.flatMap(({ edges }) => edges)],
  };
}

function cable({ ends: [a, b], unnumbered }: Link): DraftEdge {
  const addresses = [a, b].map(({ addresses: { ipv4, ipv6 } }) => [ipv4, ipv6].filter((each) => each !== null));
  const between = addresses.every((own) => own.length > 0) ? addresses.map((own) => own.join(" ")).join(" – ") : null;
  const detail = [`${a.node}:${a.interface} – ${b.node}:${b.interface}`, unnumbered ? "unnumbered" : between];
  return {
    from: nodeId(a.node),
    to: nodeId(b.node),
    kind: "cable",
    client: null,
    label: [a.interface, b.interface],
    detail: detail.filter((part) => part !== null).join(", "),
  };
}

/** Networks that interfaces of several nodes are in, cables' own aside. */
function sharedNetworks(network: Network): readonly Draft[] {
  return segmentsOf(network).flatMap(({ subnets, ports }): Draft[] => {
    const members = new Set(ports.map(({ node }) => node));
    if (members.size < 2) return [];
    const [label = "", ...others] = [...subnets].sort(compareNames);
    const drawn = members.size <= mostAtNetwork;
    const id = `network/${label}`;
    const lines = drawn ? others : [...others, `joins ${members.size} nodes`];
    const hub: GraphNode = { id, shape: "network", label, lines, vips: [], group: null, members: [] };
    const edges = ports.map(({ node, name }): DraftEdge => {
      return {
        from: nodeId(node),
        to: id,
        kind: "network",
        client: null,
        label: [name],
        detail: `${node}:${name} – ${label}`,
      };
    });
    return [{ nodes: [hub], edges: drawn ? edges : [] }];
  });
}

interface Port {
  readonly node: string;
  readonly name: string;
}

interface Segment {
  readonly subnets: ReadonlySet<string>;
  readonly ports: readonly Port[];
}

/** What is on one wire: interfaces that share a subnet, directly or through another one of theirs. */
function segmentsOf(network: Network): readonly Segment[] {
  const atLink = new Set(network.links.flatMap(({ ends }) => ends.map((end) => `${end.node}:${end.interface}`)));
  const segments = new Set<Segment>();
  const bySubnet = new Map<string, Segment>();
  for (const node of network.nodes) {
    for (const { kind, name, addresses } of node.interfaces) {
      if (kind === "loopback" || kind === "dummy" || atLink.has(`${node.name}:${name}`)) continue;
      const subnets = new Set(addresses.map(subnetOf).filter((subnet) => subnet !== null));
      const known = new Set([...subnets].map((subnet) => bySubnet.get(subnet)).filter((each) => each !== undefined));
      const ports = [...known].flatMap((each) => each.ports);
      const segment = {
        subnets: new Set([...[...known].flatMap((each) => [...each.subnets]), ...subnets]),
        ports: [...ports, { node: node.name, name }],
      };
      for (const each of known) segments.delete(each);
      segments.add(segment);
      for (const subnet of segment.subnets) bySubnet.set(subnet, segment);
    }
  }
  return [...segments];
}

/** `null` for what is a host's own: a prefix of one address, or a link-local one. */
function subnetOf(text: string): string | null {
  const own = parseInterfaceAddress(text);
  if (own === null || isLinkLocal(text) || own.length === addressBits(own.address.family)) return null;
  return formatPrefix(networkOf(own.address, own.length));
}
