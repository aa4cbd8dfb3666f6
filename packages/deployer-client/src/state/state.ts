import { z } from "zod";

/** The phases of an installation, in their order. */
export const phases = ["partition", "install", "reboot", "confirm"] as const;

export const phaseSchema = z.enum(phases).meta({ id: "Phase" }).describe("A phase of an installation.");
export type Phase = z.infer<typeof phaseSchema>;

const failures = z.int().nonnegative();

/** Where a node stands. How long ago it was heard is not a part of it: see `Liveness`. */
export const nodeStateSchema = z
  .discriminatedUnion("name", [
    z.strictObject({ name: z.literal("Pending") }).describe("Introduced, and not approved yet."),
    z
      .strictObject({ name: z.literal("Provisioning"), phase: phaseSchema, failures: failures.describe("So far.") })
      .describe("Being installed."),
    z
      .strictObject({
        name: z.literal("Failed"),
        phase: phaseSchema.describe("The phase that failed."),
        errorType: z.string().min(1).max(64),
        count: z.int().positive().describe("How many failures this installation has had."),
      })
      .describe("Stopped; waits for a person."),
    z.strictObject({ name: z.literal("Active") }).describe("Runs the expected system, which was proved."),
  ])
  .meta({ id: "NodeState" });
export type NodeState = z.infer<typeof nodeStateSchema>;
