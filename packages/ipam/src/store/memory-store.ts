import type { AllocationState, PoolDefinition } from "../pool.js";
import { allocateFrom, holdingsOf, releaseFrom } from "./change.js";
import type { AllocationStore } from "./store.js";

/** What a memory store is told. */
export interface MemoryStoreOptions {
  readonly pools: readonly PoolDefinition[];
  /** The time, for the quarantine; a library has no clock. */
  readonly now: () => Date;
  /** What to begin with. */
  readonly state?: AllocationState;
}

/**
 * A store in memory, for tests and for programs that keep the state themselves: {@link AllocationStore.read} gives it,
 * `state` takes it back.
 *
 * @example
 * ```ts
 * import { createMemoryStore, parsePrefix } from "@nix-nos/ipam";
 *
 * const prefixes = [parsePrefix("10.0.0.0/24")].filter((prefix) => prefix !== null);
 * const store = createMemoryStore({ pools: [{ name: "p", prefixes }], now: () => new Date() });
 * await store.allocate([{ pool: "p", key: "node/a", family: "ipv4" }]); // => [{ "ok": true, "address": "10.0.0.1" }]
 * await store.release(["node/a"]); // => ["node/a"]
 * await store.allocate([{ pool: "p", key: "node/b", family: "ipv4" }]); // => [{ "ok": true, "address": "10.0.0.2" }]
 * ```
 */
export function createMemoryStore(options: MemoryStoreOptions): AllocationStore {
  const holdings = holdingsOf(options.pools, options.state ?? { allocations: {}, released: {} });
  return {
    async read() {
      holdings.expire(options.now().getTime());
      return holdings.state();
    },
    allocate: async (requests) => allocateFrom(holdings, requests, options.now()),
    release: async (keys) => releaseFrom(holdings, keys, options.now()),
    close: async () => {},
  };
}
