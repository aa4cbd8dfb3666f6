import { z } from "zod";

const bgp = z
  .strictObject({
    enable: z.boolean().default(false).describe("Announce the VIPs of `vipAdvertisements.fiberlb` while healthy."),
    attach: z
      .enum(["bird", "peers"])
      .default("bird")
      .describe("`bird`: GoBGP is a sidecar of the node's BIRD; `peers`: GoBGP is the node's only speaker."),
  })
  .describe("How FiberLB announces its virtual addresses.");

/** The part of `services` that belongs to this layer. */
export const servicesSchema = {
  fiberlb: z.strictObject({ bgp: bgp.optional() }).describe("FiberLB, the L4/L7 load balancer."),
};

/** Validated `services` of this layer, by service; a service that the topology does not mention is absent. */
export interface NetworkServices {
  readonly fiberlb?: z.output<typeof servicesSchema.fiberlb> | undefined;
}
