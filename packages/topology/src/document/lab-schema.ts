import { z } from "zod";
import { asNumber, communityOrName, policyName, prefix } from "./text.js";

const announcement = z
  .strictObject({
    prefix: prefix.describe("What is announced.").meta({ examples: ["198.51.100.0/24"] }),
    asPath: z
      .array(asNumber)
      .max(200)
      .optional()
      .describe("AS numbers behind the neighbour's own, the nearest first, the origin last.")
      .meta({ examples: [[64500, 64501]] }),
    communities: z
      .array(communityOrName)
      .optional()
      .describe("Communities of any kind, as they are or by name.")
      .meta({ examples: [["64496:666"]] }),
    med: z
      .int()
      .min(0)
      .max(4_294_967_295)
      .optional()
      .describe("Metric among entries to the neighbour's AS.")
      .meta({ examples: [50] }),
  })
  .describe("A route that the neighbour announces.");

/** What `nix-nos lab` needs to know beyond what the nodes' files are made of; nothing rendered depends on it. */
export const lab = z
  .strictObject({
    peers: z
      .record(
        policyName,
        z
          .strictObject({
            announce: z.array(announcement).optional().describe("Routes that the neighbour announces."),
          })
          .describe("How the neighbour is played."),
      )
      .optional()
      .describe("How entries of `bgp.peers` are played, by name; one that is not here announces nothing."),
  })
  .describe("What `nix-nos lab` plays that the topology does not own; no file of a node depends on it.");
