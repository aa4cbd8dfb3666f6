import { z } from "zod";
import { nodeBgp } from "./bgp-schema.js";
import { cisco } from "./cisco-schema.js";
import { networkInterface } from "./interface-schema.js";
import { openwrt } from "./openwrt-schema.js";
import { poolName } from "./pool-schema.js";
import { address, addressOrInterfaceAddress, interfaceName, name, nodeName, workloadName } from "./text.js";
import { workload } from "./workload-schema.js";

const fromPool = z
  .strictObject({
    pool: poolName,
    interface: interfaceName
      .optional()
      .describe("Interface that carries the address, with the pool's prefix length.")
      .meta({ examples: ["eth0"] }),
  })
  .describe("An address from a pool.");

const loopback = z
  .union([z.literal("auto"), address, z.strictObject({ pool: poolName }).describe("Addresses from a pool.")])
  .describe("Loopback address: `auto` takes one a family from the pool `loopbacks`.")
  .meta({ examples: ["auto", "10.255.0.1"] });

const ip = z
  .union([addressOrInterfaceAddress, fromPool])
  .describe("The node's own address, by which the other nodes reach it.")
  .meta({ examples: ["10.0.1.10", { pool: "mgmt", interface: "eth0" }] });

const platform = z
  .enum(["nixos", "openwrt", "cisco-ios"])
  .describe("What the node's files are made for; default: `nixos`.")
  .meta({ examples: ["nixos"] });

const systemdVersion = z
  .int()
  .min(252)
  .max(999)
  .describe("The oldest systemd that the node's units are for; default: 257, that of NixOS 25.05.")
  .meta({ examples: [257] });

const node = z
  .strictObject({
    role: name
      .describe("What the node is for, as control-plane, worker, spine, leaf or edge.")
      .meta({ examples: ["control-plane"] }),
    platform: platform.optional(),
    systemdVersion: systemdVersion.optional(),
    ip: ip.optional(),
    loopback: loopback.optional(),
    services: z
      .array(name)
      .optional()
      .describe("Names of the services that run on the node.")
      .meta({ examples: [["chainfire", "iam"]] }),
    interfaces: z.record(interfaceName, networkInterface).optional().describe("Interfaces by name."),
    forwarding: z
      .boolean()
      .optional()
      .describe(
        "Packets for others go through the node; default: when it speaks BGP over two interfaces, sends router advertisements, or packets may go between its zones.",
      )
      .meta({ examples: [true] }),
    bgp: nodeBgp.optional(),
    openwrt: openwrt.optional(),
    cisco: cisco.optional(),
    bootstrap: z
      .boolean()
      .optional()
      .describe("This node founds its cluster; by default the first that can does.")
      .meta({ examples: [true] }),
  })
  .describe("A machine.");

export const cluster = z
  .strictObject({
    site: name
      .optional()
      .describe("Name of an entry in `sites`.")
      .meta({ examples: ["tokyo"] }),
    orchestration: name
      .optional()
      .describe("What runs workloads on the cluster; `systemd` is nothing but systemd.")
      .meta({ examples: ["systemd"] }),
    defaults: z
      .strictObject({
        platform: platform.optional(),
        systemdVersion: systemdVersion.optional(),
        loopback: loopback.optional(),
        ip: fromPool.optional().describe("Pool that the nodes' own addresses come from."),
      })
      .optional()
      .describe("What holds for each node of the cluster that does not say otherwise."),
    nodes: z.record(nodeName, node).describe("Nodes by host name; unique in the whole topology."),
    workloads: z
      .record(workloadName, workload)
      .optional()
      .describe("Programs and containers on the cluster's nodes, by name."),
  })
  .describe("Nodes that belong together.");

export type TopologyCluster = z.output<typeof cluster>;
export type TopologyNode = z.output<typeof node>;
