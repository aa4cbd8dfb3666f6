import { formatAddress, formatPrefix, type InterfaceAddress, networkOf, parseInterfaceAddress } from "@nix-nos/ipam";
import type { Interface, Network } from "@nix-nos/topology";

/** An address of a node of the topology, and whose it is. */
export interface Host {
  readonly node: string;
  readonly address: string;
  /** MAC address of the interface that carries it, where the topology says it. */
  readonly mac: string | null;
}

/** Nodes' addresses by their network, `10.0.1.0/24`, so that no server looks through all nodes. */
export type HostsByNetwork = ReadonlyMap<string, readonly Host[]>;

export function hostsByNetwork(network: Network): HostsByNetwork {
  const hosts = new Map<string, Host[]>();
  for (const { name, interfaces } of network.nodes) {
    for (const entry of interfaces) {
      for (const text of entry.addresses) {
        const parsed = parseInterfaceAddress(text);
        if (parsed === null) continue;
        const key = networkKey(parsed);
        const list = hosts.get(key) ?? [];
        hosts.set(key, list);
        list.push({ node: name, address: formatAddress(parsed.address), mac: macOf(entry) });
      }
    }
  }
  return hosts;
}

export function networkKey({ address, length }: InterfaceAddress): string {
  return formatPrefix(networkOf(address, length));
}

function macOf(entry: Interface): string | null {
  return entry.settings?.macAddress ?? (entry.kind === "ethernet" ? entry.permanentMac : null);
}
