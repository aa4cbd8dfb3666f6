import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startEtcd, type TestEtcd } from "#support/etcd";
import { prefix } from "../ipam.test-support.js";
import { testStore } from "../store/contract.test-support.js";
import { createEtcdClient, type EtcdClient } from "./client.js";
import { createEtcdStore, storeOver } from "./etcd-store.js";
import { type LossyLine, startLossyLine } from "./lossy-line.test-support.js";
import type { TxnRequest } from "./rpc.js";

let etcd: TestEtcd;
let line: LossyLine;
beforeAll(async () => {
  etcd = await startEtcd();
  line = await startLossyLine(etcd.endpoint, 9);
}, 60_000);
afterAll(async () => {
  await line.close();
  await etcd.remove();
});

let count = 0;
const freshPrefix = () => `/test/${count++}/`;
const pools = [{ name: "p", prefixes: [prefix("10.0.0.0/16")] }];
const request = (key: string) => ({ pool: "p", key, family: "ipv4" }) as const;

testStore(
  "the store in etcd",
  async (options) => {
    const below = freshPrefix();
    return { open: async () => createEtcdStore({ ...options, endpoints: [etcd.endpoint], prefix: below }) };
  },
  15,
);

testStore(
  "the store in etcd, when answers are lost",
  async (options) => {
    const below = freshPrefix();
    return { open: async () => createEtcdStore({ ...options, endpoints: [line.endpoint], prefix: below }) };
  },
  10,
);

it("lost answers, in the tests above", () => expect(line.losses).toBeGreaterThan(20));

