import { z } from "zod";
import { hostnameSchema, nameSchema, timeSchema } from "./text.js";

const scopeSchema = z
  .discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("node"), node: hostnameSchema }).describe("Introduces this node only."),
    z.strictObject({ kind: z.literal("site"), site: nameSchema }).describe("Introduces machines at a site."),
  ])
  .meta({ id: "BootstrapKeyScope" });

export const newBootstrapKeySchema = z
  .strictObject({
    scope: scopeSchema,
    uses: z.int().min(1).max(10_000).default(1),
    validForSeconds: z
      .int()
      .min(60)
      .max(366 * 86_400)
      .default(7 * 86_400),
  })
  .meta({ id: "NewBootstrapKey" });
export type NewBootstrapKey = z.input<typeof newBootstrapKeySchema>;

/** A bootstrap key as it is kept: without its secret, of which only a hash is stored. */
export const bootstrapKeySchema = z
  .strictObject({
    id: z.string().regex(/^[0-9a-f]{16}$/, "16 hexadecimal digits"),
    scope: scopeSchema,
    uses: z.int().positive().describe("How many machines it may introduce."),
    used: z.int().nonnegative(),
    createdAt: timeSchema,
    createdBy: nameSchema,
    expiresAt: timeSchema,
    revokedAt: timeSchema.nullable(),
  })
  .meta({ id: "BootstrapKey" });
export type BootstrapKey = z.infer<typeof bootstrapKeySchema>;

export const madeBootstrapKeySchema = bootstrapKeySchema
  .extend({
    secret: z
      .string()
      .nullable()
      .describe(
        "Shown once; null when an answer is repeated for its Idempotency-Key. Then revoke it and make another.",
      ),
  })
  .meta({ id: "MadeBootstrapKey" });
export type MadeBootstrapKey = z.infer<typeof madeBootstrapKeySchema>;
