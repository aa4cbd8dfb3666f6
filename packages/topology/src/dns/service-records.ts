import { isHostName } from "../document/text.js";
import type { Network } from "../network/network.js";
import { addressesOf } from "./names.js";
import type { DnsRecord } from "./zone.js";

/** A port of a workload or service on one node. */
interface PlacedPort {
  /** `registry.batch`. */
  readonly of: string;
  readonly name: string | number;
  readonly protocol: "tcp" | "udp";
  readonly number: number;
  readonly node: string;
}

/** SRV records (RFC 2782) of workloads and services, one for each port on each node that has an address. */
export function serviceRecords(network: Network, domain: string): readonly DnsRecord[] {
  return [...workloadPorts(network), ...servicePorts(network)]
    .filter(({ node }) => addressesOf(network, node).length > 0)
    .map(({ of, name, protocol, number, node }): DnsRecord => {
      const owner = `_${name}._${protocol}.${of}.${domain}`.toLowerCase();
      return { name: owner, type: "SRV", port: number, target: `${node}.${domain}`.toLowerCase() };
    });
}

function workloadPorts({ workloads }: Network): readonly PlacedPort[] {
  return workloads
    .filter(({ cluster }) => isHostName(cluster))
    .flatMap(({ name: of, cluster, nodes, ports }) =>
      ports.flatMap(({ name, container, protocol, node: number }) =>
        nodes.map((node) => ({ of: `${of}.${cluster}`, name: name ?? container, protocol, number, node })),
      ),
    );
}

function servicePorts({ dns }: Network): readonly PlacedPort[] {
  return dns.services
    .filter(({ cluster }) => isHostName(cluster))
    .flatMap(({ name: of, cluster, members }) =>
      members.flatMap(({ node, ports }) => ports.map((port) => ({ ...port, of: `${of}.${cluster}`, node }))),
    );
}
