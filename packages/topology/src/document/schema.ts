import { z } from "zod";
import { bgp, nodeBgp } from "./bgp-schema.js";
import {
  address,
  addressOrInterfaceAddress,
  addressRange,
  domainName,
  interfaceAddress,
  interfaceName,
  linkEnd,
  name,
  nodeName,
  prefix,
} from "./text.js";

/** Bytes of an MTU: 68 is IPv4's least (RFC 791), 65535 the most a packet can say. */
const mtu = z.int().min(68).max(65535).describe("Largest packet, in bytes.");

const pool = z
  .strictObject({
    prefixes: z.array(prefix).min(1).describe("What the pool consists of, of either family."),
    gateway: z
      .union([address, z.array(address)])
      .optional()
      .describe("Default gateway of the network, one a family; never given out."),
    exclude: z.array(addressRange).optional().describe("Addresses, prefixes or ranges that are never given out."),
    allocate: z
      .int()
      .min(1)
      .max(128)
      .optional()
      .describe("Carve blocks of this prefix length instead of single addresses, as 31 for point-to-point links."),
  })
  .describe("Addresses that `auto` and `{ pool }` take from.");

const poolName = name.describe("Name of a pool.");

const fromPool = z.strictObject({
  pool: poolName,
  interface: interfaceName.optional().describe("Interface that carries the address, with the pool's prefix length."),
});

const autoAddress = z.literal("auto");

const interfaceCommon = {
  addresses: z
    .union([z.array(interfaceAddress), autoAddress])
    .optional()
    .describe("Addresses with their prefix length, or `auto` for one a family from the VLAN's pool."),
  gateway: z
    .union([address, z.array(address)])
    .optional()
    .describe("Default gateway, one a family."),
  mtu: mtu.optional(),
};

const bondMode = z.enum([
  "balance-rr",
  "active-backup",
  "balance-xor",
  "broadcast",
  "802.3ad",
  "balance-tlb",
  "balance-alb",
]);

const networkInterface = z
  .strictObject({
    kind: z.enum(["ethernet", "vlan", "bond", "bridge"]).default("ethernet").describe("What the interface is."),
    ...interfaceCommon,
    parent: interfaceName.optional().describe("Of a `vlan`: the interface that carries its tagged frames."),
    vlan: name.optional().describe("Of a `vlan`: name of an entry in `network.vlans`."),
    members: z.array(interfaceName).optional().describe("Of a `bond` or `bridge`: the interfaces in it."),
    mode: bondMode.optional().describe("Of a `bond`: the bonding mode; default `active-backup`."),
  })
  .describe("A network interface of the node.");

const loopback = z
  .union([autoAddress, address, z.strictObject({ pool: poolName })])
  .describe("Loopback address: `auto` takes one a family from the pool `loopbacks`.");

const ip = z
  .union([addressOrInterfaceAddress, fromPool])
  .describe("The node's own address, by which the other nodes reach it.");

const platform = z.enum(["nixos", "openwrt", "cisco-ios"]).describe("What the node's files are made for.");

const node = z
  .strictObject({
    role: name.describe("What the node is for, as control-plane, worker, spine, leaf or edge."),
    platform: platform.optional(),
    ip: ip.optional(),
    loopback: loopback.optional(),
    services: z.array(name).optional().describe("Names of the services that run on the node."),
    interfaces: z.record(interfaceName, networkInterface).optional().describe("Interfaces by name."),
    bgp: nodeBgp.optional(),
    bootstrap: z.boolean().optional().describe("This node founds its cluster; by default the first that can does."),
  })
  .describe("A machine.");

const cluster = z
  .strictObject({
    site: name.optional().describe("Name of an entry in `sites`."),
    orchestration: name.optional().describe("What runs workloads on the cluster; `systemd` is nothing but systemd."),
    defaults: z
      .strictObject({
        platform: platform.optional(),
        loopback: loopback.optional(),
        ip: fromPool.optional().describe("Pool that the nodes' own addresses come from."),
      })
      .optional()
      .describe("What holds for each node of the cluster that does not say otherwise."),
    nodes: z.record(nodeName, node).describe("Nodes by host name; unique in the whole topology."),
  })
  .describe("Nodes that belong together.");

const vlan = z.strictObject({
  id: z.int().min(1).max(4094).describe("IEEE 802.1Q identifier."),
  pool: pool.optional().describe("Addresses for the VLAN's interfaces with `addresses: auto`."),
  mtu: mtu.optional(),
});

const link = z
  .strictObject({
    between: z.tuple([linkEnd, linkEnd]).describe("The two ends, each NODE:INTERFACE."),
    pool: name.optional().describe("Pool that the two addresses come from."),
    addresses: z
      .tuple([interfaceAddress, interfaceAddress])
      .optional()
      .describe("The two addresses, in the order of `between`."),
  })
  .describe("A point-to-point cable.");

const nixNos = z.strictObject({
  name: name.optional().describe("Name of the whole topology."),
  domain: domainName.optional().describe("DNS domain of the nodes."),
  sites: z.record(name, z.strictObject({})).optional().describe("Places, by name."),
  clusters: z.record(name, cluster).describe("Clusters by name."),
  network: z
    .strictObject({
      pools: z.record(name, pool).optional().describe("Address pools by name."),
      vlans: z.record(name, vlan).optional().describe("VLANs by name."),
      links: z.array(link).optional().describe("Point-to-point cables between nodes."),
      bgp: bgp.optional(),
    })
    .optional()
    .describe("Addresses and routing."),
});

/** The document, with what the extensions say of `services`; without any, `services` is not looked at. */
export function topologySchema(services: Readonly<Record<string, z.ZodType>> | null) {
  return z.strictObject({
    "nix-nos": nixNos.describe("Layer 1: nodes, addresses and routing."),
    services:
      services === null
        ? z.unknown().optional()
        : z
            .strictObject(Object.fromEntries(Object.entries(services).map(([key, schema]) => [key, schema.optional()])))
            .optional()
            .describe("What the layers above the network add."),
  });
}

/** A validated document: what was written, with the schema's own defaults. */
export type Topology = z.output<ReturnType<typeof topologySchema>>;
export type TopologyCluster = z.output<typeof cluster>;
export type TopologyNode = z.output<typeof node>;
export type TopologyInterface = z.output<typeof networkInterface>;
export type TopologyPool = z.output<typeof pool>;
export type TopologyLink = z.output<typeof link>;
