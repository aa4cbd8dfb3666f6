import { setTimeout as sleep } from "node:timers/promises";
import { expect, it, onTestFinished } from "vitest";
import { startEtcd } from "#support/etcd";
import { describeStore } from "./contract.test-support.js";
import { openEtcdStore } from "./etcd.js";
import { StoreUnavailable } from "./store.js";

const open = async (endpoint: string) => openEtcdStore({ endpoints: [endpoint], authority: null, user: null });
const post = async (endpoint: string, path: string, body: unknown) => {
  const response = await fetch(`${endpoint}${path}`, { method: "POST", body: JSON.stringify(body) });
  expect(response.status).toBe(200);
};

describeStore("etcd", async () => {
  const etcd = await startEtcd();
  return {
    open: () => open(etcd.endpoint),
    worker: ["etcd", etcd.endpoint],
    forget: (_store, revision) =>
      post(etcd.endpoint, "/v3/kv/compaction", { revision: String(revision), physical: true }),
    depose: (_store, name) => post(etcd.endpoint, "/v3/kv/deleterange", { key: Buffer.from(name).toString("base64") }),
    remove: () => etcd.remove(),
  };
});

it("says that it is away while etcd is, and goes on after kill -9 with no change lost or seen twice", async () => {
  const etcd = await startEtcd();
  onTestFinished(() => etcd.remove());
  const store = await open(etcd.endpoint);
  onTestFinished(() => store.close());
  const put = (value: string) => store.commit({ compare: [], put: [{ key: "k", value }], remove: [] });
  await put("0");
  const seen: string[] = [];
  const controller = new AbortController();
  const watching = (async () => {
    for await (const { keys } of await store.watch("k", 0, controller.signal))
      seen.push(...keys.map(({ value }) => value ?? ""));
  })();
  await expect.poll(() => seen).toEqual(["0"]);
  await etcd.kill();
  await expect(put("lost")).rejects.toThrow(StoreUnavailable);
  await expect(store.get("k")).rejects.toThrow(StoreUnavailable);
  await etcd.start();
  for (const value of ["1", "2", "3"]) await put(value);
  await expect.poll(() => seen, { timeout: 10_000 }).toEqual(["0", "1", "2", "3"]);
  controller.abort();
  await watching;
});

it("has one leader: another follows when it resigns, and when it dies", async () => {
  const etcd = await startEtcd();
  onTestFinished(() => etcd.remove());
  const [one, two] = [await open(etcd.endpoint), await open(etcd.endpoint)];
  const signal = AbortSignal.timeout(60_000);
  const first = await one.lead("leader", signal);
  let second: Awaited<ReturnType<typeof two.lead>> | undefined;
  const waiting = two.lead("leader", signal).then((office) => {
    second = office;
  });
  await sleep(3000);
  expect(second).toBeUndefined();
  await first?.resign();
  await waiting;
  expect(second?.signal.aborted).toBe(false);
  // Longer than a lease: it is renewed.
  const third = one.lead("leader", signal);
  await sleep(11_000);
  expect(second?.signal.aborted).toBe(false);
  await two.close();
  expect(second?.signal.aborted).toBe(true);
  expect((await third)?.signal.aborted).toBe(false);
  await one.close();
}, 60_000);

it("gives up its office before its lease ends when etcd does not answer", async () => {
  const etcd = await startEtcd();
  onTestFinished(() => etcd.remove());
  const store = await open(etcd.endpoint);
  onTestFinished(() => store.close());
  const office = await store.lead("leader", AbortSignal.timeout(60_000));
  const begun = Date.now();
  await etcd.kill();
  await expect.poll(() => office?.signal.aborted, { timeout: 15_000 }).toBe(true);
  expect(Date.now() - begun).toBeLessThan(10_000);
}, 30_000);

it("signs in where etcd asks who it is, and again when its token has ended", async () => {
  const etcd = await startEtcd("http", ["--auth-token-ttl", "1"]);
  onTestFinished(() => etcd.remove());
  await post(etcd.endpoint, "/v3/auth/user/add", { name: "root", password: "secret" });
  await post(etcd.endpoint, "/v3/auth/user/grant", { user: "root", role: "root" });
  await post(etcd.endpoint, "/v3/auth/enable", {});
  const user = { name: "root", password: "secret" };
  const store = openEtcdStore({ endpoints: [etcd.endpoint], authority: null, user });
  onTestFinished(() => store.close());
  const put = (value: string) => store.commit({ compare: [], put: [{ key: "k", value }], remove: [] });
  expect(await put("1")).toBeGreaterThan(0);
  await sleep(3000);
  expect(await put("2")).toBeGreaterThan(0);
  const wrong = openEtcdStore({ endpoints: [etcd.endpoint], authority: null, user: { ...user, password: "wrong" } });
  await expect(wrong.get("k")).rejects.toThrow("etcd refuses");
  await wrong.close();
});
