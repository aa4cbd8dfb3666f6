import { topologyPool } from "@nix-nos/topology";
import { z } from "zod";

/** Without a gateway of its own: each node's range has one. */
const pool = topologyPool
  .omit({ gateway: true })
  .extend({
    allocate: z
      .int()
      .min(8)
      .max(126)
      .optional()
      .describe(
        "Prefix length of each node's range; default: 24 for IPv4, 64 for IPv6. Where the pool has both families, a number up to 32 speaks of IPv4 and a larger one of IPv6.",
      )
      .meta({ examples: [26] }),
  })
  .describe("Addresses of the overlay's own networks: each node gets a range of them, and keeps it.");

/** `services.prismnet.overlay`. */
export const overlaySchema = z
  .strictObject({
    encapsulation: z
      .enum(["geneve", "vxlan"])
      .default("geneve")
      .describe("How frames travel between nodes: Geneve (RFC 8926) or VXLAN (RFC 7348).")
      .meta({ examples: ["geneve"] }),
    mtu: z
      .int()
      .min(576)
      .max(65535)
      .optional()
      .describe(
        "Largest packet inside the overlay, in bytes; default: what the nodes' interfaces and cables let through, less the encapsulation's headers.",
      )
      .meta({ examples: [1400] }),
    pool,
  })
  .describe("The network of the virtual machines and containers, by OVN.");

/** What a topology says of the overlay. */
export type Overlay = z.output<typeof overlaySchema>;
