import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { address, prefix, range } from "../ipam.test-support.js";
import type { AllocationState, PoolDefinition } from "../pool.js";
import { createMemoryStore } from "./memory-store.js";
import type { AllocationRequest, AllocationStore } from "./store.js";

/** A place where a store keeps things, empty at first. */
export interface Backing {
  /** A store over it, with the given clock; several may be open at once. */
  open(): Promise<AllocationStore>;
}

/** What the contract tells a store. */
export interface ContractOptions {
  readonly pools: readonly PoolDefinition[];
  readonly now: () => Date;
}

const pools: readonly PoolDefinition[] = [
  {
    name: "hosts",
    prefixes: [prefix("10.0.0.0/24"), prefix("2001:db8::/64")],
    exclude: [range("10.0.0.3-10.0.0.5")],
    gateways: [address("10.0.0.1"), address("2001:db8::1")],
  },
  { name: "small", prefixes: [prefix("192.0.2.0/29")] },
  { name: "links", prefixes: [prefix("10.9.0.0/28"), prefix("fd00::/64")] },
  { name: "around", prefixes: [prefix("10.9.0.0/27")] },
  { name: "quick", prefixes: [prefix("198.51.100.0/30")], quarantineSeconds: 0 },
  { name: "hour", prefixes: [prefix("203.0.113.0/29")], quarantineSeconds: 3600 },
  { name: "sparse", prefixes: [prefix("10.8.0.0/26")], strategy: "sparse", quarantineSeconds: 60 },
];

const request = (pool: string, key: string): AllocationRequest => ({ pool, key, family: "ipv4" });
const block = (pool: string, key: string, length: number): AllocationRequest => ({ ...request(pool, key), length });

/** Keys that a careless store mixes up, loses or breaks on. */
const hostileKeys = [
  "",
  "/",
  "a/b",
  "a/",
  "../../etc",
  "a\nb",
  "a\u0000b",
  '"',
  "\\",
  "\\u0022",
  "'$" + "{x}`",
  "__proto__",
  "constructor",
  "ключ/узел",
  "🦊",
  "\ud800",
  "\udfff",
  "\ufffd",
  "é",
  "e\u0301",
  "<<<<<<< ours",
  "k".repeat(10_000),
  `${"k".repeat(9_999)}l`,
];

/**
 * What every store promises.
 *
 * @param runs - how many random histories to compare with the store in memory
 */
