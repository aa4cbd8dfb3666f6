// The deployer as processes that are killed with SIGKILL at whatever they do: nothing is lost, and nothing doubled.
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { bootIdOf, healthy, machine, startSshd, systemOf } from "./deployer.test-support.js";
import { patiently, startProcess, storeOf, stores } from "./process.test-support.js";

describe.each(stores)("over %s", (kind) => {
  it("has every machine once, whenever in a phone-home it is killed", async () => {
    const { ssh, hostKey } = await startSshd();
    const deployer = await startProcess((await storeOf(kind)).store, { ssh });
    const operator = deployer.operator();
    const count = 12;
    const { secret, id } = await operator.createKey({ scope: { kind: "site", site: "s" }, uses: count });
    const machines = await Promise.all(
      Array.from({ length: count }, (_, index) => machine(index, `node${index}`, hostKey)),
    );
    const answered: string[] = [];
    // Each introduces itself, tells its steps, boots what it installed, is proved, and tries until it is answered.
    const stories = machines.map(async ({ key, bootId, introduction }, index) => {
      await sleep(index * 250);
      const client = deployer.node(key, bootId);
      const { id: name } = await client.phoneHome(secret ?? "", introduction);
      await patiently(() => operator.approve(name)).catch(() => undefined);
      await client.heartbeat(name, { sequence: 0, system: null, phase: null, health: healthy });
      await client.sendEvents(name, [{ sequence: 0, at: null, type: "partitioned" }]);
      await client.sendEvents(name, [{ sequence: 1, at: null, type: "installed", system: systemOf(name) }]);
      const installed = deployer.node(key, bootIdOf(1000 + index));
      const beat = { system: systemOf(name), phase: null, health: healthy };
      for (let sequence = 0; ; sequence++) {
        const { state } = await installed.heartbeat(name, { ...beat, sequence });
        if (state.name === "Active") break;
        await sleep(300);
      }
      answered.push(name);
    });
    const killing = (async () => {
      for (let round = 0; round < 6; round++) {
        await sleep(200 + round * 183);
        await deployer.kill();
        await deployer.start();
      }
    })();
    await Promise.all([...stories, killing]);
    await deployer.kill();
    await deployer.start();

    const { nodes } = await patiently(() => operator.listNodes());
    expect(nodes.map((node) => node.id).sort()).toEqual(answered.sort());
    expect(nodes).toHaveLength(count);
    expect([...new Set(nodes.map(({ state }) => state.name))]).toEqual(["Active"]);
    const key = (await operator.listKeys()).find((each) => each.id === id);
    expect(key?.used).toBe(count);
    const { entries } = await operator.audit({ limit: 1000 });
    for (const action of ["phone-home", "approve", "partitioned", "installed", "rebooted", "confirmed"]) {
      const told = entries.filter((entry) => entry.action === action).map(({ node }) => node ?? "");
      expect(told.sort(), action).toEqual(answered);
    }
  }, 240_000);

  it("ends what is underway when it is asked to stop, and says that it is well", async () => {
    const deployer = await startProcess((await storeOf(kind)).store);
    const operator = deployer.operator();
    const { secret } = await operator.createKey({ scope: { kind: "site", site: "s" }, uses: 20 });
    const machines = await Promise.all(Array.from({ length: 20 }, (_, index) => machine(index, `node${index}`)));
    const controller = new AbortController();
    const introductions = machines.map(({ key, bootId, introduction }) =>
      deployer
        .node(key, bootId, {
          wait: async (_, signal) => {
            // A watchdog waits; a second try means that the first one was cut off.
            if (signal === undefined || signal === controller.signal) throw new Error("cut off");
            await sleep(30_000, undefined, { signal, ref: false });
          },
        })
        .phoneHome(secret ?? "", introduction, controller.signal)
        .then(
          ({ id }) => id,
          () => null,
        ),
    );
    await sleep(60);
    expect(await deployer.stop()).toBe(0);
    const told = (await Promise.all(introductions)).filter((id) => id !== null);
    await deployer.start();
    const { nodes } = await patiently(() => operator.listNodes());
    expect(nodes.map(({ id }) => id)).toEqual(expect.arrayContaining(told));
  }, 60_000);
});

it("says 503 while etcd is away, never that something was done, and goes on when it is back", async () => {
  const { store, etcd } = await storeOf("etcd");
  const deployer = await startProcess(store);
  const operator = deployer.operator();
  const { secret } = await operator.createKey({ scope: { kind: "site", site: "s" }, uses: 9 });
  const one = await machine(1, "node01");
  const node = deployer.node(one.key, one.bootId);
  await node.phoneHome(secret ?? "", one.introduction);
  const seen: string[] = [];
  const controller = new AbortController();
  const watching = (async () => {
    for await (const { event } of operator.watch({ signal: controller.signal })) {
      if (event.type === "audit") seen.push(event.entry.action);
    }
  })();
  await operator.lock("node01", true);
  await expect.poll(() => seen).toEqual(["lock"]);
  await etcd?.kill();
  const refused = await deployer.request("GET", "/v1/nodes");
  expect([refused.status, refused.headers.get("retry-after"), refused.json.code]).toEqual([503, "2", "unavailable"]);
  expect((await deployer.request("GET", "/readyz")).status).toBe(503);
  expect((await deployer.request("GET", "/healthz")).status).toBe(200);
  // A node tries until it is heard.
  let isHeard = false;
  const beating = node
    .heartbeat("node01", { sequence: 0, system: null, phase: null, health: healthy })
    .then(({ isCurrent }) => {
      isHeard = isCurrent;
    });
  await sleep(3000);
  expect(isHeard).toBe(false);
  await etcd?.start();
  await beating;
  expect(isHeard).toBe(true);
  await patiently(() => operator.lock("node01", false));
  await expect.poll(() => seen, { timeout: 15_000 }).toEqual(["lock", "unlock"]);
  expect((await deployer.request("GET", "/readyz")).status).toBe(200);
  controller.abort();
  await watching;
}, 90_000);

it("may be several over one etcd, of which any answers", async () => {
  const { store } = await storeOf("etcd");
  const [one, two] = [await startProcess(store), await startProcess(store)];
  expect(two.token).toBe("");
  const operators = [one.operator(), two.operator(one.token)];
  const { secret } = (await operators[0]?.createKey({ scope: { kind: "site", site: "s" }, uses: 10 })) ?? {};
  // The same machine at both at once is one node, and uses the key once; ten others need the other nine and one more.
  const same = await machine(1, "node01");
  const answers = await Promise.all(
    [one, two].map((each) => each.node(same.key, bootIdOf(1)).phoneHome(secret ?? "", same.introduction)),
  );
  expect(answers.map(({ isNew }) => isNew).sort()).toEqual([false, true]);
  const others = await Promise.all(Array.from({ length: 10 }, (_, index) => machine(index + 2, `node1${index}`)));
  const outcomes = await Promise.all(
    others.map(({ key, bootId, introduction }, index) =>
      (index % 2 === 0 ? one : two)
        .node(key, bootId)
        .phoneHome(secret ?? "", introduction)
        .then(
          () => 201,
          (error) => error.problem.status as number,
        ),
    ),
  );
  expect(outcomes.sort()).toEqual([...Array(9).fill(201), 401]);
  for (const operator of operators) expect((await operator.listNodes()).nodes).toHaveLength(10);
}, 60_000);
