import { topologyPool } from "@nix-nos/topology";
import { z } from "zod";
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

const overlay = z
  .strictObject({
    encapsulation: z
      .enum(["geneve", "vxlan"])
      .default("geneve")
      .describe("How frames travel between nodes: Geneve (RFC 8926) or VXLAN (RFC 7348).")
      .meta({ examples: ["geneve"] }),
    pool: topologyPool.describe("Addresses of the overlay's own networks."),
  })
  .describe("The network of the virtual machines and containers.");

/** The part of `services` that belongs to this layer. */
export const servicesSchema = {
  fiberlb: serviceSchema(fiberlb, { bgp: bgp.optional() }),
  prismnet: serviceSchema(prismnet, { overlay: overlay.optional() }),
};

/** Validated `services` of this layer, by service; a service that the topology does not mention is absent. */
export interface NetworkServices {
  readonly fiberlb?: z.output<typeof servicesSchema.fiberlb> | undefined;
  readonly prismnet?: z.output<typeof servicesSchema.prismnet> | undefined;
}
