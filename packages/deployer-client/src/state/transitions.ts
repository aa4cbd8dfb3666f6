import type { NodeState, Phase } from "./state.js";

/** What moves a node from one state to another. */
export type Cause =
  | "approve"
  | "partitioned"
  | "installed"
  | "rebooted"
  | "confirmed"
  | "failed"
  | "retry"
  | "reinstall";

/** A state by name, with the phase where it has one that matters. */
export type Place = "Pending" | `Provisioning/${Phase}` | `Failed/${Phase}` | "Active";

/** One row of the state machine. */
export interface Transition {
  readonly from: Place;
  readonly cause: Cause;
  readonly to: Place;
  /** Whose word it takes: a person's, the policy of automatic approval, the node's own, or the deployer's proof. */
  readonly by: readonly ("person" | "policy" | "node" | "deployer")[];
}

/**
 * The whole state machine: what is not in it does not happen.
 *
 * @example
 * ```ts
 * import { transitions } from "@plasmacloud/deployer-client";
 *
 * transitions.filter(({ to }) => to === "Active").map(({ cause }) => cause); // => ["confirmed"]
 * ```
 */
// biome-ignore format: it reads as a table.
export const transitions: readonly Transition[] = [
  { from: "Pending",                cause: "approve",     to: "Provisioning/partition", by: ["person", "policy"] },

  { from: "Provisioning/partition", cause: "partitioned", to: "Provisioning/install",   by: ["node", "deployer"] },
  { from: "Provisioning/install",   cause: "installed",   to: "Provisioning/reboot",    by: ["node", "deployer"] },
  { from: "Provisioning/reboot",    cause: "rebooted",    to: "Provisioning/confirm",   by: ["node"] },
  { from: "Provisioning/confirm",   cause: "confirmed",   to: "Active",                 by: ["deployer"] },

  { from: "Provisioning/partition", cause: "failed",      to: "Failed/partition",       by: ["node", "deployer"] },
  { from: "Provisioning/install",   cause: "failed",      to: "Failed/install",         by: ["node", "deployer"] },
  { from: "Provisioning/reboot",    cause: "failed",      to: "Failed/reboot",          by: ["node", "deployer"] },
  { from: "Provisioning/confirm",   cause: "failed",      to: "Failed/confirm",         by: ["node", "deployer"] },

  // An installer that failed starts over; a system that is on the disk already is not wiped by a retry.
  { from: "Failed/partition",       cause: "retry",       to: "Provisioning/partition", by: ["person"] },
  { from: "Failed/install",         cause: "retry",       to: "Provisioning/partition", by: ["person"] },
  { from: "Failed/reboot",          cause: "retry",       to: "Provisioning/reboot",    by: ["person"] },
  { from: "Failed/confirm",         cause: "retry",       to: "Provisioning/confirm",   by: ["person"] },

  { from: "Active",                 cause: "reinstall",   to: "Provisioning/partition", by: ["person"] },
];

/**
 * The place of a state in the table of transitions.
 *
 * @example
 * ```ts
 * import { placeOf } from "@plasmacloud/deployer-client";
 *
 * placeOf({ name: "Provisioning", phase: "install", failures: 0 }); // => "Provisioning/install"
 * ```
 */
export function placeOf(state: NodeState): Place {
  return "phase" in state ? `${state.name}/${state.phase}` : state.name;
}

/**
 * The state that a cause leads to.
 *
 * @param errorType - for the cause `failed`: what kind of error it was, in one word
 * @returns `null` where the table has no such transition
 * @example
 * ```ts
 * import { nextState } from "@plasmacloud/deployer-client";
 *
 * nextState({ name: "Pending" }, "approve"); // => {"name":"Provisioning","phase":"partition","failures":0}
 * nextState({ name: "Active" }, "approve"); // => null
 * ```
 */
export function nextState(state: NodeState, cause: Cause, errorType = "unknown"): NodeState | null {
  const from = placeOf(state);
  const row = transitions.find((each) => each.from === from && each.cause === cause);
  if (row === undefined) return null;
  const [name, phase] = row.to.split("/") as [NodeState["name"], Phase];
  const failures = failuresOf(state);
  if (name === "Provisioning") return { name, phase, failures };
  if (name === "Failed") return { name, phase, errorType, count: failures + 1 };
  return { name };
}

function failuresOf(state: NodeState): number {
  if (state.name === "Provisioning") return state.failures;
  return state.name === "Failed" ? state.count : 0;
}
