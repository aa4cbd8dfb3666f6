import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { prefix } from "../ipam.test-support.js";
import { testStore } from "../store/contract.test-support.js";
import { createFileStore } from "./file-store.js";
import { FileStoreError } from "./file-store-error.js";

const folder = mkdtempSync(join(tmpdir(), "ipam-file-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let count = 0;
const freshPath = () => join(mkdtempSync(join(folder, "store-")), `${count++}.lock.json`);

const pools = [{ name: "p", prefixes: [prefix("10.0.0.0/16")] }];
const request = (key: string) => ({ pool: "p", key, family: "ipv4" }) as const;

testStore(
  "the store in a file",
  async (options) => {
    const path = freshPath();
    return { open: async () => createFileStore({ ...options, path }) };
  },
  15,
);

describe("the file", () => {
  it("has a line for each key, and is left alone when nothing changes", async () => {
    const path = freshPath();
    const now = () => new Date("2026-11-23T16:50:00Z");
    const store = createFileStore({ path, pools, now });
    await store.allocate([request("node/b"), request("node/a")]);
    await store.release(["node/b"]);
    expect(readFileSync(path, "utf8")).toBe(`{
  "version": 1,
  "allocations": {
    "node/a": {"pool":"p","address":"10.0.0.2"}
  },
  "released": {
    "node/b": {"pool":"p","address":"10.0.0.1","releasedAt":"2026-11-23T16:50:00Z"}
  }
}
`);
    const { ino } = statSync(path);
    await createFileStore({ path, pools, now: () => new Date("2027-11-23T16:50:00Z") }).allocate([request("node/a")]);
    await store.release(["nobody"]);
    expect(statSync(path).ino).toBe(ino);
    expect(readdirSync(join(path, ".."))).toHaveLength(1);
  });

  it("that is damaged is refused with its place, and stays as it is", async () => {
    const path = freshPath();
    const text = '{\n  "version": 1,\n  "allocations": {\n<<<<<<< ours\n=======\n>>>>>>> theirs\n  }\n}\n';
    writeFileSync(path, text);
    const store = createFileStore({ path, pools });
    for (const start of [() => store.read(), () => store.allocate([request("a")]), () => store.release(["a"])]) {
      const error = await start().catch((error: unknown) => error);
      expect(error).toBeInstanceOf(FileStoreError);
      expect(error).toMatchObject({ code: "damaged", faults: [{ kind: "merge-markers", line: 4 }] });
      expect(String(error)).toContain(`${path}:4:1: `);
    }
    expect(readFileSync(path, "utf8")).toBe(text);
    expect(readdirSync(join(path, ".."))).toHaveLength(1);
  });

  it("in a folder that is not there is an error of the file system", async () => {
    const store = createFileStore({ path: join(folder, "none", "x.json"), pools });
    expect(await store.read()).toEqual({ allocations: {}, released: {} });
    await expect(store.allocate([request("a")])).rejects.toMatchObject({ code: "io", name: "FileStoreError" });
  });
});

describe("several processes", () => {
  let worker = "";
  beforeAll(async () => {
    worker = join(folder, "worker.cjs");
    await build({
      entryPoints: [new URL("./file-store.test-worker.ts", import.meta.url).pathname],
      outfile: worker,
      bundle: true,
      platform: "node",
      format: "cjs",
      logLevel: "error",
    });
  });

  it("give nothing twice and lose nothing, also when one is killed with -9 again and again", async () => {
    const path = freshPath();
    const start = (name: string) => spawn(process.execPath, [worker, path, name, "60"], { stdio: "inherit" });
    const finished = ["a", "b"].map((name) => once(start(name), "exit"));
    for (let kills = 0; kills < 5; kills++) {
      const victim = start("victim");
      await new Promise((resolve) => setTimeout(resolve, 150 + 60 * kills));
      victim.kill("SIGKILL");
    }
    expect(await Promise.all(finished)).toEqual([
      [0, null],
      [0, null],
    ]);
    await once(start("victim"), "exit");
    const { allocations } = await createFileStore({ path, pools }).read();
    const addresses = Object.values(allocations).map(({ address }) => address);
    expect(addresses).toHaveLength(180);
    expect(new Set(addresses).size).toBe(180);
  });

  it("wait for one that writes, and say so when it goes on", async () => {
    const path = freshPath();
    const writing = `${path}.writing`;
    writeFileSync(writing, JSON.stringify({ pid: process.pid, host: hostname(), since: Date.now() }));
    const hasty = createFileStore({ path, pools, patienceMs: 60 });
    await expect(hasty.allocate([request("a")])).rejects.toMatchObject({ code: "busy" });
    await expect(hasty.allocate([request("a")])).rejects.toThrow(`process ${process.pid} on ${hostname()}`);
    expect(existsSync(path)).toBe(false);
    const patient = createFileStore({ path, pools }).allocate([request("a")]);
    setTimeout(() => rmSync(writing), 50);
    expect(await patient).toEqual([{ ok: true, address: "10.0.0.1" }]);
  });

  it("do not wait for the dead of their own machine, only for those of another", async () => {
    const path = freshPath();
    const { pid } = spawnSync("true");
    const marks = [
      { pid, host: hostname(), since: Date.now() },
      { pid: process.pid, host: hostname(), since: 0 },
    ];
    for (const [index, mark] of marks.entries()) {
      writeFileSync(`${path}.writing`, JSON.stringify(mark));
      const [first, second] = [1, 2].map((each) =>
        createFileStore({ path, pools, patienceMs: 2000 }).allocate([request(`${index}/${each}`)]),
      );
      expect([...((await first) ?? []), ...((await second) ?? [])].every(({ ok }) => ok)).toBe(true);
    }
    writeFileSync(`${path}.writing`, JSON.stringify({ pid, host: "elsewhere", since: Date.now() }));
    const store = createFileStore({ path, pools, patienceMs: 50 });
    await expect(store.allocate([request("a")])).rejects.toMatchObject({ code: "busy" });
    expect(Object.keys((await store.read()).allocations)).toHaveLength(4);
  });
});
