import { z } from "zod";
import { birdText } from "./bird-text.js";
import { peer } from "./peer-schema.js";
import { asSet, policy, prefixSet } from "./policy-schema.js";
import { sessionOptions, timers } from "./session-schema.js";
import {
  address,
  asNumber,
  community,
  communityOrName,
  ipv4Address,
  name,
  nodeName,
  policyName,
  prefix,
} from "./text.js";

const birdVersion = z.enum(["2.0.12", "2.14", "2.18", "3"]).meta({ examples: ["2.14"] });

export const nodeBgp = z
  .strictObject({
    routerId: ipv4Address
      .optional()
      .describe(
        "BGP identifier; default: the IPv4 loopback, else the IPv4 `ip`, else a number made of the node's name.",
      )
      .meta({ examples: ["10.255.0.1"] }),
    originate: z
      .array(prefix)
      .optional()
      .describe("Prefixes that the node announces itself, as aggregates.")
      .meta({ examples: [["203.0.113.0/24"]] }),
    allowLocalAs: z
      .int()
      .min(1)
      .max(10)
      .optional()
      .describe("How often the own AS may stand in a path that comes in; default: never (RFC 4271 §9.1.2).")
      .meta({ examples: [1] }),
    maintenance: z
      .boolean()
      .default(false)
      .describe(
        "Drains all sessions of the node (RFC 8326): no traffic goes through it where there is another way, and it stays reachable.",
      )
      .meta({ examples: [true] }),
    birdVersion: birdVersion.optional().describe("BIRD on this node; default: as `bgp.defaults.birdVersion`."),
    extraConfig: z
      .strictObject({ bird: birdText.optional() })
      .optional()
      .describe("Text that is put at the end of the daemon's configuration as it is, for what has no key here."),
  })
  .describe("What BGP needs to know of this node.");

const rpkiCache = z
  .strictObject({
    address: address.describe("The cache's address.").meta({ examples: ["192.0.2.53"] }),
    port: z
      .int()
      .min(1)
      .max(65535)
      .default(323)
      .describe("TCP port of the RPKI-to-router protocol (RFC 8210).")
      .meta({ examples: [3323] }),
    refresh: z
      .int()
      .min(1)
      .max(86400)
      .optional()
      .describe("Seconds between questions; default: what the cache says.")
      .meta({ examples: [900] }),
  })
  .describe("A server of validated ROAs.");

const ibgpStrategy = z.enum(["full-mesh", "route-reflector", "none"]);

const reflectorGroup = z
  .strictObject({
    reflectors: z
      .array(nodeName)
      .min(1)
      .describe("Members that reflect for the group; they are clients of the level above.")
      .meta({ examples: [["pod1-rr1", "pod1-rr2"]] }),
    members: z
      .array(nodeName)
      .optional()
      .describe("The group's other members of the AS.")
      .meta({ examples: [["leaf01", "leaf02"]] }),
    site: name
      .optional()
      .describe("A site, instead of `members`: all members of the AS there.")
      .meta({ examples: ["tokyo"] }),
    parent: name
      .optional()
      .describe("The group that this one's reflectors are clients of; default: the AS's own `reflectors`.")
      .meta({ examples: ["region-east"] }),
    clusterId: ipv4Address
      .optional()
      .describe("CLUSTER_ID of the group's reflectors; default: each one's router id.")
      .meta({ examples: ["10.255.1.1"] }),
  })
  .describe("Members that have reflectors of their own: a site, a pod, a level below.");

export const fullIbgp = z.strictObject({
  strategy: ibgpStrategy
    .default("full-mesh")
    .describe("Who has sessions with whom inside the AS.")
    .meta({ examples: ["route-reflector"] }),
  reflectors: z
    .array(nodeName)
    .optional()
    .describe("Route reflectors (RFC 4456): members of the same AS.")
    .meta({ examples: [["node01", "node02"]] }),
  clusterId: ipv4Address
    .optional()
    .describe("CLUSTER_ID of the reflectors; default: each one's router id.")
    .meta({ examples: ["10.255.0.1"] }),
  groups: z.record(name, reflectorGroup).optional().describe("Reflectors for a part of the members, by name."),
  transport: z
    .enum(["ip", "loopback"])
    .default("ip")
    .describe("Addresses that sessions run between.")
    .meta({ examples: ["loopback"] }),
  nextHopSelf: z
    .enum(["ebgp", "all", "none"])
    .default("ebgp")
    .describe(
      "Routes that a member becomes the next hop of for the others: those learnt over eBGP, all (reflected ones too), or none.",
    )
    .meta({ examples: ["ebgp"] }),
});

/** `ibgp: none` is short for `ibgp: { strategy: none }`. */
const ibgp = z.union([ibgpStrategy, fullIbgp]).describe("Sessions inside the AS; they are computed, never written.");

const autonomousSystem = z
  .strictObject({
    members: z
      .array(nodeName)
      .min(1)
      .describe("Nodes that speak BGP with this AS number.")
      .meta({ examples: [["node01", "node02"]] }),
    ibgp: ibgp.optional(),
    confederation: asNumber
      .optional()
      .describe(
        "AS number by which neighbours outside know this AS and each other one that names it (RFC 5065); links between those join parts of one confederation.",
      )
      .meta({ examples: [64500] }),
  })
  .describe("An autonomous system.");

