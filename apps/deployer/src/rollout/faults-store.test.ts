// Rollouts whose store is away, or whose answers are lost.
import { createServer, request as forward } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { patiently, startProcess, storeOf } from "../process.test-support.js";
import { expectOnce, introduce, names, settingsOf, strategy } from "./faults.test-support.js";
import { ended, startMachines } from "./machines.test-support.js";

it("goes on where it was after etcd was killed and away for 20 s", async () => {
  const [machines, { store, etcd }] = await Promise.all([startMachines(names), storeOf("etcd")]);
  await introduce(machines, store, "");
  const deployer = await startProcess(store, settingsOf(machines));
  const operator = deployer.operator();
  const { id } = await operator.startRollout({ generation: "main", strategy, confirmSeconds: 120 });
  const isActivating = async () => (await operator.getRollout(id)).counts.activating > 0;
  while (!(await isActivating())) await sleep(20);
  await etcd?.kill();
  await sleep(20_000);
  await etcd?.start();
  await expectOnce(machines, operator, id);
}, 240_000);

it("does nothing twice where answers of the store are lost after the commit", async () => {
  const [machines, { store, etcd }] = await Promise.all([startMachines(names), storeOf("etcd")]);
  await introduce(machines, store, "");
  const lossy = await startLossyProxy(etcd?.endpoint ?? "");
  const deployer = await startProcess({ kind: "etcd", endpoints: [lossy.endpoint] }, settingsOf(machines));
  const operator = deployer.operator();
  lossy.isOn = true;
  const { id } = await patiently(() => operator.startRollout({ generation: "main", strategy, confirmSeconds: 60 }));
  const detail = await ended(operator, { id }, 180);
  lossy.isOn = false;
  expect(detail.state).toBe("Done");
  expect(lossy.lost).toBeGreaterThan(5);
  await expectOnce(machines, operator, id);
}, 240_000);

/** Stands before etcd, and loses the answer to every third transaction, which happened. */
async function startLossyProxy(endpoint: string) {
  let transactions = 0;
  const state = { endpoint: "", isOn: false, lost: 0 };
  const server = createServer((incoming, outgoing) => {
    const { method, url = "", headers } = incoming;
    const upstream = forward(new URL(url, endpoint), { method, headers }, (answer) => {
      if (state.isOn && url === "/v3/kv/txn" && ++transactions % 3 === 0) {
        state.lost++;
        answer.resume().once("end", () => outgoing.destroy());
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    upstream.once("error", () => outgoing.destroy());
    outgoing.once("close", () => upstream.destroy());
    incoming.pipe(upstream);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  state.endpoint = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  return state;
}
