import {
  isUnbegun,
  isUnderway,
  type Rollout,
  type RolloutNode,
  type RolloutNodeState,
  rolloutGroupSchema,
  rolloutNodeSchema,
  rolloutNodeStates,
  rolloutSchema,
} from "@plasmacloud/deployer-client";
import { z } from "zod";
import type { Entry } from "../store/store.js";

/**
 * A rollout as it is kept. Each step of a node counts it anew; `changeRevision` then remembers the revision of the last
 * change of its state, so that an operator who read it before the step has not read something else.
 */
const rolloutRecordSchema = rolloutSchema.omit({ revision: true }).extend({
  stateSince: z.string(),
  changeRevision: z.int().nullable(),
});
export type RolloutRecord = z.infer<typeof rolloutRecordSchema>;

export function printRollout(record: RolloutRecord): string {
  return JSON.stringify(record);
}

export function parseRollout({ value }: Pick<Entry, "value">): RolloutRecord {
  return rolloutRecordSchema.parse(JSON.parse(value));
}

/** The rollout as operators see it. */
export function toRollout(record: RolloutRecord, { revision }: Pick<Entry, "revision">): Rollout {
  const { stateSince: _, changeRevision, ...rollout } = record;
  return { ...rollout, revision: changeRevision ?? revision };
}

/** What a rollout was made with and keeps to its end, whatever is rendered meanwhile. */
const rolloutOrderSchema = z.strictObject({
  order: z.array(z.string()),
  groups: z.array(rolloutGroupSchema),
  /** Nodes that were selected, and left alone from the beginning. */
  skipped: z.array(z.strictObject({ id: z.string(), message: z.string() })),
  /** Systems that are built already, by node. */
  systems: z.record(z.string(), z.string()).nullable(),
});
export type RolloutOrder = z.infer<typeof rolloutOrderSchema>;

export function printRolloutOrder(order: RolloutOrder): string {
  return JSON.stringify(order);
}

export function parseRolloutOrder({ value }: Pick<Entry, "value">): RolloutOrder {
  return rolloutOrderSchema.parse(JSON.parse(value));
}

/** A node of a rollout as it is kept, from its first step on; until then it is as `unbegunNode` says. */
const rolloutNodeRecordSchema = rolloutNodeSchema.omit({ id: true, waitsFor: true });
export type RolloutNodeRecord = z.infer<typeof rolloutNodeRecordSchema>;

export function printRolloutNode(record: RolloutNodeRecord): string {
  return JSON.stringify(record);
}

export function parseRolloutNode({ value }: Pick<Entry, "value">): RolloutNodeRecord {
  return rolloutNodeRecordSchema.parse(JSON.parse(value));
}

/** A node before its first step: with a system that was given it needs no building. */
export function unbegunNode({ createdAt }: RolloutRecord, { systems }: RolloutOrder, id: string): RolloutNodeRecord {
  const system = systems?.[id] ?? null;
  const state = systems === null ? "waiting" : "ready";
  return { state, since: createdAt, system, previous: null, message: null };
}

/** The node as operators see it: one that has not begun when its rollout ends is cancelled. */
export function toRolloutNode(
  id: string,
  record: RolloutNodeRecord,
  { state, stateSince }: RolloutRecord,
): RolloutNode {
  const isCancelled = isUnbegun(record.state) && (state === "Stopped" || state === "Aborted");
  return { id, ...record, ...(isCancelled ? { state: "cancelled", since: stateSince } : {}), waitsFor: [] };
}

export type RolloutCounts = Rollout["counts"];

export function countsOf(states: readonly RolloutNodeState[]): RolloutCounts {
  const counts = Object.fromEntries(rolloutNodeStates.map((state) => [state, 0])) as RolloutCounts;
  for (const state of states) counts[state]++;
  return counts;
}

/** The counts after all that has not begun is cancelled. */
export function cancelledCounts(counts: RolloutCounts): RolloutCounts {
  const after = { ...counts };
  for (const state of rolloutNodeStates.filter(isUnbegun)) {
    after.cancelled += after[state];
    after[state] = 0;
  }
  return after;
}

export function hasUnderway(counts: RolloutCounts): boolean {
  return rolloutNodeStates.some((state) => isUnderway(state) && counts[state] > 0);
}
