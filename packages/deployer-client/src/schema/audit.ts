import { z } from "zod";
import { hostnameSchema, lineSchema, revisionSchema, timeSchema } from "./text.js";

/** One entry of the audit log, written in the same transaction as the change that it tells of. */
export const auditEntrySchema = z
  .strictObject({
    id: z.string(),
    at: timeSchema,
    actor: lineSchema.describe("`operator NAME`, `node NAME`, `policy` or `deployer`."),
    action: z.string(),
    node: hostnameSchema.nullable(),
    from: z.string().nullable().describe("The state before, of the node as `Provisioning/install`, or of the rollout."),
    to: z.string().nullable().describe("And after."),
    details: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
    requestId: z.string(),
  })
  .meta({ id: "AuditEntry" });
export type AuditEntry = z.infer<typeof auditEntrySchema>;

export const auditPageSchema = z
  .strictObject({
    entries: z.array(auditEntrySchema).describe("The newest first."),
    next: z.string().nullable().describe("`before` of the next page; null at the end."),
    revision: revisionSchema,
  })
  .meta({ id: "AuditPage" });
export type AuditPage = z.infer<typeof auditPageSchema>;
