import {
  isOn,
  isUnbegun,
  nextNodes,
  nextRolloutNodeState,
  type RolloutNode,
  type RolloutNodeCause,
  verdictOf,
} from "@plasmacloud/deployer-client";
import { change } from "../change.js";
import { keys } from "../keys.js";
import { auditPut, type Deed } from "../records/audit-record.js";
import {
  printRollout,
  printRolloutNode,
  type RolloutNodeRecord,
  type RolloutRecord,
  toRolloutNode,
} from "../records/rollout-record.js";
import type { Commit } from "../store/store.js";
import { changedRollout, keysOfEnd, withEnd } from "./end.js";
import type { RolloutWorld } from "./fleet.js";
import { readRollout, situationOf, statesOf } from "./read.js";

/** One step of one node of a rollout. */
export interface RolloutStep {
  readonly rollout: string;
  readonly node: string;
  readonly cause: RolloutNodeCause;
  /** What else is known of the node from now on. */
  readonly more?: Partial<Pick<RolloutNodeRecord, "system" | "previous" | "message">>;
  /** What must be so besides, as that whoever takes the step still leads. */
  readonly compare?: Commit["compare"];
}

/**
 * Takes a step with all that follows from it, in one commit: the node, the rollout's counts, its end where this is it,
 * and the audit log. Every step compares the rollout, so none slips past a pause, an abort or another node's step; and
 * `start` asks for the node's turn again, with what it compares.
 *
 * @returns the node after it; `null` where there is no such step any more, or what `compare` asks is not so
 */
export async function stepRolloutNode(
  world: RolloutWorld,
  { rollout: id, node, cause, more = {}, compare = [] }: RolloutStep,
): Promise<RolloutNode | null> {
  const { store, now } = world;
  return change(store, async () => {
    const nothing = { commit: null, value: null } as const;
    for (const { key, revision } of compare) {
      if (((await store.get(key))?.revision ?? 0) !== revision) return nothing;
    }
    const rollout = await readRollout(world, id);
    const before = rollout.nodes.get(node);
    const state = before === undefined ? null : nextRolloutNodeState(before.record.state, cause);
    if (before === undefined || state === null || !mayStep(rollout.record, before.record)) return nothing;
    if (cause === "start" && !nextNodes(await situationOf(world, rollout)).start.includes(node)) return nothing;
    const at = new Date(now()).toISOString();
    const after: RolloutNodeRecord = { ...before.record, message: null, ...more, state, since: at };
    const nodes = new Map([...rollout.nodes, [node, { record: after, revision: 0 }]]);
    const { record, end } = counted(rollout.record, rollout.order.order, before.record, after, statesOf(nodes), at);
    const key = keys.rolloutNode(id, node);
    const deeds: Deed[] = [
      {
        action: `rollout-${cause}`,
        node,
        from: before.record.state,
        to: state,
        details: { rollout: id, ...(after.message === null ? {} : { message: after.message }) },
      },
      ...(end === null ? [] : [end]),
    ];
    const by = { actor: "deployer", requestId: id, now: now() };
    return {
      commit: {
        compare: [
          { key: rollout.entry.key, revision: rollout.entry.revision },
          { key, revision: before.revision },
          ...compare,
        ],
        put: [
          { key, value: printRolloutNode(after) },
          {
            key: rollout.entry.key,
            value: printRollout(end === null ? remembered(record, rollout.entry.revision) : record),
          },
          ...deeds.map((deed) => auditPut(deed, by)),
        ],
        remove: keysOfEnd(record),
      },
      answer: () => toRolloutNode(node, after, record),
    };
  });
}

/** Of a rollout that is stopped or aborted, only what has begun goes on. */
function mayStep({ state }: RolloutRecord, node: RolloutNodeRecord): boolean {
  return isOn(state) || !isUnbegun(node.state);
}

function remembered(record: RolloutRecord, revision: number): RolloutRecord {
  return { ...record, changeRevision: record.changeRevision ?? revision };
}

/** The rollout with the node counted anew, and its end where this is it. */
function counted(
  rollout: RolloutRecord,
  order: readonly string[],
  before: RolloutNodeRecord,
  after: RolloutNodeRecord,
  states: ReturnType<typeof statesOf>,
  at: string,
): { readonly record: RolloutRecord; readonly end: Deed | null } {
  const counts = { ...rollout.counts };
  counts[before.state]--;
  counts[after.state]++;
  const record = { ...rollout, counts };
  const verdict = verdictOf({ order, strategy: rollout.strategy, states });
  const reason = verdict?.cause === "stop" ? verdict.reason : null;
  const changed = verdict === null ? null : changedRollout(record, verdict.cause, { reason, at });
  if (verdict === null || changed === null) return { record: withEnd(record, at), end: null };
  const details = { rollout: rollout.id, ...(reason === null ? {} : { reason }) };
  const action = `${verdict.cause}-rollout`;
  return { record: changed, end: { action, node: null, from: rollout.state, to: changed.state, details } };
}
