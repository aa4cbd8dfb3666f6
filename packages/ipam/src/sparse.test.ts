import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAllocator } from "./allocator.js";
import { emptySpace, isTaken, spaceOf, take } from "./free-space.js";
import { address, prefix, range } from "./ipam.test-support.js";
import { formatPrefix } from "./prefix.js";
import { sparseNext, sparseOrder } from "./sparse.js";

describe("a sparse pool", () => {
  it("gives each block the middle of the room that is left", () => {
    const allocator = createAllocator([{ name: "p", prefixes: [prefix("10.0.0.0/16")], strategy: "sparse" }]);
    const given = Array.from("abcdefgh", (key) => {
      const block = allocator.allocateBlock("p", key, "ipv4", 24);
      return block.ok ? formatPrefix(block.prefix) : block.reason;
    });
    expect(given).toEqual([0, 128, 64, 192, 32, 160, 96, 224].map((octet) => `10.0.${octet}.0/24`));
    expect(allocator.next("p", "ipv4")).toBe("10.0.16.0");
  });

  it("goes around what is excluded, however little is left of however much", () => {
    const prefixes = [prefix("fd00::/64")];
    const exclude = [
      range("fd00::-fd00::ffff:ffff:ffff:fff0"),
      range("fd00::ffff:ffff:ffff:fff2-fd00::ffff:ffff:ffff:ffff"),
    ];
    const allocator = createAllocator([{ name: "p", prefixes, strategy: "sparse", exclude }]);
    expect(allocator.allocate("p", "a", "ipv6")).toMatchObject({ ok: true, address: "fd00::ffff:ffff:ffff:fff1" });
    expect(allocator.allocate("p", "b", "ipv6")).toMatchObject({ ok: false, reason: "exhausted" });
  });

  it("goes around a block that another key has, however large", () => {
    const allocator = createAllocator([{ name: "p", prefixes: [prefix("fd00::/16")], strategy: "sparse" }], {
      allocations: { half: { pool: "p", address: "fd00::/17" } },
    });
    allocator.allocateBlock("p", "quarter", "ipv6", 18);
    expect(allocator.holder(address("fd00:8000::1"))).toBe("quarter");
    expect(allocator.next("p", "ipv6")).toBe("fd00:c000::");
    expect(allocator.next("p", "ipv6", 19)).toBe("fd00:c000::/19");
    expect(allocator.next("p", "ipv6", 17)).toBeNull();
  });
});

it("is the order of RFC 3531, as counting with the bits reversed would have it", { tags: "property" }, () => {
  const intervals = fc.array(fc.tuple(fc.integer({ min: 60, max: 140 }), fc.integer({ min: 1, max: 20 })));
  fc.assert(
    fc.property(
      intervals,
      fc.constantFrom(1, 2, 4),
      fc.nat(12),
      fc.nat(12),
      intervals,
      (fixed, size, low, high, more) => {
        // Sixty-four addresses from 64 on, of which some at both ends do not count.
        const space = spaceOf(fixed.map(([at, length]) => [BigInt(at), BigInt(at + length)]));
        const bits = Math.log2(64 / size);
        const [from, to] = [BigInt(64 + low), BigInt(128 - high)];
        const order = sparseOrder(space, 64n, BigInt(size), bits, from, to);
        const given = emptySpace();
        const naive = (): bigint | null => {
          for (let place = 0; place < 64 / size; place++) {
            const mirrored =
              bits === 0 ? 0 : Number.parseInt([...place.toString(2).padStart(bits, "0")].reverse().join(""), 2);
            const [start, end] = [BigInt(64 + mirrored * size), BigInt(64 + (mirrored + 1) * size)];
            if (start >= from && end <= to && !isTaken(space, start, end) && !isTaken(given, start, end)) return start;
          }
          return null;
        };
        for (let round = 0; ; round++) {
          const start = sparseNext(order, given);
          expect(start).toBe(naive());
          if (start === null) return;
          take(given, start, start + BigInt(size));
          const [at, length] = more[round] ?? [];
          if (at !== undefined && length !== undefined) take(given, BigInt(at), BigInt(at + length));
        }
      },
    ),
  );
});
