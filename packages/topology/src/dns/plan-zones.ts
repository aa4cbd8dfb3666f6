import { networkOf, parseAddress, reverseName, reverseZones } from "@nix-nos/ipam";
import { append } from "../append.js";
import { isHostName } from "../document/text.js";
import { hash32 } from "../hash.js";
import { compareNames } from "../names.js";
import type { Network } from "../network/network.js";
import { addressesOf, networkNames } from "./names.js";
import type { DnsRecord, DnsZone } from "./zone.js";

/**
 * The zones of everything that the topology names: one for its domain, with A, AAAA and SRV records, and one for each
 * IPv4 /24 and IPv6 /64 that nodes have addresses in, with PTR records.
 *
 * A workload's SRV records (RFC 2782) are `_PORT._tcp.WORKLOAD.CLUSTER.DOMAIN`, where PORT is the port's name or else
 * its number inside the workload, and lead to each of its nodes.
 *
 * @param network - resolved
 * @returns zones as data, that of the domain first; none for a network without a domain
 *
 * @example
 * ```ts
 * import { loadTopology, planZones, resolveTopology, unwrap } from "@nix-nos/topology";
 *
 * const text = "nix-nos: { domain: acme.example, clusters: { lab: { nodes: { n1: { role: worker, ip: 10.0.0.1 } } } } }";
 * const network = unwrap(resolveTopology(unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" })).document));
 *
 * planZones(network).map(({ origin }) => origin); // => ["acme.example", "0.0.10.in-addr.arpa"]
 * ```
 */
export function planZones(network: Network): readonly DnsZone[] {
  if (network.domain === null) return [];
  const domain = network.domain.toLowerCase();
  const reverse = new Map<string, DnsRecord[]>();
  for (const { name, ip, loopback } of network.nodes) {
    for (const text of new Set([ip.ipv4, ip.ipv6, loopback?.ipv4, loopback?.ipv6])) {
      const address = text ? parseAddress(text) : null;
      if (address === null) continue;
      const [origin = ""] = reverseZones(networkOf(address, address.family === "ipv4" ? 24 : 64));
      const record: DnsRecord = { name: reverseName(address), type: "PTR", target: `${name}.${domain}`.toLowerCase() };
      append(reverse, origin, record);
    }
  }
  return [
    zoneOf(domain, [...addressRecords(network), ...serviceRecords(network, domain)]),
    ...[...reverse].sort(([a], [b]) => compareNames(a, b)).map(([origin, records]) => zoneOf(origin, records)),
  ];
}

function addressRecords(network: Network): readonly DnsRecord[] {
  return networkNames(network).flatMap(({ names: [name = ""], addresses }) =>
    addresses.map((address): DnsRecord => {
      return { name: name.toLowerCase(), type: address.includes(":") ? "AAAA" : "A", address };
    }),
  );
}

function serviceRecords(network: Network, domain: string): readonly DnsRecord[] {
  return network.workloads
    .filter(({ cluster }) => isHostName(cluster))
    .flatMap(({ name, cluster, nodes, ports }) =>
      ports.flatMap((port) =>
        nodes
          .filter((node) => addressesOf(network, node).length > 0)
          .map((node): DnsRecord => {
            const service = `_${port.name ?? port.container}._${port.protocol}.${name}.${cluster}.${domain}`;
            return {
              name: service.toLowerCase(),
              type: "SRV",
              port: port.node,
              target: `${node}.${domain}`.toLowerCase(),
            };
          }),
      ),
    );
}

/**
 * The serial is a number made of the records: the same zone has the same one, and a changed zone another. It does not
 * count upwards, so a secondary server has to be told to fetch the zone.
 */
function zoneOf(origin: string, own: readonly DnsRecord[]): DnsZone {
  const records: readonly DnsRecord[] = [{ name: origin, type: "NS", target: "localhost" }, ...own];
  const unique = [...new Map(records.map((record) => [JSON.stringify(record), record])).values()];
  return { origin, serial: hash32(JSON.stringify(unique)) || 1, records: unique };
}
