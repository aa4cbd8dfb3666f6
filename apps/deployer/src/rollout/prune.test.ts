// Rollouts that are forgotten, by a deployer that is a process over a real store.
import { describe, expect, it } from "vitest";
import { systemOf, temporaryFolder } from "../deployer.test-support.js";
import { startProcess, storeOf, stores } from "../process.test-support.js";
import { openEmbeddedStore } from "../store/embedded.js";
import { openEtcdStore } from "../store/etcd.js";
import { introduce } from "./faults.test-support.js";
import { ended } from "./machines.test-support.js";
import { activeNode } from "./rollout.test-support.js";

/** More than etcd removes in one commit. */
const names = Array.from({ length: 130 }, (_, index) => `n${index + 1}`);

describe.each(stores)("over %s", (kind) => {
  it("the newest are kept, and of older ones what the audit log tells", async () => {
    const data = temporaryFolder();
    const { store, etcd } = await storeOf(kind);
    const records = names.map((name) => activeNode(name, { last_seen: "2026-01-01T00:00:00.000Z" }));
    await introduce({ records }, store, data);
    const deployer = await startProcess(store, { rollouts: { patienceSeconds: 1, keep: 2 } }, data);
    const operator = deployer.operator();
    const systems = Object.fromEntries(names.map((name) => [name, systemOf(name)]));
    const ids: string[] = [];
    for (const nodes of [names, ["n1"], ["n2"]]) {
      const rollout = await operator.startRollout({ generation: "main", systems, selector: { nodes } });
      ids.push(rollout.id);
      expect((await ended(operator, rollout, 120)).counts.cancelled).toBe(nodes.length);
    }
    const listed = async () => (await operator.listRollouts()).rollouts.map(({ id }) => id);
    const [first = "", ...kept] = ids;
    expect(await listed()).toEqual(ids.toReversed());
    // Whoever begins to lead keeps house.
    await deployer.stop();
    await deployer.start();
    await expect.poll(listed, { timeout: 30_000 }).toEqual(kept.toReversed());
    await expect(operator.getRollout(first)).rejects.toThrow(`There is no rollout ${first}`);
    expect((await operator.getRollout(kept[0] ?? "")).nodes).toMatchObject([{ id: "n1", state: "cancelled" }]);
    const { entries } = await operator.audit({ limit: 1000 });
    const told = entries.filter(({ details }) => details.rollout === first).map(({ action }) => action);
    expect(new Set(told)).toEqual(new Set(["rollout", "rollout-give-up", "stop-rollout"]));
    expect(told).toHaveLength(1 + names.length + 1);
    expect(deployer.log()).not.toContain("housekeeping failed");
    await deployer.stop();
    const open =
      etcd === null
        ? await openEmbeddedStore(`${data}/store`)
        : openEtcdStore({ endpoints: [etcd.endpoint], authority: null, user: null });
    const left = (await open.list("deployer/rollout")).entries.filter(({ key }) => key.includes(first));
    await open.close();
    expect(left).toEqual([]);
  }, 240_000);
});
