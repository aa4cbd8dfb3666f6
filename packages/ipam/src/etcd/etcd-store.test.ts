import { afterAll, beforeAll } from "vitest";
import { testStore } from "../store/contract.test-support.js";
import { startEtcd, type TestEtcd } from "./etcd.test-support.js";
import { createEtcdStore } from "./etcd-store.js";

let etcd: TestEtcd;
beforeAll(async () => {
  etcd = await startEtcd();
}, 60_000);
afterAll(() => etcd.remove());

let prefixes = 0;

testStore(
  "the store in etcd",
  async (options) => {
    const prefix = `/contract/${prefixes++}/`;
    return { open: async () => createEtcdStore({ ...options, endpoints: [etcd.endpoint], prefix }) };
  },
  15,
);
