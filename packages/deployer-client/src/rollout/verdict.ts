import type { RolloutStrategy } from "../schema/rollout.js";
import { isFailure, isUnbegun, isUnderway, type RolloutNodeState } from "../state/rollout-state.js";
import { canariesOf } from "./order.js";
import { nodesInWords } from "./words.js";

/** What becomes of a rollout by its nodes' states. */
export type RolloutVerdict = { readonly cause: "stop"; readonly reason: string } | { readonly cause: "finish" };

/**
 * Whether a rollout ends as its nodes are now: a canary failed, `maxFailures` nodes failed, or all came to an end. It is
 * stopped and not finished where some never began.
 *
 * @returns `null` where it goes on
 * @example
 * ```ts
 * import { verdictOf } from "@plasmacloud/deployer-client";
 *
 * const strategy = { canary: 0, maxFailures: 1 };
 * verdictOf({ order: ["a", "b"], strategy, states: new Map([["a", "done"]]) }); // => null
 * verdictOf({ order: ["a"], strategy, states: new Map([["a", "rolled-back"]]) })?.cause; // => "stop"
 * ```
 */
export function verdictOf({
  order,
  strategy,
  states,
}: {
  readonly order: readonly string[];
  readonly strategy: Pick<RolloutStrategy, "canary" | "maxFailures">;
  readonly states: ReadonlyMap<string, RolloutNodeState>;
}): RolloutVerdict | null {
  const stateOf = (node: string) => states.get(node) ?? "waiting";
  const failed = order.filter((node) => isFailure(stateOf(node)));
  const told = (node: string) => `${node} (${stateOf(node)})`;
  const canary = canariesOf(order, strategy.canary, states).find((node) => isFailure(stateOf(node)));
  if (canary !== undefined) return { cause: "stop", reason: `the canary failed: ${told(canary)}` };
  if (failed.length >= strategy.maxFailures) {
    return { cause: "stop", reason: `${count(failed)} failed: ${nodesInWords(failed.map(told))}` };
  }
  const isOver = order.every((node) => !isUnbegun(stateOf(node)) && !isUnderway(stateOf(node)));
  const unbegun = order.filter((node) => stateOf(node) === "cancelled");
  if (isOver && unbegun.length > 0) {
    return { cause: "stop", reason: `${count(unbegun)} could not begin: ${nodesInWords(unbegun)}` };
  }
  return isOver ? { cause: "finish" } : null;
}

function count({ length }: readonly string[]): string {
  return length === 1 ? "1 node" : `${length} nodes`;
}