const multihop = z
  .strictObject({
    between: z
      .tuple([nodeName, nodeName])
      .describe("The two nodes, of different ASes.")
      .meta({ examples: [["edge01", "edge02"]] }),
    hops: z
      .int()
      .min(2)
      .max(255)
      .describe("Hops between the two at most.")
      .meta({ examples: [4] }),
    transport: z
      .enum(["ip", "loopback"])
      .default("loopback")
      .describe("Addresses that the session runs between.")
      .meta({ examples: ["loopback"] }),
    ...sessionOptions,
  })
  .describe("eBGP between two nodes that no cable joins.");

const standby = z
  .strictObject({
    order: z
      .array(nodeName)
      .min(1)
      .describe("Announcing nodes, the preferred one first; those that are not named come last, alike.")
      .meta({ examples: [["node01", "node03"]] }),
    by: z
      .enum(["local-pref", "prepend"])
      .default("local-pref")
      .describe(
        "`local-pref`: 100 for the first, one less for each next, which the own AS alone sees; `prepend`: the own AS once more in the path for each next, which other ASes see.",
      )
      .meta({ examples: ["local-pref"] }),
  })
  .describe("One node serves the addresses at a time; without this, all do, and routers share the load between them.");

const vipAdvertisement = z
  .strictObject({
    vips: z
      .array(address)
      .min(1)
      .describe("Virtual addresses; each is announced as a host route.")
      .meta({ examples: [["203.0.113.10", "2001:db8:113::10"]] }),
    nodes: z
      .array(nodeName)
      .min(1)
      .optional()
      .describe("Nodes that announce it; default: those that run the service of this name, else every speaker.")
      .meta({ examples: [["node01", "node03"]] }),
    announce: z
      .enum(["static", "health"])
      .default("static")
      .describe("`static`: always; `health`: only while a sidecar on the node injects it.")
      .meta({ examples: ["health"] }),
    nextHop: z
      .enum(["self", "unchanged"])
      .default("self")
      .describe("`self`: the announcing node's own address becomes the next hop.")
      .meta({ examples: ["self"] }),
    communities: z
      .array(communityOrName)
      .optional()
      .describe("Communities attached to the routes.")
      .meta({ examples: [["65000:100"]] }),
    standby: standby.optional(),
  })
  .describe("Virtual addresses announced over BGP.");

export const bgp = z
  .strictObject({
    defaults: z
      .strictObject({
        holdTime: timers.holdTime
          .describe("Seconds without a message until a session is down (RFC 4271); 3 at least; default: the daemon's.")
          .meta({ examples: [9] }),
        keepalive: timers.keepalive
          .describe("Seconds between keepalives; a third of holdTime.")
          .meta({ examples: [3] }),
        bfd: z
          .boolean()
          .default(false)
          .describe("Watch sessions with BFD (RFC 5880).")
          .meta({ examples: [true] }),
        gracefulRestart: z
          .boolean()
          .default(false)
          .describe("Keep routes while a neighbour restarts (RFC 4724).")
          .meta({ examples: [true] }),
        longLivedGracefulRestart: timers.longLivedGracefulRestart
          .describe(
            "Seconds that stale routes of outside neighbours are kept after that (RFC 9494); default: not at all.",
          )
          .meta({ examples: [86400] }),
        birdVersion: birdVersion.default("2.0.12").describe("The oldest BIRD that the configuration is for."),
      })
      .optional()
      .describe("What holds for every session."),
    autonomousSystems: z
      .record(z.string(), autonomousSystem)
      .optional()
      .describe("Autonomous systems by number, in quotes."),
    multihop: z.array(multihop).optional().describe("eBGP between own nodes that are further apart than a link."),
    peers: z.record(name, peer).optional().describe("Neighbours that this topology does not own, by name."),
    communities: z
      .record(policyName, community)
      .optional()
      .describe("Names for communities, which may stand wherever a community is written.")
      .meta({ examples: [{ customers: "65000:1001", "no-peers": "65000:1:99" }] }),
    rpki: z
      .strictObject({
        caches: z.record(policyName, rpkiCache).optional().describe("Servers of validated ROAs, by name."),
      })
      .optional()
      .describe("Where speakers ask for what the RPKI says (RFC 8210)."),
    asSets: z
      .record(policyName, asSet)
      .optional()
      .describe(
        "Sets of AS numbers that policies match, by name: numbers and ranges of them, or an AS-SET; `bogons` is built in.",
      )
      .meta({ examples: [{ customers: [64500, 64501, "64510-64520"], cone: { asSet: "AS-EXAMPLE" } }] }),
    prefixSets: z
      .record(policyName, prefixSet)
      .optional()
      .describe(
        "Sets of prefixes that policies match, by name: prefixes, where `+` means everything inside as well and `{24,28}` what is inside and has such a length; or an AS-SET.",
      )
      .meta({
        examples: [
          { ours: ["203.0.113.0/24+", "2001:db8::/32{32,48}"], customer: { asSet: "AS-EXAMPLE", sources: ["RIPE"] } },
        ],
      }),
    policies: z.record(policyName, policy).optional().describe("What happens to routes, by name."),
    vipAdvertisements: z.record(name, vipAdvertisement).optional().describe("Virtual addresses, by name."),
  })
  .describe("BGP: who is in which AS, and what is announced.");

export type TopologyIbgp = z.output<typeof ibgp>;
export type TopologyBgp = z.output<typeof bgp>;
