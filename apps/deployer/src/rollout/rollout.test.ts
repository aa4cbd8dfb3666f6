import { DeployerError, type WatchEvent } from "@plasmacloud/deployer-client";
import { describe, expect, it } from "vitest";
import { systemOf } from "../deployer.test-support.js";
import { keys } from "../keys.js";
import { activeNode, putNode, startLedFleet } from "./rollout.test-support.js";
import { stepRolloutNode } from "./step.js";

const problem = (error: unknown) => (error instanceof DeployerError ? error.problem : error);
const refusal = (promise: Promise<unknown>) => promise.then(() => "no refusal", problem);
const five = ["n1", "n2", "n3", "n4", "n5"];
const place = (cluster: string, site: string | null) => ({ cluster, site, platform: "nixos" });
const ring = { kind: "quorum" as const, name: "ChainFire of lab", nodes: ["n1", "n2", "n3"], maxDown: 1 };
const file = {
  version: 1 as const,
  nodes: {
    n1: place("lab", "tokyo"),
    n2: place("lab", "tokyo"),
    n3: place("lab", "osaka"),
    n4: place("edge", "osaka"),
    n5: place("edge", null),
  },
  groups: [ring],
};
const generation = "github:acme/cloud/8f3c2d1";
const systems = Object.fromEntries(five.map((node) => [node, systemOf(node)]));

