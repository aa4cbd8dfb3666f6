import type { Network, Node } from "@nix-nos/topology";
import type { GraphGroup, GraphView } from "../model.js";

const siteId = (name: string) => `site/${name}`;
const clusterId = (cluster: string, site: string | null) =>
  site === null ? `cluster/${cluster}` : `cluster/${cluster}/${site}`;

/** Sites, the clusters in them and, among sessions, the parts of ASes in those; only groups that hold something. */
export function planGroups(network: Network, view: GraphView): readonly GraphGroup[] {
  const groups = new Map<string, GraphGroup>();
  const add = (group: GraphGroup) => groups.set(group.id, group);
  for (const { cluster, site } of network.nodes) {
    if (site !== null) add({ id: siteId(site), kind: "site", label: `site ${site}`, parent: null });
    const parent = site === null ? null : siteId(site);
    add({ id: clusterId(cluster, site), kind: "cluster", label: `cluster ${cluster}`, parent });
  }
  if (view === "bgp") {
    for (const node of network.nodes) {
      const number = asOf(network, node);
      const parent = clusterId(node.cluster, node.site);
      if (number !== null) add({ id: `${parent}/as/${number}`, kind: "as", label: `AS ${number}`, parent });
    }
  }
  const depth = { site: 0, cluster: 1, as: 2 };
  return [...groups.values()].sort((a, b) => depth[a.kind] - depth[b.kind]);
}

/** The innermost group of a node. */
export function groupOf(network: Network, node: Node, view: GraphView): string {
  const cluster = clusterId(node.cluster, node.site);
  const number = view === "bgp" ? asOf(network, node) : null;
  return number === null ? cluster : `${cluster}/as/${number}`;
}

function asOf(network: Network, { name }: Node): number | null {
  return network.index.autonomousSystemByNode.get(name)?.number ?? null;
}
