import { z } from "zod";
import { address, addressRange, name, prefix } from "./text.js";

/**
 * The schema of a pool, for an extension whose part of `services` has one.
 *
 * @example
 * ```ts
 * import { topologyPool } from "@nix-nos/topology";
 *
 * topologyPool.parse({ prefixes: ["10.200.0.0/16"] }).quarantineDays; // => 7
 * ```
 */
export const pool = z
  .strictObject({
    prefixes: z
      .array(prefix)
      .min(1)
      .describe("What the pool consists of, of either family.")
      .meta({ examples: [["10.255.0.0/24", "fd00:255::/64"]] }),
    gateway: z
      .union([address, z.array(address)])
      .optional()
      .describe("Default gateway of the network, one a family; never given out.")
      .meta({ examples: ["10.10.0.1", ["10.10.0.1", "fd00:10::1"]] }),
    exclude: z
      .array(addressRange)
      .optional()
      .describe("Addresses, prefixes or ranges that are never given out.")
      .meta({ examples: [["10.10.0.1-10.10.0.9"]] }),
    allocate: z
      .union([
        z.int().min(1).max(127),
        z
          .strictObject({
            ipv4: z
              .int()
              .min(1)
              .max(31)
              .default(31)
              .describe("Of IPv4 blocks.")
              .meta({ examples: [30] }),
            ipv6: z
              .int()
              .min(1)
              .max(127)
              .default(127)
              .describe("Of IPv6 blocks.")
              .meta({ examples: [126] }),
          })
          .describe("One a family."),
      ])
      .optional()
      .describe(
        "Prefix length of the blocks that links take from the pool; default: 31 for IPv4 (RFC 3021), 127 for IPv6 (RFC 6164). Where a pool has both families, a number up to 31 speaks of IPv4 and a larger one of IPv6.",
      )
      .meta({ examples: [31, { ipv4: 30, ipv6: 126 }] }),
    strategy: z
      .enum(["lowest", "sparse"])
      .default("lowest")
      .describe("Which free address is next: the lowest, or one far from all others, so that each can grow.")
      .meta({ examples: ["sparse"] }),
    quarantineDays: z
      .int()
      .min(0)
      .max(3650)
      .default(7)
      .describe("Days that a freed address rests before it is given to something else; 0 does without.")
      .meta({ examples: [30] }),
  })
  .describe("Addresses that `auto` and `{ pool }` take from.");

export const poolName = name.describe("Name of a pool.").meta({ examples: ["mgmt"] });

export type TopologyPool = z.output<typeof pool>;
