import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bundle } from "../bundle.test-support.js";
import { type Change, type Commit, type Store, StoreCompacted } from "./store.js";

/** One implementation under test. */
export interface Harness {
  /** Opens the store over the same data. */
  open(): Promise<Store>;
  /** What the worker process is told, to open it too. */
  readonly worker: readonly string[];
  /** Makes the store forget what was changed up to a revision, or more. */
  forget(store: Store, revision: number): Promise<void>;
  /** Takes an office from whoever has it, without a word to him. */
  depose(store: Store, name: string): Promise<void>;
  remove(): Promise<void>;
}

const nothing: Commit = { compare: [], put: [], remove: [] };

/** What every store must do; each implementation runs it. */
export function describeStore(name: string, start: () => Promise<Harness>): void {
  describe(name, () => {
    let harness: Harness;
    let store: Store;
    let worker: string;
    beforeAll(async () => {
      worker = await bundle(new URL("./store.test-worker.ts", import.meta.url));
      harness = await start();
      store = await harness.open();
    });
    afterAll(async () => {
      await store?.close();
      await harness?.remove();
    });
    const put = (key: string, value: string, revision?: number) =>
      store.commit({ ...nothing, compare: revision === undefined ? [] : [{ key, revision }], put: [{ key, value }] });

    it("gives back what was put, byte for byte, and nothing for what was not", async () => {
      const value = JSON.stringify({ text: 'é "quoted" \u2028 \u0000 🦊', empty: "" });
      const revision = await put("a/key", value);
      expect(await store.get("a/key")).toEqual({ key: "a/key", value, revision });
      expect(await store.get("a/ke")).toBeNull();
      await put("a/empty", "");
      expect((await store.get("a/empty"))?.value).toBe("");
    });

    it("lists what starts with a prefix, sorted, and the last of it from the end", async () => {
      for (const key of ["list/b", "list/c", "list/a", "lisu", "lis"]) await put(key, key);
      const { entries, revision } = await store.list("list/");
      expect(entries.map(({ key, value }) => [key, value])).toEqual(["list/a", "list/b", "list/c"].map((k) => [k, k]));
      expect(revision).toBeGreaterThanOrEqual(Math.max(...entries.map((entry) => entry.revision)));
      const last = async (before: string | null, limit: number) =>
        (await store.lastOf("list/", before, limit)).entries.map(({ key }) => key);
      expect(await last(null, 2)).toEqual(["list/c", "list/b"]);
      expect(await last("list/b", 9)).toEqual(["list/a"]);
      expect((await store.list("nothing/")).entries).toEqual([]);
    });

    it("lists more than fits into one answer, as of one moment", async () => {
      const keys = Array.from({ length: 1200 }, (_, index) => `many/${String(index).padStart(4, "0")}`);
      for (let from = 0; from < keys.length; from += 100) {
        await store.commit({ ...nothing, put: keys.slice(from, from + 100).map((key) => ({ key, value: key })) });
      }
      expect((await store.list("many/")).entries.map(({ key }) => key)).toEqual(keys);
    });

    it("commits all or nothing, in one revision, and only what compares", async () => {
      const made = await store.commit({
        compare: [{ key: "t/1", revision: 0 }],
        put: [
          { key: "t/1", value: "1" },
          { key: "t/2", value: "2" },
        ],
        remove: ["t/absent"],
      });
      const [one, two] = [await store.get("t/1"), await store.get("t/2")];
      expect([one?.revision, two?.revision]).toEqual([made, made]);
      expect(await put("t/1", "again", 0)).toBeNull();
      expect(await put("t/1", "again", (made ?? 0) - 1)).toBeNull();
      const half = {
        compare: [
          { key: "t/1", revision: made ?? 0 },
          { key: "t/2", revision: 0 },
        ],
        remove: ["t/1"],
      };
      expect(await store.commit({ ...half, put: [{ key: "t/3", value: "3" }] })).toBeNull();
      expect(await store.get("t/1")).toEqual(one);
      expect(await store.get("t/3")).toBeNull();
      const removed = await store.commit({ ...half, compare: [{ key: "t/1", revision: made ?? 0 }], put: [] });
      expect(removed).toBeGreaterThan(made ?? 0);
      expect(await store.get("t/1")).toBeNull();
      expect(await put("t/1", "new", 0)).toBeGreaterThan(removed ?? 0);
    });

    it("lets one of many win who compare with the same revision", async () => {
      await put("race", "0");
      let wins = 0;
      const bump = async () => {
        for (let tries = 0; tries < 1000; tries++) {
          const entry = await store.get("race");
          if ((await put("race", String(Number(entry?.value) + 1), entry?.revision ?? 0)) !== null) {
            wins++;
            return;
          }
        }
      };
      await Promise.all(Array.from({ length: 25 }, bump));
      expect([wins, (await store.get("race"))?.value]).toEqual([25, "25"]);
      const made = await Promise.all(Array.from({ length: 25 }, (_, index) => put("first", String(index), 0)));
      expect(made.filter((revision) => revision !== null)).toHaveLength(1);
    });

    it("watches every change after a revision: first those before, then those that come", async () => {
      const { revision } = await store.list("w/");
      await put("w/1", "a");
      await put("elsewhere", "x");
      await store.commit({ ...nothing, put: [{ key: "w/2", value: "b" }], remove: ["w/1"] });
      const controller = new AbortController();
      const seen: Change[] = [];
      const watching = (async () => {
        for await (const change of await store.watch("w/", revision, controller.signal)) seen.push(change);
      })();
      await expect.poll(() => seen.length).toBe(2);
      const third = await put("w/2", "c");
      await expect.poll(() => seen.length).toBe(3);
      controller.abort();
      await watching;
      const values = seen.map(({ keys }) => Object.fromEntries(keys.map(({ key, value }) => [key, value])));
      expect(values).toEqual([{ "w/1": "a" }, { "w/1": null, "w/2": "b" }, { "w/2": "c" }]);
      expect(seen[2]?.revision).toBe(third);
      expect(seen.map((change) => change.revision)).toEqual(
        seen.map((change) => change.revision).sort((a, b) => a - b),
      );
    });

    it("says of a watch from a revision that is forgotten, or not of this store, that it is compacted", async () => {
      const old = (await put("f/1", "1")) ?? 0;
      await put("f/2", "2");
      const now = (await put("f/3", "3")) ?? 0;
      await harness.forget(store, now);
      const watch = async (after: number) => {
        for await (const _ of await store.watch("f/", after, AbortSignal.timeout(5000))) break;
        return "nothing";
      };
      await expect(watch(old - 1)).rejects.toThrow(StoreCompacted);
      await expect(watch(now + 1_000_000)).rejects.toThrow(StoreCompacted);
    });

    it("has a leader, who is one until told otherwise", async () => {
      const controller = new AbortController();
      const office = await store.lead("leader", controller.signal);
      expect(office?.signal.aborted).toBe(false);
      await office?.resign();
      expect(office?.signal.aborted).toBe(true);
      const next = await store.lead("leader", controller.signal);
      controller.abort();
      expect(next?.signal.aborted).toBe(true);
      expect(await store.lead("leader", controller.signal)).toBeNull();
    });

    it("has nothing happen by a leader who is none any more, though he may not know it", async () => {
      const controller = new AbortController();
      const office = await store.lead("office", controller.signal);
      const act = (value: string, held = office) =>
        store.commit({ ...nothing, compare: held?.compare ?? [], put: [{ key: "deed", value }] });
      expect(await act("first")).toBeGreaterThan(0);
      await harness.depose(store, "office");
      expect(await act("second")).toBeNull();
      const next = await store.lead("office", controller.signal);
      expect(await act("third")).toBeNull();
      expect(await act("fourth", next)).toBeGreaterThan(0);
      await next?.resign();
      expect(await act("fifth", next)).toBeNull();
      expect((await store.get("deed"))?.value).toBe("fourth");
      controller.abort();
    });

    it("has what was acknowledged, and nothing half, after kill -9 of the process that wrote", async () => {
      const acknowledged = new Map<string, number>();
      for (let round = 0; round < 6; round++) {
        // The embedded store's folder has one process at a time.
        await store.close();
        const child = spawn(process.execPath, [worker, ...harness.worker, String(round)], {
          stdio: ["ignore", "pipe", "pipe"],
        });
        await collect(child, acknowledged, 60 + round * 37);
        store = await harness.open();
        const { entries, revision } = await store.list("kill/");
        const found = new Map(entries.map(({ key, value }) => [key, value]));
        for (const [key, at] of acknowledged) {
          expect(found.get(`kill/left/${key}`), key).toBeDefined();
          expect(revision).toBeGreaterThanOrEqual(at);
        }
        // Each transaction puts both halves.
        const halves = (side: string) =>
          [...found].filter(([key]) => key.startsWith(`kill/${side}/`)).map(([, v]) => v);
        expect(halves("left")).toEqual(halves("right"));
        expect(Number(found.get("kill/count"))).toBe(halves("left").length);
      }
      expect(acknowledged.size).toBeGreaterThan(10);
    }, 60_000);
  });
}

/** Notes what the worker says was committed, for a while, and kills it in the middle of its work. */
async function collect(child: ChildProcess, acknowledged: Map<string, number>, milliseconds: number): Promise<void> {
  const errors: string[] = [];
  child.stderr?.on("data", (chunk) => errors.push(String(chunk)));
  const ended = once(child, "exit");
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream });
  const begun = once(lines, "line");
  lines.on("line", (line) => {
    const [key = "", revision = ""] = line.split(" ");
    // A line that the kill cut off acknowledges nothing.
    if (/^\d+$/.test(revision)) acknowledged.set(key, Number(revision));
  });
  await Promise.race([begun, ended.then(() => Promise.reject(new Error(`the worker ended: ${errors.join("")}`)))]);
  await sleep(milliseconds);
  child.kill("SIGKILL");
  await ended;
}
