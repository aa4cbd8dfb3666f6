import { z } from "zod";
import { birdText } from "./bird-text.js";
import { timers } from "./session-schema.js";
import { address, asNumber, description, interfaceName, nodeName, policyName, prefix, secretFile } from "./text.js";

const limit = z.int().min(1).max(4_294_967_295);

const policies = z.array(policyName);

const addPath = z
  .enum(["send", "receive", "both"])
  .describe("Several paths for one prefix (RFC 7911): sent, taken, or both; default: one.")
  .meta({ examples: ["receive"] });

const defaultOriginate = z
  .boolean()
  .describe(
    "The neighbour is sent a default route that begins here, whether the node has one or not, and no other; none, while the one that the node uses carries no-export or the like.",
  )
  .meta({ examples: [true] });

const familySettings = z.strictObject({
  import: policies
    .optional()
    .describe("Instead of the peer's `import`.")
    .meta({ examples: [["from-transit-v6"]] }),
  export: policies
    .optional()
    .describe("Instead of the peer's `export`.")
    .meta({ examples: [["only-ours"]] }),
  addPath: addPath.optional(),
  defaultOriginate: defaultOriginate
    .optional()
    .describe("Instead of the peer's `defaultOriginate`.")
    .meta({ examples: [false] }),
});

/** A neighbour that the topology does not own. */
export const peer = z
  .strictObject({
    node: nodeName.describe("The node that speaks with it.").meta({ examples: ["edge01"] }),
    remoteAs: asNumber.describe("The neighbour's AS number, 1 to 4294967294.").meta({ examples: [64496] }),
    address: address
      .optional()
      .describe("The neighbour's address; link-local with `interface`.")
      .meta({ examples: ["192.0.2.1"] }),
    range: prefix
      .optional()
      .describe("Instead of `address`: whoever calls from in here is met; the node itself calls nobody.")
      .meta({ examples: ["192.0.2.0/24"] }),
    interface: interfaceName
      .optional()
      .describe("The interface that the neighbour is met on; needed for a link-local address.")
      .meta({ examples: ["eth1"] }),
    localAddress: address
      .optional()
      .describe("The node's address in the session; default: the one in the network of the neighbour's address.")
      .meta({ examples: ["192.0.2.2"] }),
    families: z
      .array(z.enum(["ipv4", "ipv6"]))
      .min(1)
      .optional()
      .describe("Families that the session carries; default: that of `address`, and each that `maxPrefixes` names.")
      .meta({ examples: [["ipv4", "ipv6"]] }),
    description: description
      .optional()
      .describe("A line about the neighbour, for people.")
      .meta({ examples: ["Transit A, port 3"] }),
    role: z
      .enum(["provider", "customer", "peer", "rs", "rs-client"])
      .optional()
      .describe("Our side of the relation (RFC 9234): `customer` says that the neighbour is our provider.")
      .meta({ examples: ["customer"] }),
    import: policies
      .optional()
      .describe("Policies for routes that come in, in order; without any, nothing comes in (RFC 8212).")
      .meta({ examples: [["drop-bogons", "from-transit"]] }),
    export: policies
      .optional()
      .describe("Policies for routes that go out, in order; without any, nothing goes out (RFC 8212).")
      .meta({ examples: [["only-ours"]] }),
    maxPrefixes: z
      .strictObject({
        ipv4: limit
          .optional()
          .describe("Most IPv4 routes.")
          .meta({ examples: [1000000] }),
        ipv6: limit
          .optional()
          .describe("Most IPv6 routes.")
          .meta({ examples: [250000] }),
        action: z
          .enum(["restart", "disable", "block", "warn"])
          .default("restart")
          .describe(
            "What a route too many does: ends the session for a while, ends it until somebody starts it, is not taken, or is logged.",
          )
          .meta({ examples: ["restart"] }),
      })
      .optional()
      .describe("How many routes the neighbour may send."),
    perFamily: z
      .strictObject({
        ipv4: familySettings.optional().describe("What differs for IPv4."),
        ipv6: familySettings.optional().describe("What differs for IPv6."),
      })
      .optional()
      .describe("What differs between the families of the session."),
    holdTime: timers.holdTime
      .describe("Seconds without a message until the session is down (RFC 4271); default: the daemon's.")
      .meta({ examples: [30] }),
    keepalive: timers.keepalive.describe("Seconds between keepalives; a third of holdTime.").meta({ examples: [10] }),
    bfd: z
      .boolean()
      .default(false)
      .describe("Watch the session with BFD (RFC 5880); the neighbour must do the same.")
      .meta({ examples: [true] }),
    gracefulRestart: z
      .boolean()
      .optional()
      .describe("Keep routes while the neighbour restarts (RFC 4724); default: as `bgp.defaults.gracefulRestart`.")
      .meta({ examples: [true] }),
    longLivedGracefulRestart: timers.longLivedGracefulRestart
      .describe("Seconds that stale routes are kept at last resort after that (RFC 9494); default: as `bgp.defaults`.")
      .meta({ examples: [86400] }),
    addPath: addPath.optional(),
    defaultOriginate: defaultOriginate.default(false),
    passive: z
      .boolean()
      .default(false)
      .describe("Wait for the neighbour to call.")
      .meta({ examples: [true] }),
    enforceFirstAs: z
      .boolean()
      .optional()
      .describe("A path begins with the neighbour's AS (RFC 4271 §6.3); default: true, but not with a route server.")
      .meta({ examples: [false] }),
    allowLocalAs: z
      .int()
      .min(1)
      .max(10)
      .optional()
      .describe("How often the own AS may stand in a path that comes in; default: never (RFC 4271 §9.1.2).")
      .meta({ examples: [1] }),
    maxAsPathLength: z
      .int()
      .min(1)
      .max(255)
      .optional()
      .describe("Routes with more AS numbers in their path are not taken.")
      .meta({ examples: [60] }),
    rejectBogonAs: z
      .boolean()
      .default(false)
      .describe("Routes with a reserved or private AS number in their path are not taken (RFC 7607, RFC 6996).")
      .meta({ examples: [true] }),
    rejectAsSets: z
      .boolean()
      .default(true)
      .describe("Routes with an AS_SET or AS_CONFED_SET in their path are not taken (RFC 9774).")
      .meta({ examples: [false] }),
    rpki: z
      .enum(["reject-invalid"])
      .optional()
      .describe("Routes that the RPKI says are invalid are not taken (RFC 6811); needs `bgp.rpki.caches`.")
      .meta({ examples: ["reject-invalid"] }),
    blackhole: policyName
      .optional()
      .describe("Host routes inside this prefix set with BLACKHOLE (RFC 7999) are taken, and their traffic discarded.")
      .meta({ examples: ["customer-a"] }),
    maintenance: z
      .boolean()
      .default(false)
      .describe("Drains the session (RFC 8326): routes go out as to be avoided, and come in with LOCAL_PREF 0.")
      .meta({ examples: [true] }),
    extraConfig: z
      .strictObject({ bird: birdText.optional() })
      .optional()
      .describe("Text that is put into the session's block as it is, for what has no key here."),
    ttlSecurity: z
      .boolean()
      .default(false)
      .describe("Take packets from directly connected senders alone (RFC 5082); the neighbour must do the same.")
      .meta({ examples: [true] }),
    multihop: z
      .int()
      .min(1)
      .max(255)
      .optional()
      .describe("The neighbour is this many hops away at most; default: it is directly connected.")
      .meta({ examples: [4] }),
    passwordFile: secretFile
      .optional()
      .describe("File on the node that holds the TCP MD5 password (RFC 2385) of the session."),
  })
  .describe("A neighbour that this topology does not own.");

export type TopologyPeer = z.output<typeof peer>;
