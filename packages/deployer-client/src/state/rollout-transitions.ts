import type { RolloutNodeState, RolloutState } from "./rollout-state.js";

/** What moves a node of a rollout on. */
export type RolloutNodeCause =
  | "build"
  | "built"
  | "start"
  | "copied"
  | "activated"
  | "confirmed"
  | "failed"
  | "rolled-back"
  | "lost"
  | "skip"
  | "give-up";

/** One row of the state machine of a node in a rollout. */
export interface RolloutNodeTransition {
  readonly from: RolloutNodeState;
  readonly cause: RolloutNodeCause;
  readonly to: RolloutNodeState;
}

/**
 * What happens to a node of a rollout; what is not in it does not happen. A node that has not begun when its rollout is
 * stopped or aborted is `cancelled` without a step of its own.
 *
 * @example
 * ```ts
 * import { rolloutNodeTransitions } from "@plasmacloud/deployer-client";
 *
 * rolloutNodeTransitions.filter(({ to }) => to === "done").map(({ from }) => from); // => ["confirming"]
 * ```
 */
// biome-ignore format: it reads as a table.
export const rolloutNodeTransitions: readonly RolloutNodeTransition[] = [
  { from: "waiting",    cause: "build",       to: "building" },
  // A system that was given, or that another rollout built, takes no building.
  { from: "waiting",    cause: "built",       to: "ready" },
  { from: "building",   cause: "built",       to: "ready" },
  { from: "ready",      cause: "start",       to: "copying" },
  { from: "copying",    cause: "copied",      to: "activating" },
  { from: "activating", cause: "activated",   to: "confirming" },
  { from: "confirming", cause: "confirmed",   to: "done" },

  // Nothing was changed on the node: it could not be built, copied, or its activation could not be begun.
  { from: "building",   cause: "failed",      to: "failed" },
  { from: "copying",    cause: "failed",      to: "failed" },
  { from: "activating", cause: "failed",      to: "failed" },

  { from: "activating", cause: "rolled-back", to: "rolled-back" },
  { from: "confirming", cause: "rolled-back", to: "rolled-back" },
  { from: "activating", cause: "lost",        to: "unreachable" },
  { from: "confirming", cause: "lost",        to: "unreachable" },

  { from: "waiting",    cause: "skip",        to: "skipped" },
  { from: "building",   cause: "skip",        to: "skipped" },
  { from: "ready",      cause: "skip",        to: "skipped" },

  // Nobody could go on for too long: it was not heard of, or waited for one that is down.
  { from: "ready",      cause: "give-up",     to: "cancelled" },
];

/**
 * The state of a node in a rollout that a cause leads to.
 *
 * @returns `null` where the table has no such transition
 * @example
 * ```ts
 * import { nextRolloutNodeState } from "@plasmacloud/deployer-client";
 *
 * nextRolloutNodeState("confirming", "confirmed"); // => "done"
 * nextRolloutNodeState("copying", "confirmed"); // => null
 * ```
 */
export function nextRolloutNodeState(state: RolloutNodeState, cause: RolloutNodeCause): RolloutNodeState | null {
  return rolloutNodeTransitions.find((each) => each.from === state && each.cause === cause)?.to ?? null;
}

/** What changes a rollout's state: people, its nodes' failures, and its end. */
export type RolloutCause = "pause" | "resume" | "abort" | "stop" | "finish";

// biome-ignore format: it reads as a table.
const rolloutTransitions: readonly { from: RolloutState; cause: RolloutCause; to: RolloutState }[] = [
  { from: "Running", cause: "pause",  to: "Paused" },
  { from: "Paused",  cause: "resume", to: "Running" },
  { from: "Running", cause: "abort",  to: "Aborted" },
  { from: "Paused",  cause: "abort",  to: "Aborted" },
  { from: "Running", cause: "stop",   to: "Stopped" },
  { from: "Paused",  cause: "stop",   to: "Stopped" },
  { from: "Running", cause: "finish", to: "Done" },
  { from: "Paused",  cause: "finish", to: "Done" },
];

/**
 * The state of a rollout that a cause leads to.
 *
 * @returns `null` where there is no such step
 * @example
 * ```ts
 * import { nextRolloutState } from "@plasmacloud/deployer-client";
 *
 * nextRolloutState("Running", "pause"); // => "Paused"
 * nextRolloutState("Done", "abort"); // => null
 * ```
 */
export function nextRolloutState(state: RolloutState, cause: RolloutCause): RolloutState | null {
  return rolloutTransitions.find((each) => each.from === state && each.cause === cause)?.to ?? null;
}
