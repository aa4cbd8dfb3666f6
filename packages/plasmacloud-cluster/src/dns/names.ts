import { mainAddress, type NamedService } from "@nix-nos/topology";
import { catalogue } from "../catalogue/services.js";
import type { Placement } from "../placement/placement.js";

/** Port that the DNS is asked on (RFC 1035 §4.2): NS records can name no other. */
const dnsPort = 53;

/** What services are found by, cluster by cluster: SERVICE.CLUSTER.DOMAIN, and `_PORT._tcp.SERVICE.CLUSTER.DOMAIN`. */
export function serviceNames(placements: readonly Placement[]): readonly NamedService[] {
  const byName = new Map<string, readonly [Placement, ...Placement[]]>();
  for (const placement of placements) {
    const key = JSON.stringify([placement.service.name, placement.node.cluster]);
    byName.set(key, [...(byName.get(key) ?? []), placement] as [Placement, ...Placement[]]);
  }
  return [...byName.values()].map(([first, ...others]) => ({
    name: first.service.name,
    cluster: first.node.cluster,
    members: [first, ...others].map(({ node, ports }) => ({
      node: node.name,
      ports: ports.flatMap(({ name, number, protocols }) => protocols.map((protocol) => ({ name, number, protocol }))),
    })),
    path: [...first.node.path, "services"],
  }));
}

/** Names of the nodes whose FlashDNS answers where everybody asks. */
export function nameServers(placements: readonly Placement[]): readonly string[] {
  return placements
    .filter(({ service, ports }) => service === catalogue.get("flashdns") && ports[0]?.number === dnsPort)
    .map(({ node }) => node)
    .filter((node) => mainAddress(node) !== null)
    .map(({ name }) => name);
}
