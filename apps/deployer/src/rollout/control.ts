import { nextRolloutState, type RolloutCause } from "@plasmacloud/deployer-client";
import type { Deployer } from "../deployer.js";
import { keys } from "../keys.js";
import { type OperatorRequest, operate, type Reply } from "../operators/operation.js";
import { ApiProblem } from "../problem.js";
import { parseRollout, printRollout, type RolloutRecord, toRollout } from "../records/rollout-record.js";
import { changedRollout, keysOfEnd } from "./end.js";
import { noRollout } from "./read.js";

/** Pauses, resumes or aborts a rollout. */
export function controlRollout(
  deployer: Deployer,
  request: OperatorRequest,
  id: string,
  cause: Exclude<RolloutCause, "stop" | "finish">,
  reason: string | null = null,
): Promise<Reply> {
  return operate(deployer, request, async () => {
    const entry = await deployer.store.get(keys.rollout(id));
    if (entry === null) throw noRollout(id);
    const record = parseRollout(entry);
    const { ifRevision } = request;
    if (ifRevision !== null && ifRevision !== toRollout(record, entry).revision) throw new ApiProblem("stale");
    const at = new Date(deployer.now()).toISOString();
    const changed = changedRollout(record, cause, { reason, at });
    if (changed === null) throw refusal(record, cause);
    return {
      compare: [{ key: entry.key, revision: entry.revision }],
      put: [{ key: entry.key, value: printRollout(changed) }],
      remove: keysOfEnd(changed),
      deed: {
        action: `${cause}-rollout`,
        node: null,
        from: record.state,
        to: changed.state,
        details: { rollout: id, ...(reason === null ? {} : { reason }) },
      },
      reply: (revision) => ({ status: 200, body: toRollout(changed, { revision }) }),
    };
  });
}

function refusal({ id, state }: RolloutRecord, cause: RolloutCause): ApiProblem {
  const possible = (["pause", "resume", "abort"] as const).filter((each) => nextRolloutState(state, each) !== null);
  const hint = possible.length === 0 ? "" : ` It has ${possible.join(" and ")}.`;
  const detail = `The rollout ${id} is ${state} and has no ${cause}.${hint}`;
  return new ApiProblem("bad_transition", { detail, from: state, to: cause });
}
