import { z } from "zod";
import { address, asNumber, description, nodeName, policyName, secretFile } from "./text.js";

const limit = z.int().min(1).max(4_294_967_295);

const policies = z.array(policyName);

/** A neighbour that the topology does not own. */
export const peer = z
  .strictObject({
    node: nodeName.describe("The node that speaks with it.").meta({ examples: ["edge01"] }),
    remoteAs: asNumber.describe("The neighbour's AS number, 1 to 4294967294.").meta({ examples: [64496] }),
    address: address.describe("The neighbour's address.").meta({ examples: ["192.0.2.1"] }),
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
