import { setTimeout as sleep } from "node:timers/promises";
import type { Deployer } from "./deployer.js";
import { keys } from "./keys.js";
import { pushInstalls } from "./nodes/push-install.js";
import { forgetReplies } from "./operators/operation.js";
import { executeRollouts } from "./rollout/execute.js";
import { pruneRollouts } from "./rollout/prune.js";
import type { Leadership } from "./store/store.js";

/** Between one time that a leader keeps house and the next, in milliseconds. */
const hour = 3_600_000;

/** What one deployer of several does, and another when it is gone. Ends when it is told to, with its office given up. */
export async function leadOthers(deployer: Deployer, stopping: AbortSignal): Promise<void> {
  const { store, log } = deployer;
  while (!stopping.aborted) {
    const office = await store.lead(keys.leader, stopping);
    if (office === null) return;
    log.info("this deployer leads");
    await Promise.all(
      [keepHouse, pushInstalls, executeRollouts].map((duty) =>
        duty(deployer, office).catch((error: unknown) => log.error({ err: error }, "a leader's duty ended")),
      ),
    );
    await office.resign().catch(() => undefined);
  }
}

async function keepHouse(deployer: Deployer, office: Leadership): Promise<void> {
  const { signal } = office;
  while (!signal.aborted) {
    for (const chore of [forgetReplies, pruneRollouts]) {
      await chore(deployer, office).catch((error: unknown) => deployer.log.warn({ err: error }, "housekeeping failed"));
    }
    await sleep(hour, undefined, { signal }).catch(() => undefined);
  }
}
