import { type Network, nodeNetworks, type ServiceOpening } from "@nix-nos/topology";
import type { Placement } from "../placement/placement.js";
import { scrapersByCluster } from "../scrape/scrapers.js";

/**
 * What services need of nodes whose interfaces are in firewall zones: there NixOS's own `openFirewall` does not count, so
 * a port is open to the networks that the cluster's nodes are in, one with metrics to whoever scrapes the cluster, and
 * all to whom else the zones' `allow` lets in.
 */
export function serviceOpenings(network: Network, placements: readonly Placement[]): readonly ServiceOpening[] {
  const members = new Map<string, readonly string[]>();
  const scrapers = scrapersByCluster(network, placements);
  return placements.flatMap(({ node, service, ports, openFirewall }) => {
    if (!openFirewall || node.interfaces.every(({ zone }) => zone === null)) return [];
    const sources = members.get(node.cluster) ?? networksOf(network, node.cluster);
    members.set(node.cluster, sources);
    const withScrapers = distinct([
      ...sources,
      ...(scrapers.get(node.cluster) ?? []).flatMap((scraper) => nodeNetworks(scraper.node)),
    ]);
    return ports.flatMap(({ name, number: port, protocols }) =>
      protocols.map((protocol) => ({
        node: node.name,
        name: `${service.title}: ${name}`,
        protocol,
        port,
        sources: name === service.metrics.port ? withScrapers : sources,
      })),
    );
  });
}

/** Networks rather than addresses: a filter grows with them, and not with the square of the cluster. */
function networksOf(network: Network, cluster: string): readonly string[] {
  return distinct(network.nodes.filter((node) => node.cluster === cluster).flatMap(nodeNetworks));
}

function distinct(prefixes: readonly string[]): readonly string[] {
  return [...new Set(prefixes)].sort();
}
