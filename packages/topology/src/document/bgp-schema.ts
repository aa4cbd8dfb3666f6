import { z } from "zod";
import { address, community, ipv4Address, name, nodeName, prefix } from "./text.js";

export const nodeBgp = z
  .strictObject({
    routerId: ipv4Address.optional().describe("BGP identifier; default: the IPv4 loopback, else the IPv4 `ip`."),
    originate: z.array(prefix).optional().describe("Prefixes that the node announces itself, as aggregates."),
  })
  .describe("What BGP needs to know of this node.");

const ibgpStrategy = z.enum(["full-mesh", "route-reflector", "none"]);

/** `ibgp: none` is short for `ibgp: { strategy: none }`. */
const ibgp = z
  .union([
    ibgpStrategy,
    z.strictObject({
      strategy: ibgpStrategy.default("full-mesh").describe("Who has sessions with whom inside the AS."),
      reflectors: z.array(nodeName).optional().describe("Route reflectors (RFC 4456): members of the same AS."),
      clusterId: ipv4Address.optional().describe("CLUSTER_ID of the reflectors; default: each one's router id."),
      transport: z.enum(["ip", "loopback"]).default("ip").describe("Addresses that sessions run between."),
    }),
  ])
  .describe("Sessions inside the AS; they are computed, never written.");

const autonomousSystem = z.strictObject({
  members: z.array(nodeName).min(1).describe("Nodes that speak BGP with this AS number."),
  ibgp: ibgp.optional(),
});

const vipAdvertisement = z
  .strictObject({
    vips: z.array(address).min(1).describe("Virtual addresses; each is announced as a host route."),
    nodes: z
      .array(nodeName)
      .min(1)
      .optional()
      .describe("Nodes that announce it; default: those that run the service of this name, else every speaker."),
    announce: z
      .enum(["static", "health"])
      .default("static")
      .describe("`static`: always; `health`: only while a sidecar on the node injects it."),
    nextHop: z
      .enum(["self", "unchanged"])
      .default("self")
      .describe("`self`: the announcing node's own address becomes the next hop."),
    communities: z.array(community).optional().describe("Communities attached to the routes."),
  })
  .describe("Virtual addresses announced over BGP.");

export const bgp = z
  .strictObject({
    defaults: z
      .strictObject({
        holdTime: z
          .int()
          .min(3)
          .max(65535)
          .optional()
          .describe("Seconds without a message until a session is down (RFC 4271); 3 at least."),
        keepalive: z.int().min(1).max(21845).optional().describe("Seconds between keepalives; a third of holdTime."),
        bfd: z.boolean().default(false).describe("Watch sessions with BFD (RFC 5880)."),
        gracefulRestart: z.boolean().default(false).describe("Keep routes while a neighbour restarts (RFC 4724)."),
      })
      .optional()
      .describe("What holds for every session."),
    autonomousSystems: z
      .record(z.string(), autonomousSystem)
      .optional()
      .describe("Autonomous systems by number, in quotes."),
    vipAdvertisements: z.record(name, vipAdvertisement).optional().describe("Virtual addresses, by name."),
  })
  .describe("BGP: who is in which AS, and what is announced.");

export type TopologyIbgp = z.output<typeof ibgp>;
export type TopologyBgp = z.output<typeof bgp>;
