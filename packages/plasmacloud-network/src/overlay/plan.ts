import type { AddressPair, Network } from "@nix-nos/topology";
import type { NetworkServices } from "../services.js";
import { centralOf } from "./central.js";
import { connection, northbound, southbound } from "./databases.js";
import { endpointsOf } from "./endpoints.js";
import { overlayMembers } from "./members.js";
import { encapsulationHeaders, narrowestPath, underlayMtus } from "./mtu.js";
import { rangesOf } from "./ranges.js";

/** Every cluster's overlay: who is on it, and how its packets travel. */
export interface OverlayPlan {
  readonly encapsulation: "geneve" | "vxlan";
  /** In network order; a cluster without an overlay is absent. */
  readonly clusters: readonly OverlayCluster[];
}

export interface OverlayCluster {
  readonly cluster: string;
  /** Largest packet inside the overlay, in bytes. */
  readonly mtu: number;
  /** Bytes that the encapsulation puts around each. */
  readonly headers: number;
  /** Where the databases answer clients, as OVSDB's connection methods: `tcp:10.0.0.1:6641`. */
  readonly northbound: readonly string[];
  readonly southbound: readonly string[];
  /** In network order. */
  readonly nodes: readonly OverlayNode[];
}

/** A chassis of OVN. */
export interface OverlayNode {
  readonly node: string;
  /** The canonical address that its tunnels end at. */
  readonly endpoint: string;
  /** What its part of the underlay lets through, in bytes. */
  readonly underlayMtu: number;
  /** Its range of the overlay's pool, canonical. */
  readonly ranges: AddressPair;
  /** What it holds of OVN's databases; `null` is nothing. */
  readonly central: CentralMember | null;
  /** Where OVN's programs listen on it. */
  readonly listens: readonly Listener[];
  /** The keys of the Open_vSwitch table's `external_ids` that make it a chassis (ovn-controller(8)). */
  readonly externalIds: Readonly<Record<string, string>>;
}

export interface Listener {
  /** As a phrase: `tunnels`. */
  readonly what: string;
  readonly protocol: "tcp" | "udp";
  readonly port: number;
  /** Who calls: the cluster's tunnels' ends, any of its chassis, or those that hold its databases. */
  readonly from: "ends" | "chassis" | "central";
}

export interface CentralMember {
  /** It makes the databases; all others join them. */
  readonly founds: boolean;
  /** The other members' addresses, canonical. */
  readonly others: readonly string[];
}

/** IANA's, which OVN uses. */
const ports = { geneve: 6081, vxlan: 4789 };

const ofDatabases: readonly Listener[] = [
  { what: "northbound database", protocol: "tcp", port: northbound.clients, from: "chassis" },
  { what: "southbound database", protocol: "tcp", port: southbound.clients, from: "chassis" },
  { what: "northbound members", protocol: "tcp", port: northbound.members, from: "central" },
  { what: "southbound members", protocol: "tcp", port: southbound.members, from: "central" },
];

/**
 * Decides everything about the overlay of `services.prismnet.overlay`.
 *
 * @param network - as the extension's `extend` gives it, with PrismNET on its nodes and a range for each
 * @returns `null` where the topology says nothing of an overlay
 *
 * @example
 * ```ts
 * import { loadTopology, resolveTopology, unwrap } from "@nix-nos/topology";
 * import { type NetworkServices, planOverlay, plasmacloudNetwork } from "@plasmacloud/network";
 *
 * const text = `
 * nix-nos: { clusters: { lab: { nodes: { n1: { role: control-plane, ip: 10.0.0.1, services: [prismnet] } } } } }
 * services: { prismnet: { overlay: { pool: { prefixes: [10.200.0.0/16] } } } }
 * `;
 * const extensions = [plasmacloudNetwork as never];
 * const { document } = unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" }, { extensions }));
 * const services = document.services as NetworkServices;
 * const resolved = unwrap(resolveTopology(document));
 * const network = unwrap(plasmacloudNetwork.extend?.(resolved, services) ?? { value: resolved, diagnostics: [] });
 * const [cluster] = planOverlay(network, services)?.clusters ?? [];
 *
 * cluster?.mtu; // => 1442
 * cluster?.nodes[0]?.ranges; // => { "ipv4": "10.200.0.0/24", "ipv6": null }
 * ```
 */
export function planOverlay(network: Network, services: NetworkServices): OverlayPlan | null {
  const overlay = services.prismnet?.overlay;
  if (overlay === undefined) return null;
  const { encapsulation } = overlay;
  const tunnels: Listener = { what: "tunnels", protocol: "udp", port: ports[encapsulation], from: "ends" };
  const clusters = overlayMembers(network).flatMap((members): OverlayCluster[] => {
    const ends = endpointsOf(network, members);
    if (ends === null) return [];
    const central = centralOf(network, members);
    const addresses = new Map(ends.map(({ node, address }) => [node, address]));
    const holders = central.nodes.flatMap((node) => addresses.get(node) ?? []);
    const remotes = (port: number) => holders.map((address) => connection(address, port));
    const headers = encapsulationHeaders(encapsulation, ends);
    const paths = underlayMtus(network, ends);
    const nodes = ends.map(({ node, address }): OverlayNode => {
      const isHolder = central.nodes.includes(node);
      const others = holders.filter((other) => other !== address);
      return {
        node,
        endpoint: address,
        underlayMtu: paths.get(node)?.mtu ?? 0,
        ranges: rangesOf(network, node),
        central: isHolder ? { founds: central.founder === node, others } : null,
        listens: isHolder ? [tunnels, ...ofDatabases] : [tunnels],
        externalIds: {
          "system-id": node,
          "ovn-remote": remotes(southbound.clients).join(","),
          "ovn-encap-type": encapsulation,
          "ovn-encap-ip": address,
          // Packets of tunnels come from the address that others know, so that a firewall can tell whose they are.
          "ovn-set-local-ip": "true",
        },
      };
    });
    return [
      {
        cluster: members.cluster.name,
        mtu: overlay.mtu ?? narrowestPath(paths).mtu - headers,
        headers,
        northbound: remotes(northbound.clients),
        southbound: remotes(southbound.clients),
        nodes,
      },
    ];
  });
  return { encapsulation, clusters };
}
