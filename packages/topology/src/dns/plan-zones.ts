import { append } from "../append.js";
import { hasErrors, type Outcome } from "../diagnostics/diagnostic.js";
import { hash32 } from "../hash.js";
import { compareNames } from "../names.js";
import type { Network } from "../network/network.js";
import { checkNames, checkRecords } from "./check-names.js";
import { addressesOf, interfaceNames, networkNames, virtualNames } from "./names.js";
import { reversePlaces } from "./reverse-zone.js";
import { serviceRecords } from "./service-records.js";
import type { DnsRecord, DnsZone } from "./zone.js";

/**
 * The zones of everything that the topology names: one for its domain, with A, AAAA and SRV records, and with PTR
 * records one for each network that its addresses are in, as the DNS cuts them.
 *
 * Besides {@link networkNames}, INTERFACE.NODE.DOMAIN is in them. An address leads back to its node where it is the
 * node's own, else to the virtual addresses it is one of, else to its interface. SRV records (RFC 2782) of workloads and
 * services are `_PORT._tcp.NAME.CLUSTER.DOMAIN`, where a workload's PORT is the port's name or else its number inside
 * the workload, and lead to each of the nodes.
 *
 * @param network - resolved and extended
 * @returns zones as data, that of the domain first; none for a network without a domain. No value when two things have
 *   one name (NN1369), or a name is too long (NN1368); with a warning for names that the DNS does not take (NN1367)
 *
 * @example
 * ```ts
 * import { loadTopology, planZones, resolveTopology, unwrap } from "@nix-nos/topology";
 *
 * const text = "nix-nos: { domain: acme.example, clusters: { lab: { nodes: { n1: { role: worker, ip: 10.0.0.1 } } } } }";
 * const network = unwrap(resolveTopology(unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" })).document));
 *
 * unwrap(planZones(network)).map(({ origin }) => origin); // => ["acme.example", "0.0.10.in-addr.arpa"]
 * ```
 */
export function planZones(network: Network): Outcome<readonly DnsZone[]> {
  const named = [...networkNames(network), ...interfaceNames(network)];
  const diagnostics = checkNames(network, named);
  if (network.domain === null) return { value: hasErrors(diagnostics) ? null : [], diagnostics };
  const domain = network.domain.toLowerCase();
  const forward = named.flatMap(({ names: [name = domain], addresses }) =>
    addresses.map((address): DnsRecord => {
      return { name: name.toLowerCase(), type: address.includes(":") ? "AAAA" : "A", address };
    }),
  );
  const zones = [
    zoneOf(network, domain, domain, [...forward, ...serviceRecords(network, domain)]),
    ...reverseZonesOf(network, domain),
  ];
  const found = [...diagnostics, ...checkRecords(zones)];
  return { value: hasErrors(found) ? null : zones, diagnostics: found };
}

function reverseZonesOf(network: Network, domain: string): readonly DnsZone[] {
  const targets = new Map<string, string>();
  const lead = (address: string, name: string) => {
    if (!targets.has(address)) targets.set(address, name.toLowerCase());
  };
  for (const { name } of network.nodes) {
    for (const address of addressesOf(network, name)) lead(address, `${name}.${domain}`);
  }
  for (const { names, addresses } of [...virtualNames(network), ...interfaceNames(network)]) {
    for (const address of addresses) lead(address, names[0] ?? domain);
  }
  const reverse = new Map<string, DnsRecord[]>();
  for (const { origin, name, address } of reversePlaces(network, [...targets.keys()])) {
    append(reverse, origin, { name, type: "PTR", target: targets.get(address) ?? domain });
  }
  return [...reverse]
    .sort(([a], [b]) => compareNames(a, b))
    .map(([origin, records]) => zoneOf(network, domain, origin, records));
}

/**
 * The serial is a number made of the records: the same zone has the same one, and a changed zone another. It does not
 * count upwards, so a secondary server has to be told to fetch the zone.
 */
function zoneOf(network: Network, domain: string, origin: string, own: readonly DnsRecord[]): DnsZone {
  const servers = network.dns.nameServers.map((name) => `${name}.${domain}`.toLowerCase());
  const [primary = "localhost", ...others] = servers;
  const names = [primary, ...others].map((target): DnsRecord => ({ name: origin, type: "NS", target }));
  const records = [...new Map([...names, ...own].map((record) => [JSON.stringify(record), record])).values()];
  const serial = hash32(JSON.stringify(records)) || 1;
  return { origin, primary, contact: `hostmaster.${domain}`, serial, records };
}