describe("a rollout", () => {
  it("is made of what is selected, keeps to its order, and comes to its end step by step", async () => {
    const { deployer, operator, world } = await startLedFleet(five, file);
    const made = await operator.startRollout({ generation, systems, strategy: { batch: 2, maxFailures: 2 } });
    expect(made).toMatchObject({
      state: "Running",
      createdBy: "admin",
      confirmSeconds: 120,
      endedAt: null,
      counts: { ready: 5, done: 0 },
      notes: [],
    });
    expect(await refusal(operator.startRollout({ generation }))).toMatchObject({
      code: "rollout_underway",
      status: 409,
    });
    const waits = async () => {
      const { nodes } = await operator.getRollout(made.id);
      return nodes.map(({ id, state, waitsFor }) => `${id} ${state} ${waitsFor.map(({ reason }) => reason).join("+")}`);
    };
    const group = "ready canary";
    expect(await waits()).toEqual(["n4 ready ", `n1 ${group}`, `n2 ${group}`, `n3 ${group}`, `n5 ${group}`]);

    const step = (node: string, cause: Parameters<typeof stepRolloutNode>[1]["cause"], message?: string) =>
      stepRolloutNode(world, {
        rollout: made.id,
        node,
        cause,
        ...(message === undefined ? {} : { more: { message } }),
      });
    // Whoever is not on is not begun, whatever somebody thought before.
    expect(await step("n1", "start")).toBeNull();
    expect(await step("n9", "start")).toBeNull();
    expect(await step("n4", "copied")).toBeNull();
    const through = async (node: string) => {
      for (const cause of ["start", "copied", "activated", "confirmed"] as const) {
        expect(await step(node, cause)).not.toBeNull();
      }
    };
    await through("n4");
    expect(await waits()).toEqual([
      "n4 done ",
      "n1 ready ",
      "n2 ready group",
      "n3 ready batch+group",
      "n5 ready batch",
    ]);
    expect(await step("n1", "start")).toMatchObject({ state: "copying", system: systemOf("n1") });
    expect(await step("n2", "start")).toBeNull();
    expect((await operator.getRollout(made.id)).nodes[2]?.waitsFor).toEqual([
      { reason: "group", group: "quorum ChainFire of lab", nodes: ["n1"] },
    ]);
    await step("n1", "copied");
    await step("n1", "activated");
    expect(await step("n1", "rolled-back", "not confirmed in 120 s")).toMatchObject({ state: "rolled-back" });
    await through("n2");
    // Two of them at once come to one after the other's word.
    expect((await Promise.all([step("n3", "start"), step("n5", "start")])).filter(Boolean)).toHaveLength(2);
    for (const node of ["n3", "n5"]) {
      for (const cause of ["copied", "activated", "confirmed"] as const) await step(node, cause);
    }
    const { nodes: _, groups, ...ended } = await operator.getRollout(made.id);
    expect(ended).toMatchObject({ state: "Done", counts: { done: 4, "rolled-back": 1 }, reason: null });
    expect(ended.endedAt).not.toBeNull();
    expect(groups).toEqual([ring]);
    const { entries } = await operator.audit();
    const story = entries.map(({ action, node, to }) => `${action} ${node ?? ""} ${to}`).reverse();
    expect(story.slice(0, 3)).toEqual(["rollout  Running", "rollout-start n4 copying", "rollout-copied n4 activating"]);
    expect(story).toContain("rollout-rolled-back n1 rolled-back");
    expect(story.at(-1)).toBe("finish-rollout  Done");
    expect(await metricsOf(deployer)).toContain(`deployer_rollout_nodes{rollout="${made.id}",state="done"} 4`);
    // Another may begin, and both are listed, the newest first.
    const next = await operator.startRollout({ generation, selector: { nodes: ["n5"] } });
    expect((await operator.listRollouts()).rollouts.map(({ id, state }) => [id, state])).toEqual([
      [next.id, "Running"],
      [made.id, "Done"],
    ]);
    const older = await operator.listRollouts({ before: next.id, limit: 1 });
    expect(older.rollouts.map(({ id }) => id)).toEqual([made.id]);
    expect(next.counts).toMatchObject({ waiting: 1, ready: 0 });
  }, 60_000);

  it("stops at so many failures: what is underway comes to its end, nothing else begins, and another waits for that", async () => {
    const { operator, world } = await startLedFleet(five);
    const strategy = { canary: 0, maxFailures: 2, maxParallel: 3 };
    const { id } = await operator.startRollout({ generation, systems, strategy });
    const step = (node: string, cause: Parameters<typeof stepRolloutNode>[1]["cause"]) =>
      stepRolloutNode(world, { rollout: id, node, cause, more: { message: `${cause} of ${node}` } });
    for (const node of ["n1", "n2", "n3"]) expect(await step(node, "start")).not.toBeNull();
    expect(await step("n4", "start")).toBeNull();
    await step("n1", "failed");
    expect((await operator.getRollout(id)).state).toBe("Running");
    await step("n2", "failed");
    const stopped = await operator.getRollout(id);
    expect(stopped).toMatchObject({
      state: "Stopped",
      reason: "2 nodes failed: n1 (failed), n2 (failed)",
      endedAt: null,
      counts: { failed: 2, copying: 1, cancelled: 2, ready: 0 },
    });
    expect(stopped.nodes.map(({ state }) => state)).toEqual(["failed", "failed", "copying", "cancelled", "cancelled"]);
    expect(await step("n4", "start")).toBeNull();
    expect(await step("n4", "skip")).toBeNull();
    expect(await refusal(operator.abortRollout(id))).toMatchObject({
      code: "bad_transition",
      from: "Stopped",
      to: "abort",
    });
    expect(await refusal(operator.startRollout({ generation }))).toMatchObject({
      code: "rollout_underway",
      detail: `The rollout ${id} has not ended.`,
    });
    for (const cause of ["copied", "activated", "confirmed"] as const) await step("n3", cause);
    expect(await operator.getRollout(id)).toMatchObject({ state: "Stopped", counts: { done: 1 } });
    expect((await operator.getRollout(id)).endedAt).not.toBeNull();
    await operator.startRollout({ generation });
  }, 60_000);

  it("is paused, resumed and aborted by people, with a condition, a reason and a key for repeated requests", async () => {
    const { deployer, operator, world } = await startLedFleet(five);
    const made = await operator.startRollout({ generation, systems, strategy: { canary: 0 } });
    const paused = await operator.pauseRollout(made.id, { reason: "lunch", ifRevision: made.revision });
    expect(paused).toMatchObject({ state: "Paused", reason: "lunch" });
    expect(await refusal(operator.resumeRollout(made.id, { ifRevision: made.revision }))).toMatchObject({
      code: "stale",
    });
    expect(await refusal(operator.pauseRollout(made.id))).toMatchObject({ code: "bad_transition" });
    expect(await stepRolloutNode(world, { rollout: made.id, node: "n1", cause: "start" })).toBeNull();
    expect((await operator.getRollout(made.id)).nodes[0]?.waitsFor).toMatchObject([{ reason: "paused" }]);
    const resumed = await operator.resumeRollout(made.id);
    expect(resumed).toMatchObject({ state: "Running", reason: null });
    await stepRolloutNode(world, { rollout: made.id, node: "n1", cause: "start" });
    // A node's step is no change of what an operator decided on.
    const headers = { "idempotency-key": "k1", "if-match": `"${resumed.revision}"` };
    const abort = () => deployer.request("POST", `/v1/rollouts/${made.id}:abort`, { body: {}, headers });
    const first = await abort();
    expect(first).toMatchObject({ status: 200, json: { state: "Aborted", endedAt: null, counts: { cancelled: 4 } } });
    expect((await abort()).json).toEqual(first.json);
    expect(await stepRolloutNode(world, { rollout: made.id, node: "n1", cause: "failed" })).toMatchObject({
      state: "failed",
    });
    const { endedAt, state } = await operator.getRollout(made.id);
    expect([state, endedAt === null]).toEqual(["Aborted", false]);
    expect(await refusal(operator.getRollout("none"))).toMatchObject({ code: "not_found" });
    expect(await refusal(operator.pauseRollout("none"))).toMatchObject({ code: "not_found" });
    // Whoever asks twice with one key has begun one rollout.
    const twice = () =>
      deployer.request("POST", "/v1/rollouts", { body: { generation }, headers: { "idempotency-key": "k2" } });
    const [one, other] = [await twice(), await twice()];
    expect([one.status, other.status, other.json.id]).toEqual([201, 201, one.json.id]);
  }, 60_000);

  it("is written by nobody whose office is gone", async () => {
    const { operator, world } = await startLedFleet(["n1"]);
    const { id } = await operator.startRollout({ generation });
    const office = { key: "deployer/test-office", revision: 0 };
    const step = { rollout: id, node: "n1", cause: "build", compare: [office] } as const;
    await world.store.commit({ compare: [], put: [{ key: office.key, value: "another" }], remove: [] });
    expect(await stepRolloutNode(world, step)).toBeNull();
    const { revision } = (await world.store.get(office.key)) ?? { revision: 0 };
    const built = await stepRolloutNode(world, { ...step, compare: [{ ...office, revision }] });
    expect(built).toMatchObject({ state: "building" });
  }, 60_000);
});

