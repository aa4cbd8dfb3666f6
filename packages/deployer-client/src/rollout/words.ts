import type { Rollout, RolloutNode, RolloutWait } from "../schema/rollout.js";
import { isOn, isUnbegun, isUnderway, type RolloutNodeState, rolloutNodeStates } from "../state/rollout-state.js";

/** So many nodes are named in a phrase; the others are counted. */
const named = 3;

/**
 * Names of nodes as a list that stays short.
 *
 * @example
 * ```ts
 * import { nodesInWords } from "@plasmacloud/deployer-client";
 *
 * nodesInWords(["n1", "n2", "n3", "n4", "n5"]); // => "n1, n2, n3 and 2 more"
 * ```
 */
export function nodesInWords(nodes: readonly string[]): string {
  const shown = nodes.slice(0, named).join(", ");
  return nodes.length > named ? `${shown} and ${nodes.length - named} more` : shown;
}

/**
 * Why a node has not begun, a phrase for each reason.
 *
 * @example
 * ```ts
 * import { waitsInWords } from "@plasmacloud/deployer-client";
 *
 * waitsInWords([{ reason: "canary", group: null, nodes: ["n1"] }]); // => "after the canary n1"
 * ```
 */
export function waitsInWords(waits: readonly RolloutWait[]): string {
  return waits.map(waitInWords).join("; ");
}

function waitInWords({ reason, group, nodes }: RolloutWait): string {
  const who = nodesInWords(nodes);
  switch (reason) {
    case "paused":
      return "the rollout is paused";
    case "build":
      return "not built yet";
    case "canary":
      return `after the canary ${who}`;
    case "batch":
      return `after ${who}`;
    case "parallel":
      return `enough at once: ${who}`;
    case "group":
      return `not with ${who} (${group})`;
    case "down":
      return group === null ? "not heard of" : `${who} down (${group})`;
  }
}

/**
 * Nodes by state, those that have ended first, without states that no node is in.
 *
 * @example
 * ```ts
 * import { countsInWords } from "@plasmacloud/deployer-client";
 *
 * countsInWords({ waiting: 8, done: 3, "rolled-back": 1 }); // => "3 done, 1 rolled-back, 8 waiting"
 * ```
 */
export function countsInWords(counts: Readonly<Partial<Rollout["counts"]>>): string {
  const rank = (state: RolloutNodeState) => (isUnbegun(state) ? 2 : isUnderway(state) ? 1 : 0);
  return rolloutNodeStates
    .filter((state) => (counts[state] ?? 0) > 0)
    .sort((one, other) => rank(one) - rank(other))
    .map((state) => `${counts[state]} ${state}`)
    .join(", ");
}

/**
 * What has become of a rollout, in a line.
 *
 * @example
 * ```ts
 * import { rolloutInWords } from "@plasmacloud/deployer-client";
 *
 * const endedAt = "2026-01-01T00:00:00Z";
 * rolloutInWords({ state: "Stopped", reason: "1 node failed: n1 (failed)", endedAt }); // => "Stopped: 1 node failed: n1 (failed)"
 * rolloutInWords({ state: "Aborted", reason: null, endedAt: null }); // => "Aborted; what is underway comes to its end"
 * ```
 */
export function rolloutInWords({ state, reason, endedAt }: Pick<Rollout, "state" | "reason" | "endedAt">): string {
  const text = reason === null ? state : `${state}: ${reason}`;
  return endedAt === null && !isOn(state) ? `${text}; what is underway comes to its end` : text;
}

/**
 * Why a node of a rollout is where it is; empty where there is nothing to say.
 *
 * @example
 * ```ts
 * import { rolloutNodeInWords } from "@plasmacloud/deployer-client";
 *
 * rolloutNodeInWords({ message: "locked", waitsFor: [] }); // => "locked"
 * ```
 */
export function rolloutNodeInWords({ message, waitsFor }: Pick<RolloutNode, "message" | "waitsFor">): string {
  return message ?? waitsInWords(waitsFor);
}
