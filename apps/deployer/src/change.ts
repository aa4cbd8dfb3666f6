import { type Cause, type NodeState, nextState, placeOf } from "@plasmacloud/deployer-client";
import { ApiProblem } from "./problem.js";
import type { Commit, Store } from "./store/store.js";

/** A commit that is ready, and what is answered when it happened. */
export interface Planned<T> {
  readonly commit: Commit;
  /** @param revision - of the commit */
  readonly answer: (revision: number) => T;
}

/** More than this many others in a row do not get in between. */
const most = 50;

/**
 * Reads, plans and commits, again where somebody else changed what was read meanwhile. The answer is made after the
 * commit, so nothing is told that is not on disk.
 *
 * @param plan - reads what it needs, and compares it in its commit; `commit: null` changes nothing
 */
export async function change<T>(
  store: Store,
  plan: () => Promise<Planned<T> | { readonly commit: null; readonly value: T }>,
): Promise<T> {
  for (let tries = 0; tries < most; tries++) {
    const planned = await plan();
    if (planned.commit === null) return planned.value;
    const revision = await store.commit(planned.commit);
    if (revision !== null) return planned.answer(revision);
  }
  throw new ApiProblem("unavailable", { detail: "Too many change the same thing at once.", retryAfter: 1 });
}

/**
 * The state that a cause leads to.
 *
 * @throws ApiProblem `bad_transition`
 */
export function stateAfter(state: NodeState, cause: Cause, errorType?: string): NodeState {
  const next = nextState(state, cause, errorType);
  if (next !== null) return next;
  const detail = `A node that is ${placeOf(state)} has no ${cause}.`;
  throw new ApiProblem("bad_transition", { detail, from: placeOf(state), to: cause });
}
