import { z } from "zod";
import { auditEntrySchema } from "./audit.js";
import { nodeSchema } from "./node.js";
import { rolloutNodeSchema, rolloutSchema } from "./rollout.js";
import { hostnameSchema, nameSchema } from "./text.js";

/** What the watch stream tells. Each event's id in the stream is the store's revision. */
export const watchEventSchema = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("ready") }).describe("The stream begins; its id is the revision to go on from."),
    z.strictObject({ type: z.literal("node"), node: nodeSchema }),
    z.strictObject({ type: z.literal("node-removed"), id: hostnameSchema }),
    z
      .strictObject({ type: z.literal("rollout"), rollout: rolloutSchema })
      .describe("Stopped or Aborted: its nodes that have not begun are cancelled, without an event for each."),
    z.strictObject({ type: z.literal("rollout-node"), rollout: nameSchema, node: rolloutNodeSchema }),
    z.strictObject({ type: z.literal("audit"), entry: auditEntrySchema }),
  ])
  .meta({ id: "WatchEvent" });
export type WatchEvent = z.infer<typeof watchEventSchema>;
