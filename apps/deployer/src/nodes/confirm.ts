import { type Cause, nextState } from "@plasmacloud/deployer-client";
import { change } from "../change.js";
import type { Deployer } from "../deployer.js";
import { keys } from "../keys.js";
import { auditPut } from "../records/audit-record.js";
import { type NodeRecord, parseNodeRecord, printNodeRecord } from "../records/node-record.js";

/** Begins to prove that a node runs what it should, where nobody is at it yet. Its next beat begins again. */
export function confirmLater(deployer: Deployer, hostname: string): void {
  const { confirming } = deployer;
  if (confirming.has(hostname)) return;
  confirming.add(hostname);
  confirm(deployer, hostname)
    .catch((error: unknown) => deployer.log.warn({ node: hostname, err: error }, "a node could not be confirmed now"))
    .finally(() => confirming.delete(hostname));
}

/**
 * Active only after a new boot, which brought the node to this phase, with the expected system, which its beat names,
 * and SSH with the pinned key, which this asks for itself.
 */
async function confirm(deployer: Deployer, hostname: string): Promise<void> {
  const entry = await deployer.store.get(keys.node(hostname));
  if (entry === null) return;
  const record = parseNodeRecord(entry);
  const { cause, errorType, message } = await judge(deployer, record);
  if (cause === null) return deployer.log.info({ node: hostname, reason: message }, "a node is not confirmed yet");
  const { store, now } = deployer;
  await change(store, async () => {
    const current = await store.get(keys.node(hostname));
    const at = current === null ? null : parseNodeRecord(current);
    const state = at === null ? null : nextState(at.state, cause, errorType);
    // Beats may have come meanwhile, but no other boot, system or key.
    if (current === null || at === null || state === null || !isSame(at, record))
      return { commit: null, value: undefined };
    const next = { ...at, state, message: message ?? at.message, change_revision: null };
    const deed = {
      action: cause,
      node: hostname,
      from: at.state,
      to: state,
      details: message === null ? {} : { message },
    };
    const audit = auditPut(deed, { actor: "deployer", requestId: "confirm", now: now() });
    const compare = [{ key: current.key, revision: current.revision }];
    const put = [{ key: current.key, value: printNodeRecord(next) }, audit];
    return { commit: { compare, put, remove: [] }, answer: () => undefined };
  });
}

async function judge(
  { probe }: Deployer,
  record: NodeRecord,
): Promise<{ readonly cause: Cause | null; readonly errorType?: string; readonly message: string | null }> {
  if (record.system !== record.wanted_system) {
    const message = `runs ${record.system ?? "an installer"} instead of ${record.wanted_system}`;
    return { cause: "failed", errorType: "wrong-system", message };
  }
  const answer = await probe(record);
  if (answer.outcome === "good") return { cause: "confirmed", message: null };
  if (answer.outcome === "another-key") return { cause: "failed", errorType: "host-key", message: answer.reason };
  return { cause: null, message: answer.reason };
}

function isSame(a: NodeRecord, b: NodeRecord): boolean {
  return a.boot_id === b.boot_id && a.system === b.system && a.node_key === b.node_key;
}
