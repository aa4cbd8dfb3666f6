import fc from "fast-check";
import { expect, it } from "vitest";
import { type AddressFamily, addToAddress, formatAddress, parseAddress } from "./address.js";
import { type Allocator, createAllocator } from "./allocator.js";
import { address, prefix, range } from "./ipam.test-support.js";
import type { AllocationRecord, PoolDefinition } from "./pool.js";
import { formatPrefix, hostPrefix, type Prefix, parsePrefix } from "./prefix.js";
import { isUsableHost } from "./range.js";
import { containsAddress, containsPrefix, findOverlaps } from "./relation.js";

const pools: readonly PoolDefinition[] = [
  {
    name: "mixed",
    prefixes: ["10.0.0.0/28", "fd00::/124", "10.0.0.32/29", "10.0.0.48/31"].map(prefix),
    exclude: [range("10.0.0.4-10.0.0.6"), range("fd00::8-fd00::9")],
    gateways: [address("10.0.0.1"), address("fd00::1")],
  },
  { name: "small", prefixes: [prefix("10.1.0.0/29"), prefix("fd01::/126")] },
];

interface Wish {
  readonly pool: string;
  readonly key: string;
  readonly family: AddressFamily;
  /** Bits of the block, `null` for a single address. */
  readonly hostBits: number | null;
}

/** A key is always asked for in one way, as its name says. */
const anyWish = fc
  .record({
    pool: fc.constantFrom("mixed", "mixed", "small"),
    name: fc.nat(12),
    family: fc.constantFrom<AddressFamily>("ipv4", "ipv4", "ipv6"),
    hostBits: fc.constantFrom(null, null, 0, 1, 2),
  })
  .map(
    ({ pool, name, family, hostBits }): Wish => ({
      pool,
      key: `${pool}/${name}/${family}/${hostBits}`,
      family,
      hostBits,
    }),
  );

const anyHand = fc.oneof(
  fc.nat(63).map((host) => addToAddress(address("10.0.0.0"), host) ?? address("10.0.0.0")),
  fc.nat(15).map((host) => addToAddress(address("fd00::"), host) ?? address("fd00::")),
);

function ask(allocator: Allocator, { pool, key, family, hostBits }: Wish): Prefix | null {
  if (hostBits !== null) {
    const result = allocator.allocateBlock(pool, key, family, (family === "ipv4" ? 32 : 128) - hostBits);
    return result.ok ? result.prefix : null;
  }
  const result = allocator.allocate(pool, key, family);
  return result.ok ? hostPrefix(address(result.address)) : null;
}

function extentOf({ address: text }: AllocationRecord): Prefix {
  const single = parseAddress(text);
  return single ? hostPrefix(single) : prefix(text);
}

function* addressesOf(extent: Prefix) {
  for (let host = 0; host < 2 ** ((extent.address.family === "ipv4" ? 32 : 128) - extent.length); host++) {
    const within = addToAddress(extent.address, host);
    if (within) yield within;
  }
}

/** Whether a pool may give an extent at all, told without the allocator's own arithmetic. */
function mayGive(pool: PoolDefinition | undefined, extent: Prefix, single: boolean): boolean {
  const own = pool?.prefixes.filter((network) => containsPrefix(network, extent)) ?? [];
  if (own.length === 0 || (single && !own.some((network) => isUsableHost(network, extent.address)))) return false;
  for (const within of addressesOf(extent)) {
    const text = formatAddress(within);
    if (pool?.gateways?.some((gateway) => formatAddress(gateway) === text)) return false;
    for (const { first, last } of pool?.exclude ?? []) {
      for (let at: typeof first | null = first; at; at = addToAddress(at, 1)) {
        if (formatAddress(at) === text) return false;
        if (formatAddress(at) === formatAddress(last)) break;
      }
    }
  }
  return true;
}

const anyRun = fc.record({
  wishes: fc.array(anyWish, { maxLength: 25 }),
  hands: fc.array(anyHand, { maxLength: 3 }),
});

