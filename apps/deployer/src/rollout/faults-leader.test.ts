// Several deployers over one etcd, of which the leader is killed in the middle of a rollout.
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { startProcess, storeOf } from "../process.test-support.js";
import { expectOnce, introduce, names, settingsOf, strategy } from "./faults.test-support.js";
import { startMachines } from "./machines.test-support.js";

it("goes on under another leader when the first of three is killed, within its limits", async () => {
  const [machines, { store }] = await Promise.all([startMachines(names), storeOf("etcd")]);
  await introduce(machines, store, "");
  const replicas = await Promise.all([0, 1, 2].map(() => startProcess(store, settingsOf(machines))));
  const token = replicas.map((each) => each.token).find((each) => each !== "") ?? "";
  const leader = () => replicas.find((each) => each.log().includes("this deployer leads"));
  await expect.poll(leader, { timeout: 20_000 }).toBeDefined();
  const first = leader();
  const [other] = replicas.filter((each) => each !== first).map((each) => each.operator(token));
  if (other === undefined) throw new Error("there are three");
  const { id } = await other.startRollout({ generation: "main", strategy, confirmSeconds: 60 });
  const isActivating = async () => (await other.getRollout(id)).counts.activating > 0;
  while (!(await isActivating())) await sleep(20);
  await first?.kill();
  await expectOnce(machines, other, id);
  // One that is asked to stop hands over at once.
  const next = replicas.find((each) => each !== first && each.log().includes("this deployer leads"));
  const last = replicas.find((each) => each !== first && each !== next);
  expect(await next?.stop()).toBe(0);
  await expect.poll(() => last?.log().includes("this deployer leads"), { timeout: 8000 }).toBe(true);
}, 240_000);
