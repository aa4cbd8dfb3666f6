import type { BgpPlan } from "@nix-nos/bgp-gen";
import { mainAddress, type Network, type Node, type Peer } from "@nix-nos/topology";
import type { GraphNode, GraphShape, GraphView } from "../model.js";
import { groupOf } from "./groups.js";

export const nodeId = (name: string) => `node/${name}`;
export const peerId = (name: string) => `peer/${name}`;

/** Every node of the network and every neighbour that it does not own, as the view shows them. */
export function planNodes(network: Network, bgp: BgpPlan, view: GraphView): readonly GraphNode[] {
  const shapeOf = shapes(network, view);
  const own = network.nodes.map((node): GraphNode => {
    const shape = shapeOf(node);
    const speaker = bgp.speakerByNode.get(node.name);
    const lines = [roleLine(node, shape)];
    if (view === "physical") lines.push(mainAddress(node) ?? "");
    else lines.push(speaker === undefined ? "no BGP" : speaker.daemon === "gobgp" ? "GoBGP" : "");
    const vips = (speaker?.vips ?? []).map(({ prefix, announce }) => {
      const address = prefix.replace(/\/\d+$/, "");
      return announce === "health" ? `${address} (health)` : address;
    });
    return {
      id: nodeId(node.name),
      shape,
      label: node.name,
      lines: lines.filter((line) => line !== ""),
      vips,
      group: groupOf(network, node, view),
      members: [],
    };
  });
  return [...network.bgp.peers.map(outside), ...own];
}

function outside({ name, remoteAs, address }: Peer): GraphNode {
  const lines = [`AS ${remoteAs}`, address];
  return { id: peerId(name), shape: "external", label: name, lines, vips: [], group: null, members: [] };
}

/** The role's own word where the shape does not say it, and what the node runs when it is no NixOS. */
function roleLine({ role, platform }: Node, shape: GraphShape): string {
  return [role === shape ? "" : role, platforms[platform]].filter((part) => part !== "").join(", ");
}

const platforms: Readonly<Record<Node["platform"], string>> = {
  nixos: "",
  openwrt: "OpenWrt",
  "cisco-ios": "Cisco IOS",
};

/** Who reflects matters among sessions; among cables, a reflector is the leaf or node that it is. */
function shapes(network: Network, view: GraphView): (node: Node) => GraphShape {
  const atBorder = new Set(network.bgp.peers.map(({ node }) => node));
  const reflectors = new Set(
    network.bgp.autonomousSystems.flatMap(({ ibgp }) => [
      ...ibgp.reflectors,
      ...ibgp.groups.flatMap((group) => group.reflectors),
    ]),
  );
  return ({ name, role, platform }) => {
    if (view === "bgp" && reflectors.has(name)) return "reflector";
    if (atBorder.has(name) || role === "border" || role === "edge") return "border";
    if (role.endsWith("spine")) return "spine";
    if (role.endsWith("leaf")) return "leaf";
    return platform === "nixos" ? "node" : "router";
  };
}
