import { isOn, nextRolloutState, type RolloutCause } from "@plasmacloud/deployer-client";
import { keys } from "../keys.js";
import { cancelledCounts, hasUnderway, type RolloutRecord } from "../records/rollout-record.js";

/**
 * The rollout after a change of its state. With one that ends it, all that has not begun is cancelled; it has ended when
 * nothing is underway.
 *
 * @returns `null` where the state has no such step
 */
export function changedRollout(
  record: RolloutRecord,
  cause: RolloutCause,
  { reason, at }: { readonly reason: string | null; readonly at: string },
): RolloutRecord | null {
  const state = nextRolloutState(record.state, cause);
  if (state === null) return null;
  const changed = { ...record, state, reason, stateSince: at, changeRevision: null };
  if (isOn(state)) return changed;
  return withEnd({ ...changed, counts: cancelledCounts(record.counts) }, at);
}

/** The same, ended where it is over and nothing is underway any more. */
export function withEnd(record: RolloutRecord, at: string): RolloutRecord {
  return isOn(record.state) || record.endedAt !== null || hasUnderway(record.counts)
    ? record
    : { ...record, endedAt: at };
}

/** What is removed with it: while a rollout has not ended there is no other. */
export function keysOfEnd({ endedAt }: RolloutRecord): readonly string[] {
  return endedAt === null ? [] : [keys.rolloutCurrent];
}
