import { z } from "zod";
import { overlaySchema } from "./overlay/schema.js";
import { serviceSchema } from "./service/schema.js";
import { fiberlb, prismnet } from "./service/services.js";

const bgp = z
  .strictObject({
    enable: z
      .boolean()
      .default(false)
      .describe("Announce the VIPs of `vipAdvertisements.fiberlb` while healthy.")
      .meta({ examples: [true] }),
    attach: z
      .enum(["bird", "peers"])
      .default("bird")
      .describe("`bird`: GoBGP is a sidecar of the node's BIRD; `peers`: GoBGP is the node's only speaker.")
      .meta({ examples: ["bird"] }),
  })
  .describe("How FiberLB announces its virtual addresses.");

/** The part of `services` that belongs to this layer. */
export const servicesSchema = {
  fiberlb: serviceSchema(fiberlb, { bgp: bgp.optional() }),
  prismnet: serviceSchema(prismnet, { overlay: overlaySchema.optional() }),
};

/** Validated `services` of this layer, by service; a service that the topology does not mention is absent. */
export interface NetworkServices {
  readonly fiberlb?: z.output<typeof servicesSchema.fiberlb> | undefined;
  readonly prismnet?: z.output<typeof servicesSchema.prismnet> | undefined;
}
