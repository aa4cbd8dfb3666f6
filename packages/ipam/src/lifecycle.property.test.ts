import fc from "fast-check";
import { expect, it } from "vitest";
import { type AddressFamily, addToAddress, type IpAddress, parseAddress } from "./address.js";
import { createAllocator } from "./allocator.js";
import { address, prefix, range } from "./ipam.test-support.js";
import type { AllocationState, PoolDefinition } from "./pool.js";
import { addressBits, formatPrefix, hostPrefix, type Prefix } from "./prefix.js";
import { conclude, recall } from "./quarantine.js";
import { isUsableHost } from "./range.js";
import { containsAddress, containsPrefix, findOverlaps, overlaps } from "./relation.js";

const day = 24 * 60 * 60 * 1000;
const restingDays = 3;

/** What the pools are in one year and in another: prefixes come and go, so do gateways and exclusions. */
const shapes: readonly Pick<PoolDefinition, "prefixes" | "exclude" | "gateways">[] = [
  { prefixes: ["10.0.0.0/28", "fd00::/124"].map(prefix) },
  { prefixes: ["10.0.0.0/27", "fd00::/124", "fd00::10/125"].map(prefix), gateways: [address("10.0.0.1")] },
  { prefixes: ["10.0.0.16/28", "10.0.0.0/29", "fd00::/125"].map(prefix), exclude: [range("10.0.0.2-10.0.0.3")] },
];

interface Wish {
  readonly key: string;
  readonly pool: string;
  readonly family: AddressFamily;
  readonly hostBits: number | null;
}

/** A key keeps its name, and may be asked for from either pool. */
const wish = fc
  .record({
    name: fc.nat(7),
    pool: fc.constantFrom("p", "p", "p", "q"),
    family: fc.constantFrom<AddressFamily>("ipv4", "ipv4", "ipv6"),
  })
  .map(({ name, pool, family }): Wish => {
    const hostBits = [null, null, null, null, 0, 1, 1, 2][name] ?? null;
    return { key: `${name}/${family}`, pool, family, hostBits };
  });

const step = fc.record({
  wishes: fc.uniqueArray(wish, { maxLength: 12, selector: ({ key }) => key }),
  hands: fc.array(
    fc.nat(31).map((host) => addToAddress(address("10.0.0.0"), host) ?? address("10.0.0.0")),
    { maxLength: 2 },
  ),
  days: fc.nat(restingDays + 1),
  shape: fc.constantFrom(0, 0, 0, 1, 2),
});

function extentOf(text: string): Prefix {
  const single = parseAddress(text);
  return single ? hostPrefix(single) : prefix(text);
}

function lies(pool: PoolDefinition, text: string): boolean {
  const extent = extentOf(text);
  const isSingle = !text.includes("/");
  const first = extent.address;
  const isHost = (network: Prefix) => !isSingle || isUsableHost(network, first);
  return (
    pool.prefixes.some((network) => containsPrefix(network, extent) && isHost(network)) &&
    !forbidden(pool).some((at) => containsAddress(extent, at))
  );
}

function forbidden({ gateways = [], exclude = [] }: PoolDefinition): readonly IpAddress[] {
  return [...gateways, ...exclude.flatMap(({ first, last }) => [first, last])];
}

it.each(["lowest", "sparse"] as const)(
  "whatever happens to keys, pools and hands over the years, %s first",
  { tags: "property" },
  (strategy) => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 2, maxLength: 8 }), (steps) => {
        let state: AllocationState = { allocations: {}, released: {} };
        let now = Date.parse("2026-11-23T16:50:00Z");
        /** The test's own memory: what was given up when and by whom, of each key the last. */
        const gone = new Map<string, { pool: string; text: string; until: number }>();
        for (const { wishes, hands, days, shape } of steps) {
          now += days * day;
          const pools = ["p", "q"].map(
            (name): PoolDefinition => ({
              ...(shapes[shape] ?? { prefixes: [] }),
              name,
              strategy,
              quarantineSeconds: restingDays * 24 * 60 * 60,
            }),
          );
          const allocator = createAllocator(pools, recall(state, pools, now));
          for (const [index, hand] of hands.entries()) allocator.reserve(`hand/${index}`, hand);
          for (const { key, pool, family, hostBits } of wishes) {
            if (hostBits === null) {
              const promised = allocator.next(pool, family);
              const known = state.allocations[key] ?? state.released[key];
              const result = allocator.allocate(pool, key, family);
              if (known === undefined) expect(result.ok ? result.address : null).toBe(promised);
            } else {
              const length = addressBits(family) - hostBits;
              const promised = allocator.next(pool, family, length);
              const known = state.allocations[key] ?? state.released[key];
              const result = allocator.allocateBlock(pool, key, family, length);
              if (known === undefined) expect(result.ok ? formatPrefix(result.prefix) : null).toBe(promised);
            }
          }
          const before = state.allocations;
          const after = allocator.snapshot();

          const extents = Object.values(after).map((record) => extentOf(record.address));
          expect(findOverlaps(extents)).toEqual([]);
          for (const [key, { pool: name, address: text }] of Object.entries(after)) {
            const pool = pools.find((own) => own.name === name);
            expect(pool && lies(pool, text)).toBe(true);
            const extent = extentOf(text);
            expect(hands.some((hand) => containsAddress(extent, hand))).toBe(false);
            for (const [other, rest] of gone) {
              if (other !== key && rest.until > now) expect(overlaps(extentOf(rest.text), extent)).toBe(false);
            }
            // Who had one before, in this run's allocations or resting, and may have it still, has it.
            const own = before[key];
            const isFree = (at: string) =>
              pool && lies(pool, at) && !hands.some((hand) => containsAddress(extentOf(at), hand));
            if (own?.pool === name && isFree(own.address)) expect(text).toBe(own.address);
            else {
              const rest = gone.get(key);
              if (rest?.pool === name && rest.until > now && isFree(rest.text)) expect(text).toBe(rest.text);
            }
          }

          for (const [key, { address: text }] of Object.entries(after))
            if (gone.get(key)?.text === text) gone.delete(key);
          for (const [key, { pool, address: text }] of Object.entries(before))
            if (after[key]?.address !== text || after[key]?.pool !== pool)
              gone.set(key, { pool, text, until: now + restingDays * day });
          state = conclude(state, after, pools, now);
        }
      }),
      { numRuns: 400 },
    );
  },
);

it("the next run of an unchanged topology gives the same, byte for byte, however late", { tags: "property" }, () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 5 }), fc.nat(1000), (steps, later) => {
      let state: AllocationState = { allocations: {}, released: {} };
      let now = Date.parse("2026-11-23T16:50:00Z");
      const pools = [{ name: "p", ...(shapes[0] ?? { prefixes: [] }) }];
      const run = (wishes: readonly Wish[]) => {
        const allocator = createAllocator(pools, recall(state, pools, now));
        for (const { key, family } of wishes) allocator.allocate("p", key, family);
        return conclude(state, allocator.snapshot(), pools, now);
      };
      for (const { wishes, days } of steps) {
        now += days * day;
        state = run(wishes);
      }
      now += later * day;
      const wanted = new Set(Object.keys(state.allocations));
      const last = steps.at(-1)?.wishes.filter(({ key }) => wanted.has(key)) ?? [];
      expect(JSON.stringify(run(last.toReversed()))).toBe(JSON.stringify(state));
    }),
  );
});
