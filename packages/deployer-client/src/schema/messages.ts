import { z } from "zod";
import { nodeStateSchema, phaseSchema } from "../state/state.js";
import { inventorySchema } from "./inventory.js";
import { healthSchema } from "./node.js";
import {
  bootIdSchema,
  hostnameSchema,
  lineSchema,
  nameSchema,
  nodeKeySchema,
  sequenceSchema,
  sshKeySchema,
  systemSchema,
  timeSchema,
} from "./text.js";

// What nodes say, and what they are told.

export const phoneHomeSchema = z
  .strictObject({
    hostname: hostnameSchema.nullable().describe("Who it believes to be; null leaves it to the bootstrap key."),
    nodeKey: nodeKeySchema.describe("Signs this message and every later one."),
    bootId: bootIdSchema,
    sshHostKeys: z.array(sshKeySchema).min(1).max(8),
    inventory: inventorySchema,
  })
  .meta({ id: "PhoneHome" });
export type PhoneHome = z.infer<typeof phoneHomeSchema>;

const nextCall = z.number().positive().describe("Seconds until the next call, different each time.");

export const phoneHomeAnswerSchema = z
  .strictObject({ id: hostnameSchema, state: nodeStateSchema, nextCallSeconds: nextCall })
  .meta({ id: "PhoneHomeAnswer" });
export type PhoneHomeAnswer = z.infer<typeof phoneHomeAnswerSchema>;

export const heartbeatSchema = z
  .strictObject({
    bootId: bootIdSchema,
    sequence: sequenceSchema,
    system: systemSchema.nullable().describe("What it runs; null in an installer."),
    phase: phaseSchema.nullable().describe("Of its installation, as far as it knows."),
    health: healthSchema,
  })
  .meta({ id: "Heartbeat" });
export type Heartbeat = z.infer<typeof heartbeatSchema>;

export const heartbeatAnswerSchema = z
  .strictObject({
    isCurrent: z.boolean().describe("false: the message was an old one and had no effect."),
    state: nodeStateSchema,
    action: z.enum(["wait", "install", "reboot", "none"]),
    wantedSystem: systemSchema.nullable(),
    nextCallSeconds: nextCall,
  })
  .meta({ id: "HeartbeatAnswer" });
export type HeartbeatAnswer = z.infer<typeof heartbeatAnswerSchema>;

const eventBase = { sequence: sequenceSchema, at: timeSchema.nullable().describe("By the node's own clock.") };

export const nodeEventSchema = z
  .discriminatedUnion("type", [
    z.strictObject({ ...eventBase, type: z.literal("progress"), message: lineSchema }),
    z.strictObject({ ...eventBase, type: z.literal("partitioned") }),
    z.strictObject({ ...eventBase, type: z.literal("installed"), system: systemSchema }),
    z.strictObject({
      ...eventBase,
      type: z.literal("failed"),
      phase: phaseSchema,
      errorType: nameSchema,
      message: lineSchema,
    }),
  ])
  .meta({ id: "NodeEvent" });
export type NodeEvent = z.infer<typeof nodeEventSchema>;

export const nodeEventsSchema = z
  .strictObject({ bootId: bootIdSchema, events: z.array(nodeEventSchema).min(1).max(100) })
  .refine(
    ({ events }) => events.every((event, index) => index === 0 || event.sequence > (events[index - 1]?.sequence ?? 0)),
    {
      path: ["events"],
      message: "sequences that grow",
    },
  )
  .meta({ id: "NodeEvents" });
export type NodeEvents = z.infer<typeof nodeEventsSchema>;

export const nodeEventsAnswerSchema = z
  .strictObject({
    results: z.array(
      z.strictObject({
        sequence: sequenceSchema,
        outcome: z
          .enum(["applied", "duplicate", "out-of-place"])
          .describe("out-of-place: the node's state has no such step now; nothing was changed."),
      }),
    ),
    state: nodeStateSchema,
  })
  .meta({ id: "NodeEventsAnswer" });
export type NodeEventsAnswer = z.infer<typeof nodeEventsAnswerSchema>;