describe("four processes that allocate 2,000 addresses each from a pool of 8,000", () => {
  const folder = mkdtempSync(join(tmpdir(), "ipam-etcd-worker-"));
  const worker = join(folder, "worker.cjs");
  const running = new Set<ChildProcess>();
  beforeAll(() =>
    build({
      entryPoints: [new URL("./etcd-store.test-worker.ts", import.meta.url).pathname],
      outfile: worker,
      bundle: true,
      platform: "node",
      format: "cjs",
      logLevel: "error",
    }),
  );
  afterAll(() => {
    for (const child of running) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  /** Lets them work. As each answer comes, `onAnswer` hears how many there are. */
  const run = async (below: string, server: TestEtcd, onAnswer: (answers: number) => void) => {
    const answers = new Map<string, string>();
    const exits = ["a", "b", "c", "d"].map(async (name) => {
      const args = [worker, server.endpoint, below, name, "2000"];
      const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
      running.add(child);
      createInterface(child.stdout).on("line", (text) => {
        const [key = "", address = ""] = text.split(" ");
        answers.set(key, address);
        onAnswer(answers.size);
      });
      const [code] = await once(child, "close");
      running.delete(child);
      return code;
    });
    expect(await Promise.all(exits)).toEqual([0, 0, 0, 0]);
    return answers;
  };
  const expectWhole = async (below: string, server: TestEtcd, answers: ReadonlyMap<string, string>) => {
    expect(answers.size).toBe(8000);
    expect(new Set(answers.values()).size).toBe(8000);
    const store = createEtcdStore({ pools, endpoints: [server.endpoint], prefix: below });
    const { allocations, released } = await store.read();
    await store.close();
    const held = Object.entries(allocations).map(([key, { address }]) => [key, address] as const);
    expect(new Map(held)).toEqual(answers);
    expect(released).toEqual({});
  };

  it("get each another, and what they were told is what etcd has", { timeout: 180_000 }, async () => {
    const below = freshPrefix();
    await expectWhole(below, etcd, await run(below, etcd, () => {}));
  });

  it("ride through etcd's death by kill -9, twice", { timeout: 240_000 }, async () => {
    const own = await startEtcd();
    try {
      const below = freshPrefix();
      const deaths = [1500, 5000];
      let work: Promise<void> = Promise.resolve();
      const answers = await run(below, own, (size) => {
        if (size < (deaths[0] ?? Number.POSITIVE_INFINITY)) return;
        deaths.shift();
        work = work
          .then(() => own.kill())
          .then(() => new Promise((resolve) => setTimeout(resolve, 700)))
          .then(() => own.start());
      });
      await work;
      expect(deaths).toEqual([]);
      await expectWhole(below, own, answers);
    } finally {
      await own.remove();
    }
  });
});

describe("two writers", () => {
  it.each([
    { random: 0.5, how: "one passes over what the other is about to take" },
    { random: 0, how: "chance never parts them, and one takes its turn" },
  ])("who collide on every attempt both get on: $how", { timeout: 120_000 }, async ({ random }) => {
    const below = freshPrefix();
    const arrivals: (() => void)[] = [];
    const failures = [0, 0];
    const turns = [0, 0];
    /** Holds each writing transaction back until the other writer has one too, so that both build on the same. */
    const meet = (): Promise<void> =>
      new Promise((resolve) => {
        arrivals.push(resolve);
        const go = () => {
          for (const arrival of arrivals.splice(0)) arrival();
        };
        if (arrivals.length === 2) go();
        // The other one waits for its turn, or is done.
        else setTimeout(() => arrivals.includes(resolve) && go(), 40);
      });
    const open = (who: 0 | 1) => {
      const client = createEtcdClient({ endpoints: [etcd.endpoint] });
      const colliding: EtcdClient = {
        ...client,
        async txn(asked: TxnRequest) {
          if (asked.success.some((operation) => operation.request_put)) {
            await meet();
            // The same one is always first.
            if (who === 1) await new Promise((resolve) => setTimeout(resolve, 15));
          }
          const response = await client.txn(asked);
          if (!response.succeeded) failures[who] = (failures[who] ?? 0) + 1;
          return response;
        },
        leaseGrant(seconds) {
          turns[who] = (turns[who] ?? 0) + 1;
          return client.leaseGrant(seconds);
        },
      };
      return storeOver(colliding, { pools, prefix: below }, () => random);
    };
    const stores = [open(0), open(1)];
    await Promise.all(stores.map((store) => store.read()));
    const given = await Promise.all(
      stores.map(async (store, who) => {
        const addresses: string[] = [];
        for (let each = 0; each < 25; each++) {
          const [outcome] = await store.allocate([request(`${who}/${each}`)]);
          addresses.push(outcome?.ok ? outcome.address : "nothing");
        }
        return addresses;
      }),
    );
    expect(failures[1]).toBeGreaterThanOrEqual(10);
    if (random === 0) expect(turns[1]).toBeGreaterThanOrEqual(1);
    expect(new Set(given.flat()).size).toBe(50);
    const state = await stores[0]?.read();
    const held = (who: number, each: number) => state?.allocations[`${who}/${each}`]?.address;
    expect(given.map((addresses, who) => addresses.map((_, each) => held(who, each)))).toEqual(given);
    for (const store of stores) await store.close();
  });

  it("get on, one who allocates beside one who gives back and takes without a pause", { timeout: 60_000 }, async () => {
    const below = freshPrefix();
    const open = () => createEtcdStore({ pools, endpoints: [etcd.endpoint], prefix: below });
    const [restless, steady] = [open(), open()];
    await steady.allocate(Array.from({ length: 1000 }, (_, each) => request(`old/${each}`)));
    let isDone = false;
    const churn = (async () => {
      for (let each = 0; !isDone; each++) {
        await restless.allocate([request(`restless/${each % 3}`)]);
        await restless.release([`restless/${each % 3}`]);
      }
    })();
    const addresses = new Set<string>();
    for (let each = 0; each < 30; each++) {
      const [outcome] = await steady.allocate([request(`steady/${each}`)]);
      if (outcome?.ok) addresses.add(outcome.address);
    }
    isDone = true;
    await churn;
    expect(addresses.size).toBe(30);
    const { allocations } = await restless.read();
    expect(new Set(Object.values(allocations).map(({ address }) => address)).size).toBe(1030);
    for (const store of [restless, steady]) await store.close();
  });
});
