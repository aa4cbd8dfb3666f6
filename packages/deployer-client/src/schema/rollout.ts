import { z } from "zod";
import { rolloutNodeStateSchema, rolloutStateSchema } from "../state/rollout-state.js";
import { hostnameSchema, lineSchema, nameSchema, revisionSchema, systemSchema, timeSchema } from "./text.js";

/** Nodes that stand in for each other. Its nodes may be ones that the deployer has never heard of. */
export const rolloutGroupSchema = z
  .strictObject({
    kind: z.enum(["route-reflector", "quorum", "vip"]),
    name: lineSchema,
    nodes: z.array(z.string()),
    maxDown: z.int().positive().describe("How many of them may be down at once."),
  })
  .meta({ id: "RolloutGroup" });
export type RolloutGroup = z.infer<typeof rolloutGroupSchema>;

const some = z.int().min(1).max(1000);
const quorumGroupSchema = z.strictObject({
  name: lineSchema.min(1),
  nodes: z.array(hostnameSchema).min(1).max(1000),
  maxDown: some.default(1),
});

export const rolloutStrategySchema = z
  .strictObject({
    canary: z.int().min(0).max(1000).default(1).describe("So many nodes are done before any other begins."),
    batch: some.default(5).describe("Nodes that end before the next ones begin."),
    maxParallel: some.default(5).describe("Nodes that are underway at once."),
    maxFailures: some.default(1).describe("It stops as soon as so many nodes have failed."),
    quorumGroups: z.array(quorumGroupSchema).max(100).default([]).describe("More groups than the topology's."),
  })
  .meta({ id: "RolloutStrategy" });
export type RolloutStrategy = z.infer<typeof rolloutStrategySchema>;

const names = <T extends z.ZodType<string>>(schema: T) => z.array(schema).min(1).max(10_000).nullable().default(null);

export const rolloutSelectorSchema = z
  .strictObject({
    nodes: names(hostnameSchema),
    sites: names(nameSchema),
    clusters: names(lineSchema),
  })
  .meta({ id: "RolloutSelector" })
  .describe("Which nodes; null is no limit, and without any it is every active node.");
export type RolloutSelector = z.infer<typeof rolloutSelectorSchema>;

const generationSchema = z
  .string()
  .max(500)
  .regex(/^[A-Za-z0-9./~][^\s\p{Cc}]*$/u, "a name without spaces, that does not begin with '-'")
  .describe("What is rolled out, by a name that the build command knows: a flake reference, a revision.");

const confirmSecondsSchema = z
  .int()
  .min(5)
  .max(3600)
  .describe("A node that is not confirmed in so many seconds goes back to what it ran, by itself.");

export const newRolloutSchema = z
  .strictObject({
    generation: generationSchema,
    systems: z
      .record(hostnameSchema, systemSchema)
      .nullable()
      .default(null)
      .describe("Systems that are built already, by node; null: the deployer builds."),
    selector: rolloutSelectorSchema.prefault({}),
    strategy: rolloutStrategySchema.prefault({}),
    confirmSeconds: confirmSecondsSchema.default(120),
    reboot: z.boolean().default(false).describe("Each node is to prove a boot of it too."),
    dryRun: z.boolean().default(false).describe("Only say what it would do."),
  })
  .meta({ id: "NewRollout" });
export type NewRollout = z.input<typeof newRolloutSchema>;

export const rolloutWaitSchema = z
  .strictObject({
    reason: z.enum(["paused", "build", "canary", "batch", "parallel", "group", "down"]),
    group: z.string().nullable().describe("For group and down: the group that would lose too many."),
    nodes: z.array(z.string()).describe("Whom it waits for."),
  })
  .meta({ id: "RolloutWait" });
export type RolloutWait = z.infer<typeof rolloutWaitSchema>;

export const rolloutNodeSchema = z
  .strictObject({
    id: hostnameSchema,
    state: rolloutNodeStateSchema,
    since: timeSchema,
    system: systemSchema.nullable().describe("What it gets; null until it is built."),
    previous: systemSchema.nullable().describe("What it ran before; null until it was asked."),
    message: lineSchema.nullable().describe("Why it failed, was skipped, or what it does now."),
    waitsFor: z.array(rolloutWaitSchema).describe("Why it has not begun; empty in events."),
  })
  .meta({ id: "RolloutNode" });
export type RolloutNode = z.infer<typeof rolloutNodeSchema>;

export const rolloutSchema = z
  .strictObject({
    id: nameSchema,
    revision: revisionSchema.describe("Of the last change of its state; the rollout's ETag."),
    generation: generationSchema,
    state: rolloutStateSchema,
    selector: rolloutSelectorSchema,
    strategy: rolloutStrategySchema,
    confirmSeconds: confirmSecondsSchema,
    reboot: z.boolean(),
    createdAt: timeSchema,
    createdBy: nameSchema,
    endedAt: timeSchema
      .nullable()
      .describe("When nothing was underway any more; until then there is no other rollout."),
    reason: lineSchema.nullable().describe("Why it is Paused, Stopped or Aborted."),
    counts: z.record(rolloutNodeStateSchema, z.int().nonnegative()).describe("Nodes by state."),
    notes: z.array(z.string()).describe("What its maker should know: groups of one node, a topology without groups."),
  })
  .meta({ id: "Rollout" });
export type Rollout = z.infer<typeof rolloutSchema>;

export const rolloutDetailSchema = rolloutSchema
  .extend({
    nodes: z.array(rolloutNodeSchema).describe("In the order of the rollout."),
    groups: z.array(rolloutGroupSchema).describe("Nodes that it does not take down together."),
  })
  .meta({ id: "RolloutDetail" });
export type RolloutDetail = z.infer<typeof rolloutDetailSchema>;

const plannedNode = z.strictObject({ id: hostnameSchema, waitsFor: z.array(rolloutWaitSchema) });

export const rolloutPlanSchema = z
  .strictObject({
    generation: generationSchema,
    waves: z
      .array(z.array(plannedNode))
      .describe("Who begins when all before are done, with what each waited for in the wave before."),
    held: z.array(plannedNode).describe("Nodes that cannot begin as things are now, and why."),
    skipped: z.array(z.strictObject({ id: hostnameSchema, message: z.string() })),
    groups: z.array(rolloutGroupSchema),
    notes: z.array(z.string()),
  })
  .meta({ id: "RolloutPlan" });
export type RolloutPlan = z.infer<typeof rolloutPlanSchema>;
