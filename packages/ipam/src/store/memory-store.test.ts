import type { AllocationState } from "../pool.js";
import { testStore } from "./contract.test-support.js";
import { createMemoryStore } from "./memory-store.js";
import type { AllocationStore } from "./store.js";

testStore(
  "the store in memory",
  async (options) => {
    // Its handles are one store; what it knew when it was closed, the next one is given.
    let state: AllocationState = { allocations: {}, released: {} };
    let store: AllocationStore | null = null;
    return {
      async open() {
        const open = store ?? createMemoryStore({ ...options, state });
        store = open;
        return {
          ...open,
          async close() {
            state = await open.read();
            store = null;
          },
        };
      },
    };
  },
  100,
);
