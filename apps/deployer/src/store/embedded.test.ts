import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { describeStore } from "./contract.test-support.js";
import { openEmbeddedStore } from "./embedded.js";
import { StoreUnavailable } from "./store.js";

const keep = 200;

describeStore("embedded", async () => {
  const folder = mkdtempSync(join(tmpdir(), "deployer-store-"));
  return {
    open: () => openEmbeddedStore(folder, keep),
    worker: ["embedded", folder],
    forget: async (store) => {
      const commits = Array.from({ length: 3 * keep }, (_, index) =>
        store.commit({ compare: [], put: [{ key: "filler", value: String(index) }], remove: [] }),
      );
      await Promise.all(commits);
    },
    depose: async (store, name) => void (await store.lead(name, new AbortController().signal)),
    remove: async () => rmSync(folder, { recursive: true }),
  };
});

it("belongs to one process at a time, and says who has it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "deployer-store-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const store = await openEmbeddedStore(folder);
  await expect(openEmbeddedStore(folder)).rejects.toThrow(`Another deployer has ${folder}.`);
  await store.close();
  await expect(store.get("a")).rejects.toThrow(StoreUnavailable);
  await (await openEmbeddedStore(folder)).close();
});

it("keeps its log short, and what the keys hold whole", async () => {
  const folder = mkdtempSync(join(tmpdir(), "deployer-store-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const store = await openEmbeddedStore(folder, 10);
  for (let number = 0; number < 100; number++) {
    await store.commit({ compare: [], put: [{ key: `k${number}`, value: "v" }], remove: [] });
  }
  expect((await store.list("k")).entries).toHaveLength(100);
  const watched: number[] = [];
  for await (const { revision } of await store.watch("", 92, AbortSignal.timeout(5000))) {
    watched.push(revision);
    if (revision === 100) break;
  }
  expect(watched).toEqual([93, 94, 95, 96, 97, 98, 99, 100]);
  await store.close();
});