describe("what is selected", () => {
  it("is every active node, or what is named, and what it is not is said at once", async () => {
    const locked = activeNode("n2", { is_locked: true });
    const pending = activeNode("n6", { state: { name: "Pending" } });
    const { operator } = await startLedFleet(["n1", locked, "n3", "n4", "n5", pending], file);
    const plan = (more: object) => operator.planRollout({ generation, ...more });
    const idsOf = async (more: object) => (await plan(more)).waves.flat().map(({ id }) => id);
    expect((await idsOf({})).sort()).toEqual(["n1", "n3", "n4", "n5"]);
    expect((await plan({})).skipped).toEqual([{ id: "n2", message: "locked" }]);
    expect((await plan({ selector: { nodes: ["n1", "n6"] } })).skipped).toEqual([
      { id: "n6", message: "Pending, not Active" },
    ]);
    expect(await idsOf({ selector: { sites: ["osaka"] } })).toEqual(["n4", "n3"]);
    expect(await idsOf({ selector: { sites: ["osaka"], clusters: ["lab"] } })).toEqual(["n3"]);
    const wrong = await refusal(
      plan({ selector: { nodes: ["n1", "n9"], sites: ["kyoto"], clusters: ["lba"] }, systems: { n4: systemOf("a") } }),
    );
    expect(wrong).toMatchObject({
      code: "invalid",
      issues: [
        { path: ["selector", "nodes", 1], message: "a node that is known, not n9" },
        { path: ["selector", "sites", 0] },
        { path: ["selector", "clusters", 0] },
      ],
    });
    expect(await refusal(plan({ systems: { n1: systemOf("a") } }))).toMatchObject({
      issues: [{ path: ["systems", "n3"] }, { path: ["systems", "n4"] }, { path: ["systems", "n5"] }],
    });
    expect(await refusal(plan({ selector: { nodes: ["n2"] } }))).toMatchObject({
      issues: [{ path: ["selector"], message: "a node that is active and not locked; n2 is locked" }],
    });
    for (const bad of ["--option", "a b", "", "x".repeat(501)]) {
      await expect(operator.planRollout({ generation: bad })).rejects.toThrow();
    }
    // Nothing was begun.
    expect((await operator.listRollouts()).rollouts).toEqual([]);
  }, 60_000);

  it("is played by a dry run, which says who waits for whom, who cannot begin, and what is not known", async () => {
    const old = new Date(Date.now() - 7_200_000).toISOString();
    const { operator } = await startLedFleet(["n1", "n2", activeNode("n3", { last_seen: old }), "n4"], file);
    const plan = await operator.planRollout({
      generation,
      strategy: { quorumGroups: [{ name: "own", nodes: ["n4"] }] },
    });
    // n3 of the ring is lost: nobody else of it may go.
    expect(plan.waves).toEqual([]);
    expect(plan.held.map(({ id, waitsFor }) => [id, waitsFor.map(({ reason }) => reason)])).toEqual([
      ["n1", ["down"]],
      ["n2", ["canary", "down"]],
      ["n3", ["down", "canary"]],
      ["n4", ["canary"]],
    ]);
    expect(plan.notes).toEqual(["n4 is alone in quorum own: nobody stands in for it."]);
    expect(plan.groups.map(({ name }) => name)).toEqual(["ChainFire of lab", "own"]);
  }, 60_000);
});

