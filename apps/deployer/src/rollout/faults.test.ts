// Rollouts whose deployer is killed: nothing is lost, and nothing is done twice.
import { setTimeout as sleep } from "node:timers/promises";
import { describe, it } from "vitest";
import { temporaryFolder } from "../deployer.test-support.js";
import { patiently, startProcess, storeOf, stores } from "../process.test-support.js";
import { expectOnce, introduce, names, settingsOf, strategy } from "./faults.test-support.js";
import { startMachines } from "./machines.test-support.js";

describe.each(stores)("over %s", (kind) => {
  it("is done once, whenever in it the deployer is killed", async () => {
    const data = temporaryFolder();
    const [machines, { store }] = await Promise.all([startMachines(names), storeOf(kind)]);
    await introduce(machines, store, data);
    const deployer = await startProcess(store, settingsOf(machines), data);
    const operator = deployer.operator();
    const { id } = await operator.startRollout({ generation: "main", strategy, confirmSeconds: 60 });
    // Killed with a node at each stage.
    for (const stage of ["building", "copying", "activating", "confirming"] as const) {
      const isThere = async () => {
        const { counts, endedAt } = await operator.getRollout(id);
        return counts[stage] > 0 || endedAt !== null;
      };
      while (!(await patiently(isThere))) await sleep(20);
      await deployer.kill();
      await deployer.start();
    }
    await expectOnce(machines, operator, id);
  }, 240_000);
});
