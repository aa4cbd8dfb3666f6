// Rollouts over real sshds. What is asserted of limits is what the nodes themselves wrote down while it ran.
import { setTimeout as sleep } from "node:timers/promises";
import { isSuccess } from "@plasmacloud/deployer-client";
import { describe, expect, it } from "vitest";
import { deedsOf, ended, mostAtOnce, outagesOf, outcomesOf, startMachines } from "./machines.test-support.js";
import { activeNode, startFleet } from "./rollout.test-support.js";

const names = (count: number) => Array.from({ length: count }, (_, index) => `n${index + 1}`);
const group = (kind: "quorum" | "vip" | "route-reflector", name: string, nodes: string[]) => ({
  kind,
  name,
  nodes,
  maxDown: 1,
});

describe("a rollout over machines", { timeout: 120_000 }, () => {
  it("obeys its limits at every moment, stops at the second failure, and says what became of each node", async () => {
    const machines = await startMachines(names(12));
    const { nodes, records, next, old, settings } = machines;
    const groups = [group("quorum", "ring", ["n2", "n5", "n8"]), group("vip", "192.0.2.1", ["n6", "n7"])];
    const { operator } = await startFleet(records, { version: 1, nodes: {}, groups }, settings);
    nodes[3]?.write("var/lib/failing", "");
    nodes[6]?.write("var/lib/sick", "");
    const extra = ["n3", "n4"];
    const rollout = await operator.startRollout({
      generation: "main",
      systems: Object.fromEntries(nodes.map(({ hostname }) => [hostname, next])),
      strategy: { batch: 4, maxParallel: 3, maxFailures: 2, quorumGroups: [{ name: "extra", nodes: extra }] },
      confirmSeconds: 8,
    });
    const detail = await ended(operator, rollout, 100);

    expect(outcomesOf(detail)).toEqual({
      ...Object.fromEntries(["n1", "n2", "n3", "n5", "n6", "n8", "n9"].map((node) => [node, "done"])),
      ...{ n4: "rolled-back", n7: "rolled-back" },
      ...{ n10: "cancelled", n11: "cancelled", n12: "cancelled" },
    });
    const { state, reason, counts } = detail;
    expect([state, reason]).toEqual(["Stopped", "2 nodes failed: n4 (rolled-back), n7 (rolled-back)"]);
    expect(counts).toMatchObject({ done: 7, "rolled-back": 2, cancelled: 3, failed: 0, unreachable: 0 });
    const messageOf = (node: string) => detail.nodes.find(({ id }) => id === node)?.message;
    expect(messageOf("n4")).toBe("switch-to-configuration test ended with 4: it does not come up");
    expect(messageOf("n7")).toBe("it was not confirmed in 8 s");

    // It is so on the machines themselves.
    for (const node of nodes) {
      const outcome = outcomesOf(detail)[node.hostname];
      const isNew = outcome === "done";
      expect([node.system(), node.bootDefault()], node.hostname).toEqual(isNew ? [next, next] : [old, old]);
      const deeds = isNew ? ["test next", "boot next"] : outcome === "cancelled" ? [] : ["test next", "test old"];
      expect(deedsOf(node, machines), node.hostname).toEqual(deeds);
    }
    const outages = outagesOf(nodes);
    expect(outages).toHaveLength(9);
    expect(mostAtOnce(outages)).toBeLessThanOrEqual(3);
    expect(mostAtOnce(outages)).toBeGreaterThan(1);
    for (const each of [...groups.map((one) => one.nodes), extra]) expect(mostAtOnce(outages, each)).toBe(1);
    const over = (some: string[]) => outages.filter(({ node }) => some.includes(node));
    const isBefore = (some: string[], others: string[]) =>
      Math.max(...over(some).map(({ to }) => to)) <= Math.min(...over(others).map(({ from }) => from));
    expect(isBefore(["n1"], ["n2", "n3", "n4", "n5"])).toBe(true);
    expect(isBefore(["n2", "n3", "n4", "n5"], ["n6", "n7", "n8", "n9"])).toBe(true);
    const { entries } = await operator.audit({ node: "n4", limit: 100 });
    expect(entries.map(({ action }) => action).reverse()).toEqual([
      ...["rollout-start", "rollout-copied"],
      "rollout-rolled-back",
    ]);
  });

  it("builds, proves a boot of each, pauses, goes on, and leaves a locked node alone", async () => {
    const machines = await startMachines(names(4));
    const { nodes, records, next, settings } = machines;
    const { operator } = await startFleet(records, undefined, settings);
    const boots = nodes.map((node) => node.bootId());
    const rollout = await operator.startRollout({
      generation: "main",
      strategy: { maxParallel: 1 },
      confirmSeconds: 30,
      reboot: true,
    });
    await expect.poll(async () => (await operator.getRollout(rollout.id)).counts.done, { timeout: 60_000 }).toBe(1);
    await operator.pauseRollout(rollout.id, { reason: "lunch" });
    // What has begun goes to its end, and nothing else begins.
    const underway = async () => {
      const { counts } = await operator.getRollout(rollout.id);
      return counts.copying + counts.activating + counts.confirming;
    };
    await expect.poll(underway, { timeout: 60_000 }).toBe(0);
    const { counts } = await operator.getRollout(rollout.id);
    await operator.lock("n4", true);
    await expect.poll(async () => (await operator.getRollout(rollout.id)).counts.skipped, { timeout: 10_000 }).toBe(1);
    expect((await operator.getRollout(rollout.id)).counts.done).toBe(counts.done);
    await operator.resumeRollout(rollout.id);
    const detail = await ended(operator, rollout, 60);
    expect([detail.state, outcomesOf(detail)]).toEqual(["Done", { n1: "done", n2: "done", n3: "done", n4: "skipped" }]);
    expect(nodes.map((node, index) => node.bootId() !== boots[index])).toEqual([true, true, true, false]);
    expect(nodes.map((node) => node.system() === next)).toEqual([true, true, true, false]);
    const { nodes: known } = await operator.listNodes();
    expect(known.find(({ id }) => id === "n1")?.wantedSystem).toBe(next);
  });

  it("aborts: what has begun comes to its end, and the rest never begins; a dead node is unreachable", async () => {
    const machines = await startMachines(names(3));
    const { nodes, records, settings } = machines;
    const push = { ...settings.push, limits: { activate: 1 } };
    const { operator } = await startFleet(records, undefined, { ...settings, push });
    const rollout = await operator.startRollout({
      generation: "main",
      strategy: { maxParallel: 1 },
      confirmSeconds: 5,
    });
    const activating = async () => (await operator.getRollout(rollout.id)).counts.activating;
    nodes[0]?.write("var/lib/sick", "");
    await expect.poll(activating, { timeout: 30_000, interval: 20 }).toBe(1);
    await nodes[0]?.powerCut();
    await operator.abortRollout(rollout.id);
    const detail = await ended(operator, rollout, 60);
    expect([detail.state, outcomesOf(detail)]).toEqual([
      "Aborted",
      { n1: "unreachable", n2: "cancelled", n3: "cancelled" },
    ]);
  });

  it("ends by itself where nobody can go on for too long, and says who was waited for; a pause is no such time", async () => {
    const machines = await startMachines(["n1", "n4"]);
    const { records, next, settings } = machines;
    const last_seen = new Date(Date.now() - 7_200_000).toISOString();
    const lost = ["n2", "n3"].map((name) => activeNode(name, { last_seen }));
    const rollouts = { patienceSeconds: 2 };
    const file = { version: 1 as const, nodes: {}, groups: [group("quorum", "ring", ["n3", "n4"])] };
    const { operator } = await startFleet([...records, ...lost], file, { ...settings, rollouts });
    const systems = Object.fromEntries(["n1", "n2", "n3", "n4"].map((node) => [node, next]));
    const rollout = await operator.startRollout({ generation: "main", systems, strategy: { batch: 1 } });
    const counts = async () => (await operator.getRollout(rollout.id)).counts;
    await expect.poll(async () => (await counts()).done, { timeout: 30_000, interval: 50 }).toBe(1);
    await operator.pauseRollout(rollout.id);
    await sleep(3000);
    expect(await counts()).toMatchObject({ done: 1, ready: 3 });
    await operator.resumeRollout(rollout.id);
    const detail = await ended(operator, rollout, 30);
    expect([detail.state, detail.reason]).toEqual(["Stopped", "3 nodes could not begin: n2, n3, n4"]);
    const unheard = `nobody could go on for 2 s: not heard of since ${last_seen.slice(0, 19)}Z`;
    expect(detail.nodes.map(({ id, state, message }) => [id, state, message])).toEqual([
      ["n1", "done", null],
      ["n2", "cancelled", unheard],
      ["n3", "cancelled", unheard],
      ["n4", "cancelled", "nobody could go on for 2 s: n3 down (quorum ring)"],
    ]);
    expect(isSuccess(detail)).toBe(false);
    const { entries } = await operator.audit({ limit: 6 });
    expect(entries.map(({ action, node, to }) => [action, node, to]).sort()).toEqual(
      [
        ["resume-rollout", null, "Running"],
        ["rollout-give-up", "n2", "cancelled"],
        ["rollout-give-up", "n3", "cancelled"],
        ["rollout-give-up", "n4", "cancelled"],
        ["stop-rollout", null, "Stopped"],
        ["pause-rollout", null, "Paused"],
      ].sort(),
    );
    // Another may begin.
    await operator.startRollout({ generation: "main", systems, selector: { nodes: ["n1"] } });
  });
});