export function testStore(name: string, create: (options: ContractOptions) => Promise<Backing>, runs: number): void {
  const setUp = async (): Promise<{ store: AllocationStore; other: () => Promise<AllocationStore>; clock: Clock }> => {
    const clock = startClock();
    const backing = await create({ pools, now: clock.now });
    return { store: await backing.open(), other: () => backing.open(), clock };
  };
  const texts = async (store: AllocationStore, requests: readonly AllocationRequest[]) =>
    (await store.allocate(requests)).map((outcome) => (outcome.ok ? outcome.address : outcome.reason));

  describe(name, () => {
    it("is empty at first", async () => {
      const { store } = await setUp();
      expect(await store.read()).toEqual({ allocations: {}, released: {} });
      expect(await store.allocate([])).toEqual([]);
      expect(await store.release([])).toEqual([]);
    });

    it("gives the lowest free address, and a key the one that it has, through every handle", async () => {
      const { store, other } = await setUp();
      expect(await texts(store, [request("hosts", "a"), request("hosts", "b")])).toEqual(["10.0.0.2", "10.0.0.6"]);
      expect(await texts(store, [request("hosts", "b"), request("hosts", "c"), request("hosts", "a")])).toEqual([
        "10.0.0.6",
        "10.0.0.7",
        "10.0.0.2",
      ]);
      const second = await other();
      expect(await texts(second, [request("hosts", "c"), request("hosts", "d")])).toEqual(["10.0.0.7", "10.0.0.8"]);
      expect(await texts(store, [request("hosts", "d"), request("hosts", "e")])).toEqual(["10.0.0.8", "10.0.0.9"]);
      expect(await texts(store, [{ pool: "hosts", key: "six", family: "ipv6" }])).toEqual(["2001:db8::2"]);
      expect(await second.read()).toEqual(await store.read());
    });

    it("answers one key that is asked for twice at once with one address", async () => {
      const { store } = await setUp();
      const twice = [request("small", "a"), request("small", "a"), request("small", "b"), request("small", "a")];
      expect(await texts(store, twice)).toEqual(["192.0.2.1", "192.0.2.1", "192.0.2.2", "192.0.2.1"]);
    });

    it("says why it gives nothing, and gives the others what they ask for", async () => {
      const { store } = await setUp();
      const keys = ["a", "b", "c", "d", "e", "f", "g"];
      const outcomes = await texts(store, [
        request("none", "x"),
        ...keys.map((key) => request("small", key)),
        { pool: "small", key: "y", family: "ipv6" },
        block("hosts", "z", 33),
        block("hosts", "z", 23),
        request("hosts", "last"),
      ]);
      const given = [1, 2, 3, 4, 5, 6].map((host) => `192.0.2.${host}`);
      const reasons = ["exhausted", "no-family", "bad-length", "exhausted", "10.0.0.2"];
      expect(outcomes).toEqual(["unknown-pool", ...given, ...reasons]);
      expect(Object.keys((await store.read()).allocations)).toEqual(["a", "b", "c", "d", "e", "f", "last"]);
    });

    it("gives blocks that no single address lies in, also where pools overlap, also to another handle", async () => {
      const { store, other } = await setUp();
      const second = await other();
      expect(await texts(store, [request("links", "one")])).toEqual(["10.9.0.1"]);
      expect(await texts(second, [block("links", "pair", 31), block("links", "four", 30)])).toEqual([
        "10.9.0.2/31",
        "10.9.0.4/30",
      ]);
      expect(await texts(store, [request("around", "two"), request("links", "three")])).toEqual([
        "10.9.0.8",
        "10.9.0.9",
      ]);
      expect(await texts(second, [block("around", "eight", 29), block("around", "sixteen", 28)])).toEqual([
        "10.9.0.16/29",
        "exhausted",
      ]);
      expect(await texts(store, [request("around", "last")])).toEqual(["10.9.0.10"]);
      expect(await texts(store, [{ pool: "links", key: "six", family: "ipv6", length: 127 }])).toEqual(["fd00::/127"]);
      expect(await texts(second, [{ pool: "links", key: "six1", family: "ipv6" }])).toEqual(["fd00::2"]);
    });

    it("lets a released address rest, for its key alone, until its pool's quarantine is over", async () => {
      const { store, other, clock } = await setUp();
      await store.allocate([request("hour", "a"), request("hour", "b")]);
      expect(await store.release(["a", "nobody", "a"])).toEqual(["a"]);
      const released = { pool: "hour", address: "203.0.113.1", releasedAt: "2026-11-23T16:50:00Z" };
      expect(await store.read()).toEqual({
        allocations: { b: { pool: "hour", address: "203.0.113.2" } },
        released: { a: released },
      });
      const second = await other();
      clock.pass(3599);
      expect(await texts(second, [request("hour", "c")])).toEqual(["203.0.113.3"]);
      expect(await texts(store, [request("hour", "a")])).toEqual(["203.0.113.1"]);
      expect((await second.read()).released).toEqual({});
      expect(await second.release(["a"])).toEqual(["a"]);
      clock.pass(3600);
      expect((await store.read()).released).toEqual({});
      expect(await texts(store, [request("hour", "d"), request("hour", "a")])).toEqual(["203.0.113.1", "203.0.113.4"]);
      expect(await texts(second, [request("hour", "d")])).toEqual(["203.0.113.1"]);
    });

    it("gives a pool without quarantine's address anew at once, and a block over what has rested", async () => {
      const { store, other, clock } = await setUp();
      const second = await other();
      expect(await texts(store, [request("quick", "a"), request("quick", "b")])).toHaveLength(2);
      expect(await texts(second, [request("quick", "c")])).toEqual(["exhausted"]);
      await store.release(["a"]);
      expect(await texts(second, [request("quick", "c"), request("quick", "a")])).toEqual([
        "198.51.100.1",
        "exhausted",
      ]);
      await store.allocate([1, 2, 3, 4, 5, 6].map((each) => request("hour", `h${each}`)));
      await second.release(["h1", "h2", "h3", "h5"]);
      clock.pass(3600);
      expect(await texts(store, [block("hour", "low", 30), block("hour", "pair", 31)])).toEqual([
        "203.0.113.0/30",
        "exhausted",
      ]);
      expect(await texts(second, [request("hour", "single"), request("hour", "h1")])).toEqual([
        "203.0.113.5",
        "exhausted",
      ]);
      await store.release(["low"]);
      clock.pass(3600);
      expect(await texts(second, [request("hour", "h1"), request("hour", "h2")])).toEqual([
        "203.0.113.1",
        "203.0.113.2",
      ]);
    });

    it("lets rest what a key had when it asks for something else", async () => {
      const { store, other } = await setUp();
      await store.allocate([request("small", "a")]);
      const second = await other();
      expect(await texts(second, [request("hour", "a"), request("small", "b")])).toEqual(["203.0.113.1", "192.0.2.2"]);
      const { allocations, released } = await store.read();
      expect(allocations.a).toEqual({ pool: "hour", address: "203.0.113.1" });
      expect(released.a).toEqual({ pool: "small", address: "192.0.2.1", releasedAt: "2026-11-23T16:50:00Z" });
      expect(await texts(store, [request("small", "a"), block("small", "a", 30)])).toEqual([
        "192.0.2.1",
        "192.0.2.4/30",
      ]);
    });

    it("keeps any text as a key", async () => {
      const { store, other } = await setUp();
      const given = await texts(
        store,
        hostileKeys.map((key) => request("hosts", key)),
      );
      expect(new Set(given).size).toBe(hostileKeys.length);
      const second = await other();
      const { allocations } = await second.read();
      expect(Object.entries(allocations).map(([key, { address }]) => [key, address])).toEqual(
        hostileKeys
          .map((key, index) => [key, given[index] ?? ""] as const)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, address]) => [key, address]),
      );
      expect(await second.release(hostileKeys)).toEqual(hostileKeys);
      expect(Object.keys((await store.read()).released)).toEqual(hostileKeys.toSorted());
      const back = await texts(
        store,
        hostileKeys.map((key) => request("hosts", key)),
      );
      expect(back).toEqual(given);
    });

    it("remembers everything when it is closed and opened again", async () => {
      const { store, other } = await setUp();
      await store.allocate([request("hosts", "a"), block("links", "b", 31), request("hosts", "c")]);
      await store.release(["c"]);
      const state = await store.read();
      await store.close();
      const again = await other();
      expect(await again.read()).toEqual(state);
      expect(await texts(again, [request("hosts", "a"), request("hosts", "d")])).toEqual(["10.0.0.2", "10.0.0.7"]);
    });

    it("gives nothing twice, and one key one address, to handles that ask at the same time", async () => {
      const { store, other } = await setUp();
      const handles = [store, await other(), await other()];
      const asked = await Promise.all(
        handles.flatMap((handle, who) => [
          ...Array.from({ length: 12 }, (_, each) => texts(handle, [request("hosts", `own-${who}-${each}`)])),
          texts(
            handle,
            Array.from({ length: 20 }, (_, each) => request("hosts", `shared-${each}`)),
          ),
        ]),
      );
      const { allocations } = await store.read();
      const addresses = Object.values(allocations).map((record) => record.address);
      expect(addresses).toHaveLength(3 * 12 + 20);
      expect(new Set(addresses).size).toBe(addresses.length);
      expect(new Set(asked.flat())).toEqual(new Set(addresses));
      const shared = asked.filter((given) => given.length === 20);
      expect(shared[1]).toEqual(shared[0]);
      expect(shared[2]).toEqual(shared[0]);
    });

    it("does what the store in memory does, whatever happens", { timeout: 60_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(histories, async (steps) => {
          const clock = startClock();
          const model = createMemoryStore({ pools, now: clock.now });
          const backing = await create({ pools, now: clock.now });
          const handles = [await backing.open(), await backing.open()];
          const holders = new Map<string, string>();
          for (const { seconds, handle, release, requests } of steps) {
            clock.pass(seconds);
            const store = handles[handle] ?? handles[0];
            if (store === undefined) throw new Error("there is a handle");
            expect(await store.release(release)).toEqual(await model.release(release));
            const before = (await model.read()).allocations;
            expect(await store.allocate(requests)).toEqual(await model.allocate(requests));
            const state = await store.read();
            expect(state).toEqual(await model.read());
            expectSound(before, state, holders);
          }
          for (const handle of handles) await handle.close();
        }),
        { numRuns: runs },
      );
    });
  });
}

