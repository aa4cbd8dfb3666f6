import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAllocator } from "./allocator.js";
import { prefix } from "./ipam.test-support.js";
import type { AllocationState } from "./pool.js";
import { conclude, recall } from "./quarantine.js";

const day = 24 * 60 * 60 * 1000;
const start = Date.parse("2026-11-23T16:50:00Z");
const nothing: AllocationState = { allocations: {}, released: {} };

/** One run over a topology that wants some keys, at some time. */
function run(
  state: AllocationState,
  keys: readonly string[],
  now: number | null,
  strategy: "lowest" | "sparse" = "lowest",
) {
  const pools = [{ name: "p", prefixes: [prefix("10.0.0.0/29")], strategy }];
  const allocator = createAllocator(pools, recall(state, pools, now));
  const addresses = new Map<string, string>();
  for (const key of keys) {
    const given = allocator.allocate("p", key, "ipv4");
    if (given.ok) addresses.set(key, given.address);
  }
  return { state: conclude(state, allocator.snapshot(), pools, now), addresses };
}

describe("a freed address", () => {
  it("rests for its time, then goes to somebody else", () => {
    const first = run(nothing, ["a", "b"], start).state;
    const without = run(first, ["b"], start);
    expect(without.state.released).toEqual({
      a: { pool: "p", address: "10.0.0.1", releasedAt: "2026-11-23T16:50:00Z" },
    });
    const soon = run(without.state, ["b", "c"], start + 7 * day - 1000);
    expect(soon.addresses.get("c")).toBe("10.0.0.3");
    const late = run(without.state, ["b", "c"], start + 7 * day);
    expect(late.addresses.get("c")).toBe("10.0.0.1");
    expect(late.state.released).toEqual({});
  });

  it("goes back to the key that had it, and rests anew when that leaves again", () => {
    const first = run(nothing, ["a", "b"], start).state;
    const without = run(first, ["b"], start).state;
    const back = run(without, ["a", "b", "c"], start + day);
    expect(back.addresses.get("a")).toBe("10.0.0.1");
    expect(back.state.released).toEqual({});
    expect(run(back.state, ["b", "c"], start + 2 * day).state.released.a?.releasedAt).toBe("2026-11-25T16:50:00Z");
  });

  it("stays on record, rested or not, while nothing else changes", () => {
    const without = run(run(nothing, ["a", "b"], start).state, ["b"], start).state;
    expect(run(without, ["b"], start + 400 * day).state).toEqual(without);
  });

  it("rests for ever where nobody knows the time, and where its own cannot be read", () => {
    const without = run(run(nothing, ["a"], start).state, [], start).state;
    expect(run(without, ["c"], null).addresses.get("c")).toBe("10.0.0.2");
    const broken = { ...without, released: { a: { pool: "p", address: "10.0.0.1", releasedAt: "soon" } } };
    expect(run(broken, ["c"], start + 400 * day).addresses.get("c")).toBe("10.0.0.2");
  });

  it("goes back to its key even after its time, if that comes before anybody else", () => {
    const first = run(nothing, ["a", "b", "c"], start).state;
    const without = run(first, ["c"], start).state;
    expect(run(without, ["b", "c", "d"], start + 400 * day).addresses).toEqual(
      new Map([
        ["b", "10.0.0.2"],
        ["c", "10.0.0.3"],
        ["d", "10.0.0.1"],
      ]),
    );
    expect(run(without, ["d", "e", "b", "c"], start + 400 * day).addresses.get("b")).toBe("10.0.0.4");
  });

  it("rests when its key only moved, in this run and in those after it", () => {
    const moved = { allocations: { a: { pool: "gone", address: "10.0.0.1" } }, released: {} };
    const first = run(moved, ["a"], start);
    expect(first.addresses.get("a")).toBe("10.0.0.2");
    expect(run(first.state, ["a", "b"], start + day).addresses.get("b")).toBe("10.0.0.3");
    expect(run(first.state, ["a", "b"], start + 7 * day).addresses.get("b")).toBe("10.0.0.1");
  });

  it("is not its key's any more once another has it, as a merge of two branches may say", () => {
    const merged = {
      allocations: { b: { pool: "p", address: "10.0.0.1" } },
      released: { a: { pool: "p", address: "10.0.0.1", releasedAt: "2026-11-23T16:50:00Z" } },
    };
    const { state, addresses } = run(merged, ["a", "b"], start);
    expect(Object.fromEntries(addresses)).toEqual({ a: "10.0.0.2", b: "10.0.0.1" });
    expect(state.released).toEqual({});
  });

  it("is an old one too when a key moves to another pool", () => {
    const before = { allocations: { a: { pool: "old", address: "192.0.2.1" } }, released: {} };
    expect(run(before, ["a"], start).state).toEqual({
      allocations: { a: { pool: "p", address: "10.0.0.1" } },
      released: { a: { pool: "old", address: "192.0.2.1", releasedAt: "2026-11-23T16:50:00Z" } },
    });
  });
});

/** Which keys are wanted, and how many days have passed since the step before. */
const edits = fc.array(
  fc.record({ keys: fc.uniqueArray(fc.constantFrom("a", "b", "c", "d", "e", "f", "g", "h")), days: fc.nat(10) }),
  { minLength: 1, maxLength: 12 },
);

it.each(["lowest", "sparse"] as const)("holds for any edits, %s first", { tags: "property" }, (strategy) => {
  fc.assert(
    fc.property(edits, (steps) => {
      let state = nothing;
      let now = start;
      /** Who had each address last, and until when nobody else may have it. */
      const had = new Map<string, { key: string; until: number }>();
      for (const { keys, days } of steps) {
        now += days * day;
        const before = state;
        const { state: after, addresses } = run(before, keys, now, strategy);
        expect(new Set(addresses.values()).size).toBe(addresses.size);
        for (const [key, address] of addresses) {
          expect(address).toMatch(/^10\.0\.0\.[1-6]$/);
          const old = before.allocations[key]?.address;
          if (old !== undefined) expect(address).toBe(old);
          const last = had.get(address);
          if (last !== undefined && last.key !== key) expect(now).toBeGreaterThanOrEqual(last.until);
        }
        for (const [key, { address }] of Object.entries(before.allocations)) {
          if (!addresses.has(key)) had.set(address, { key, until: now + 7 * day });
        }
        for (const [key, address] of addresses) had.set(address, { key, until: Number.POSITIVE_INFINITY });
        state = after;
      }
    }),
  );
});