describe("the watch stream", () => {
  it("tells of a rollout and its nodes, and does not end at a record that is no node's", async () => {
    const { operator, world } = await startLedFleet(["n1"]);
    const { revision } = await operator.listNodes();
    const { id } = await operator.startRollout({ generation });
    await world.store.commit({ compare: [], put: [{ key: keys.node("broken"), value: "{" }], remove: [] });
    await stepRolloutNode(world, { rollout: id, node: "n1", cause: "build" });
    const ended = new AbortController();
    const seen: WatchEvent[] = [];
    for await (const { event } of operator.watch({ after: revision, signal: ended.signal })) {
      seen.push(event);
      if (event.type === "rollout" && event.rollout.counts.building === 1) ended.abort();
    }
    const told = seen.filter(({ type }) => type.startsWith("rollout"));
    expect(told).toMatchObject([
      { type: "rollout", rollout: { id, counts: { waiting: 1 } } },
      { type: "rollout-node", rollout: id, node: { id: "n1", state: "building", waitsFor: [] } },
      { type: "rollout", rollout: { id, counts: { waiting: 0, building: 1 } } },
    ]);
  }, 60_000);
});

describe("a record that is no node's", () => {
  it("is named, and hides no other node", async () => {
    const { deployer, operator, world } = await startLedFleet(["n1", "n2"], file);
    const key = keys.node("broken");
    await world.store.commit({ compare: [], put: [{ key, value: '{"status":"Odd"}' }], remove: [] });
    const { nodes, unreadable } = await operator.listNodes();
    expect([nodes.map(({ id }) => id), unreadable]).toEqual([["n1", "n2"], [key]]);
    expect(deployer.log.join("")).toContain(key);
    const one = await deployer.request("GET", "/v1/nodes/broken");
    expect(one).toMatchObject({ status: 500, json: { code: "internal", detail: expect.stringContaining(key) } });
    expect(await metricsOf(deployer)).toMatch(/deployer_nodes\{state="Active",liveness="online"\} 2/);
    // It may be a member of a group that is down: nobody knows.
    await putNode(world.store, activeNode("n3"));
    await world.store.commit({ compare: [], put: [{ key: keys.node("n3"), value: "{" }], remove: [] });
    expect((await operator.planRollout({ generation })).waves.flat()).toEqual([]);
  }, 60_000);
});

async function metricsOf({ fetch, url, token }: Awaited<ReturnType<typeof startLedFleet>>["deployer"]) {
  const response = await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  return response.text();
}
