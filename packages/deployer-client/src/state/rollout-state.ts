import { z } from "zod";

/** What a rollout is at; `Stopped`, `Aborted` and `Done` are its ends. */
export const rolloutStateSchema = z
  .enum(["Running", "Paused", "Stopped", "Aborted", "Done"])
  .meta({ id: "RolloutState" })
  .describe("Stopped: too many nodes failed, or some could not begin. Done: every node came to its end.");
export type RolloutState = z.infer<typeof rolloutStateSchema>;

/** The states of a node in a rollout: the way to `done`, and then the other ends. */
export const rolloutNodeStates = [
  "waiting",
  "building",
  "ready",
  "copying",
  "activating",
  "confirming",
  "done",
  "failed",
  "rolled-back",
  "unreachable",
  "skipped",
  "cancelled",
] as const;

export const rolloutNodeStateSchema = z
  .enum(rolloutNodeStates)
  .meta({ id: "RolloutNodeState" })
  .describe(
    "failed: nothing was changed on it. rolled-back: it was activated, and runs what it ran before. unreachable: it was activated, and does not answer. skipped: it is locked or not active. cancelled: it never began.",
  );
export type RolloutNodeState = z.infer<typeof rolloutNodeStateSchema>;

/**
 * Whether nodes may still begin in a rollout of this state, now or when somebody resumes it.
 *
 * @example
 * ```ts
 * import { isOn } from "@plasmacloud/deployer-client";
 *
 * [isOn("Paused"), isOn("Stopped")]; // => [true, false]
 * ```
 */
export function isOn(state: RolloutState): boolean {
  return state === "Running" || state === "Paused";
}

const unbegun: ReadonlySet<RolloutNodeState> = new Set(["waiting", "building", "ready"]);
const underway: ReadonlySet<RolloutNodeState> = new Set(["copying", "activating", "confirming"]);
const failures: ReadonlySet<RolloutNodeState> = new Set(["failed", "rolled-back", "unreachable"]);

/**
 * Whether a node in this state has not been touched yet; when its rollout is stopped or aborted, it is cancelled.
 *
 * @example
 * ```ts
 * import { isUnbegun } from "@plasmacloud/deployer-client";
 *
 * [isUnbegun("building"), isUnbegun("copying")]; // => [true, false]
 * ```
 */
export function isUnbegun(state: RolloutNodeState): boolean {
  return unbegun.has(state);
}

/**
 * Whether a node in this state takes one of the rollout's slots.
 *
 * @example
 * ```ts
 * import { isUnderway } from "@plasmacloud/deployer-client";
 *
 * [isUnderway("ready"), isUnderway("copying")]; // => [false, true]
 * ```
 */
export function isUnderway(state: RolloutNodeState): boolean {
  return underway.has(state);
}

/**
 * Whether a node in this state counts towards `maxFailures`.
 *
 * @example
 * ```ts
 * import { isFailure } from "@plasmacloud/deployer-client";
 *
 * [isFailure("rolled-back"), isFailure("skipped")]; // => [true, false]
 * ```
 */
export function isFailure(state: RolloutNodeState): boolean {
  return failures.has(state);
}

/**
 * Whether a rollout has ended and every node of it got what it was to get, or was left alone.
 *
 * @param rollout - its state, and its nodes by theirs
 * @example
 * ```ts
 * import { isSuccess } from "@plasmacloud/deployer-client";
 *
 * isSuccess({ state: "Done", counts: { done: 3, "rolled-back": 1 } }); // => false
 * ```
 */
export function isSuccess(rollout: {
  readonly state: RolloutState;
  readonly counts: Readonly<Partial<Record<RolloutNodeState, number>>>;
}): boolean {
  return rollout.state === "Done" && [...failures].every((state) => (rollout.counts[state] ?? 0) === 0);
}
