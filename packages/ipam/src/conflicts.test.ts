import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseAddress } from "./address.js";
import { findConflicts, repairRecords } from "./conflicts.js";
import { hostPrefix, parsePrefix } from "./prefix.js";
import { overlaps } from "./relation.js";

const records = (entries: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(entries).map(([key, address]) => [key, { pool: "p", address }]));

describe("records of two branches", () => {
  it("that give one address to two keys are found, and the first key by name keeps it", () => {
    const merged = records({ c: "10.0.0.1", b: "10.0.0.1", a: "10.0.0.2", d: "fd00::1", e: "fd00:0::1" });
    expect(findConflicts(merged)).toEqual([
      { keeps: "b", moves: "c", address: "10.0.0.1" },
      { keeps: "d", moves: "e", address: "fd00:0::1" },
    ]);
    expect(Object.keys(repairRecords(merged).allocations)).toEqual(["b", "a", "d"]);
  });

  it("conflict where a block holds another's address", () => {
    const { allocations, settled } = repairRecords(
      records({ a: "10.0.0.0/30", b: "10.0.0.2/31", c: "10.0.0.3", d: "10.0.0.4" }),
    );
    expect(Object.keys(allocations)).toEqual(["a", "d"]);
    expect(settled.map(({ moves }) => moves).sort()).toEqual(["b", "c"]);
  });

  it("that nobody can read conflict with nothing", () => {
    expect(findConflicts(records({ a: "?", b: "?", c: "" }))).toEqual([]);
  });
});

const address = fc.oneof(
  fc.nat(15).map((host) => `10.0.0.${host}`),
  fc
    .tuple(fc.nat(3), fc.constantFrom(28, 30, 31))
    .map(([at, length]) => `10.0.0.${(at * 4) & (length === 28 ? 0 : 255)}/${length}`),
);

it("leaves no overlap, and moves nobody without one", { tags: "property" }, () => {
  const extent = (text: string) => {
    const own = parseAddress(text);
    return own ? hostPrefix(own) : parsePrefix(text);
  };
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,2}$/), address, { maxKeys: 12 }), (entries) => {
      const { allocations, settled } = repairRecords(records(entries));
      const kept = Object.values(allocations).map((record) => extent(record.address));
      for (const [index, one] of kept.entries()) {
        for (const other of kept.slice(index + 1)) expect(one && other && overlaps(one, other)).toBe(false);
      }
      expect(Object.keys(allocations).length + settled.length).toBe(Object.keys(entries).length);
      for (const { keeps, moves } of settled) {
        const [one, other] = [extent(entries[keeps] ?? ""), extent(entries[moves] ?? "")];
        expect(one && other && overlaps(one, other)).toBe(true);
      }
    }),
  );
});
