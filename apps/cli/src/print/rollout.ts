import {
  isFailure,
  isUnbegun,
  isUnderway,
  type Rollout,
  type RolloutDetail,
  type RolloutNode,
  type RolloutNodeState,
  type RolloutWait,
  rolloutNodeStates,
} from "@plasmacloud/deployer-client";
import type { Paint } from "./paint.js";
import { printTable } from "./table.js";
import { count, visible } from "./text.js";

/** So many nodes are named in a line; the others are counted. */
const named = 3;

/** Nodes as a list that stays short: `n1, n2, n3 and 7 more`. */
export function nodesText(nodes: readonly string[]): string {
  const shown = nodes.slice(0, named).join(", ");
  return nodes.length > named ? `${shown} and ${nodes.length - named} more` : shown;
}

/** Why a node has not begun, in a phrase. */
function waitText({ reason, group, nodes }: RolloutWait): string {
  const who = nodesText(nodes);
  if (reason === "paused") return "the rollout is paused";
  if (reason === "build") return "not built yet";
  if (reason === "canary") return `after the canary ${who}`;
  if (reason === "batch") return `after ${who}`;
  if (reason === "parallel") return `enough at once: ${who}`;
  if (reason === "group") return `not with ${who} (${group})`;
  return group === null ? "not heard of" : `${who} down (${group})`;
}

export function waitsText(waits: readonly RolloutWait[]): string {
  return waits.map(waitText).join("; ");
}

/** Nodes by state, those that have ended first, without states that no node is in: `3 done, 1 rolled-back, 8 waiting`. */
export function countsText({ counts }: Pick<Rollout, "counts">): string {
  const rank = (state: RolloutNodeState) => (isUnbegun(state) ? 2 : isUnderway(state) ? 1 : 0);
  return rolloutNodeStates
    .filter((state) => counts[state] > 0)
    .sort((one, other) => rank(one) - rank(other))
    .map((state) => `${counts[state]} ${state}`)
    .join(", ");
}

/** What has become of it, in a line: `Stopped: 2 nodes failed: n1 (failed), n2 (failed)`. */
export function stateText({ state, reason, endedAt }: Pick<Rollout, "state" | "reason" | "endedAt">): string {
  const isEnding = endedAt === null && state !== "Running" && state !== "Paused";
  const text = reason === null ? state : `${state}: ${reason}`;
  return isEnding ? `${text}; what is underway comes to its end` : text;
}

/** Why a node is where it is. */
export function aboutNode({ message, waitsFor }: Pick<RolloutNode, "message" | "waitsFor">): string {
  return message ?? waitsText(waitsFor);
}

/** A rollout with all its nodes. */
export function printRollout(detail: RolloutDetail, width: number | null, paint: Paint): string {
  const { id, generation, createdAt, createdBy, endedAt, strategy, notes, nodes } = detail;
  const { canary, batch, maxParallel, maxFailures } = strategy;
  const limits = [
    canary === 1 ? "1 canary" : `${canary} canaries`,
    `batches of ${batch}`,
    `${maxParallel} at once`,
    `stops at ${count(maxFailures, "failure")}`,
  ];
  const lines: (readonly [string, string])[] = [
    ["rollout", id],
    ["of", generation],
    ["state", stateText(detail)],
    ["nodes", countsText(detail)],
    ["begun", `${utc(createdAt)} by ${createdBy}`],
    ["ended", endedAt === null ? "" : utc(endedAt)],
    ["limits", limits.join(", ")],
    ...notes.map((note) => ["note", note] as const),
  ];
  const head = lines
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name.padEnd(9)}${visible(value)}\n`)
    .join("");
  const rows = nodes.map((node) => [node.id, node.state, utc(node.since), aboutNode(node)]);
  return `${paint("strong", head.slice(0, head.indexOf("\n")))}${head.slice(head.indexOf("\n"))}\n${printTable(["node", "state", "since (UTC)", "why"], rows, width, ["since (UTC)"])}`;
}

function utc(time: string): string {
  return time.slice(0, 19).replace("T", " ");
}