/** Nobody who had an address moved, nothing is given or kept twice. */
function expectSound(
  before: AllocationState["allocations"],
  { allocations, released }: AllocationState,
  holders: Map<string, string>,
): void {
  for (const [key, record] of Object.entries(before)) expect(allocations[key]).toEqual(record);
  holders.clear();
  for (const [key, { address }] of [...Object.entries(allocations), ...Object.entries(released)]) {
    expect(holders.get(address), address).toBeUndefined();
    holders.set(address, key);
  }
}

/** A key always asks for the same, as a program's keys do. */
const wants: readonly AllocationRequest[] = Array.from({ length: 14 }, (_, each): AllocationRequest => {
  const key = `k${each}`;
  if (each < 5) return request("hour", key);
  if (each < 7) return block("hour", key, 31);
  if (each < 9) return block("links", key, each === 7 ? 30 : 29);
  if (each < 11) return request(each === 9 ? "around" : "links", key);
  return each === 13 ? block("sparse", key, 30) : request("sparse", key);
});

const histories = fc.array(
  fc.record({
    seconds: fc.constantFrom(0, 1, 59, 60, 1800, 3600, 700_000),
    handle: fc.nat(1),
    release: fc.subarray(wants.map(({ key }) => key)),
    requests: fc.shuffledSubarray([...wants]),
  }),
  { minLength: 1, maxLength: 8 },
);

interface Clock {
  now(): Date;
  pass(seconds: number): void;
}

function startClock(): Clock {
  let at = Date.parse("2026-11-23T16:50:00Z");
  return {
    now: () => new Date(at),
    pass(seconds) {
      at += seconds * 1000;
    },
  };
}
