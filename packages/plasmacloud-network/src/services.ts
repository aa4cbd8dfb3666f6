import { z } from "zod";
import { overlaySchema } from "./overlay/schema.js";
import { serviceSchema } from "./service/schema.js";
import { fiberlb, prismnet } from "./service/services.js";

const healthCheck = z
  .strictObject({
    port: z
      .int()
      .min(1)
      .max(65535)
      .describe("Port of the VIP that takes connections.")
      .meta({ examples: [443] }),
    path: z
      .string()
      .regex(/^\/[!-~]*$/, "a path: it begins with / and has no blank in it")
      .optional()
      .describe("Path that answers with a status below 400; without it, taking a connection is enough.")
      .meta({ examples: ["/healthz"] }),
    intervalSeconds: z
      .int()
      .min(1)
      .default(5)
      .describe("Seconds between two checks.")
      .meta({ examples: [2] }),
    timeoutSeconds: z
      .int()
      .min(1)
      .default(2)
      .describe("Seconds that one check may take.")
      .meta({ examples: [1] }),
    failures: z
      .int()
      .min(1)
      .default(3)
      .describe("Failed checks in a row after which the VIP is withdrawn.")
      .meta({ examples: [2] }),
  })
  .describe("How FiberLB finds out whether a virtual address is served on a node.");

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
    healthChecks: z
      .record(z.string(), healthCheck)
      .optional()
      .describe("By VIP; one without a check is announced while FiberLB itself is well.")
      .meta({ examples: [{ "203.0.113.10": { port: 443, path: "/healthz" } }] }),
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