function checkRun(
  previous: Readonly<Record<string, AllocationRecord>>,
  { wishes, hands }: { readonly wishes: readonly Wish[]; readonly hands: readonly ReturnType<typeof address>[] },
): Readonly<Record<string, AllocationRecord>> {
  const allocator = createAllocator(pools, { allocations: previous });
  for (const [index, hand] of hands.entries()) allocator.reserve(`hand/${index}`, hand);
  const answers = new Map<string, string>();
  for (const wish of wishes) {
    const extent = ask(allocator, wish);
    if (!extent) continue;
    expect(answers.get(wish.key) ?? formatPrefix(extent)).toBe(formatPrefix(extent));
    answers.set(wish.key, formatPrefix(extent));
    expect(allocator.holder(extent.address)).toBe(wish.key);
  }
  const snapshot = allocator.snapshot();
  const entries = Object.entries(snapshot);
  expect(entries.map(([key]) => key)).toEqual([...answers.keys()].sort());

  const extents = entries.map(([, record]) => extentOf(record));
  expect(findOverlaps(extents)).toEqual([]);
  for (const [index, [, { pool, address: text }]] of entries.entries()) {
    const extent = extents[index] ?? prefix("::/0");
    expect(
      mayGive(
        pools.find(({ name }) => name === pool),
        extent,
        !text.includes("/"),
      ),
    ).toBe(true);
    expect(hands.some((hand) => containsAddress(extent, hand))).toBe(false);
  }
  return snapshot;
}

it("whatever is added, removed, reordered or reserved: who can stay stays, and nothing is given twice or to outside", {
  tags: "property",
}, () => {
  fc.assert(
    fc.property(fc.array(anyRun, { minLength: 1, maxLength: 5 }), (runs) => {
      let previous: Readonly<Record<string, AllocationRecord>> = {};
      for (const run of runs) {
        const next = checkRun(previous, run);
        const old = Object.entries(previous);
        for (const { key } of run.wishes) {
          const before = previous[key];
          const reserved = before !== undefined && run.hands.some((hand) => containsAddress(extentOf(before), hand));
          if (before && !reserved) expect(next[key]).toEqual(before);
        }
        // What a key had that is gone rests for a run.
        const fresh = Object.entries(next).filter(([key, { address: text }]) => previous[key]?.address !== text);
        const both = [...old, ...fresh].map(([, record]) => extentOf(record));
        expect(findOverlaps(both)).toEqual([]);
        previous = next;
      }
    }),
    { numRuns: 400 },
  );
});

it("gives the lowest free extent, as trying each one in order would", { tags: "property" }, () => {
  fc.assert(
    fc.property(fc.array(anyWish, { maxLength: 40 }), fc.array(anyHand, { maxLength: 4 }), (wishes, hands) => {
      const allocator = createAllocator(pools);
      const taken = new Set(hands.map(formatAddress));
      for (const [index, hand] of hands.entries()) allocator.reserve(`hand/${index}`, hand);
      const known = new Map<string, string | null>();
      for (const wish of wishes) {
        const { pool: name, key, family, hostBits } = wish;
        const pool = pools.find((own) => own.name === name);
        const length = (family === "ipv4" ? 32 : 128) - (hostBits ?? 0);
        const candidates = (pool?.prefixes ?? []).flatMap((network) =>
          network.address.family === family
            ? [...addressesOf(network)].flatMap((at) => {
                const extent = parsePrefix(`${formatAddress(at)}/${length}`);
                return extent && containsPrefix(network, extent) ? [extent] : [];
              })
            : [],
        );
        const isFree = (extent: Prefix) => [...addressesOf(extent)].every((at) => !taken.has(formatAddress(at)));
        const lowest = candidates.find((extent) => mayGive(pool, extent, hostBits === null) && isFree(extent));
        const expected = known.get(key) ?? (lowest ? formatPrefix(lowest) : null);
        const extent = ask(allocator, wish);
        expect(extent && formatPrefix(extent)).toBe(expected);
        if (!extent) continue;
        known.set(key, expected);
        for (const at of addressesOf(extent)) taken.add(formatAddress(at));
      }
    }),
    { numRuns: 300 },
  );
});

it("records that somebody broke by hand break nothing", { tags: "property" }, () => {
  const anyText = fc.oneof(
    anyHand.map(formatAddress),
    fc.tuple(anyHand, fc.integer({ min: 28, max: 33 })).map(([hand, length]) => `${formatAddress(hand)}/${length}`),
    fc.constantFrom("", "x", "10.0.0.300", "0.0.0.0/0", "::/0"),
    fc.string(),
  );
  const anyPrevious = fc.array(fc.tuple(anyWish, anyText, fc.constantFrom("mixed", "small", "gone", "__proto__")));
  fc.assert(
    fc.property(anyPrevious, anyRun, (records, run) => {
      const previous = Object.fromEntries(records.map(([{ key }, text, pool]) => [key, { pool, address: text }]));
      checkRun(previous, run);
    }),
    { numRuns: 500 },
  );
});
