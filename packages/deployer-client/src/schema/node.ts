import { z } from "zod";
import { livenessSchema } from "../state/liveness.js";
import { nodeStateSchema } from "../state/state.js";
import { inventorySchema } from "./inventory.js";
import {
  bootIdSchema,
  hostnameSchema,
  lineSchema,
  nameSchema,
  nodeKeySchema,
  revisionSchema,
  sshKeySchema,
  systemSchema,
  timeSchema,
} from "./text.js";

export const healthSchema = z
  .strictObject({
    status: z.enum(["ok", "degraded", "failing"]),
    checks: z.array(z.strictObject({ name: nameSchema, ok: z.boolean(), message: lineSchema.nullable() })).max(64),
  })
  .meta({ id: "Health" });
export type Health = z.infer<typeof healthSchema>;

/** A node as operators see it. Its `id` is its host name. */
export const nodeSchema = z
  .strictObject({
    id: hostnameSchema,
    revision: revisionSchema.describe("Of the last change that was more than a beat; the node's ETag."),
    state: nodeStateSchema,
    liveness: livenessSchema,
    lastSeen: timeSchema,
    isPlanned: z.boolean().describe("The topology has a node of this name."),
    isLocked: z.boolean().describe("Rollouts leave it alone."),
    site: nameSchema.nullable(),
    nodeKey: nodeKeySchema,
    sshHostKeys: z.array(sshKeySchema).describe("Learnt at phone-home and pinned."),
    fingerprint: z.string(),
    address: z.string().describe("Where it called from."),
    bootId: bootIdSchema,
    system: systemSchema.nullable().describe("What it runs."),
    wantedSystem: systemSchema.nullable().describe("What it is to run."),
    health: healthSchema.nullable(),
    message: lineSchema.nullable().describe("The last that it told of its progress."),
    createdAt: timeSchema,
  })
  .meta({ id: "Node" });
export type Node = z.infer<typeof nodeSchema>;

/** A newcomer that claimed a node's identity with another key. It got nothing, and the node is untouched. */
export const claimSchema = z
  .strictObject({
    nodeKey: nodeKeySchema,
    sshHostKeys: z.array(sshKeySchema),
    inventory: inventorySchema,
    fingerprint: z.string(),
    address: z.string(),
    bootId: bootIdSchema,
    at: timeSchema,
  })
  .meta({ id: "Claim" });
export type Claim = z.infer<typeof claimSchema>;

export const nodeDetailSchema = nodeSchema
  .extend({ inventory: inventorySchema, claims: z.array(claimSchema) })
  .meta({ id: "NodeDetail" });
export type NodeDetail = z.infer<typeof nodeDetailSchema>;
