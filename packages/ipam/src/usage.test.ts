import { expect, it } from "vitest";
import { address, prefix, range } from "./ipam.test-support.js";
import { poolUse } from "./usage.js";

const record = (at: string) => ({ pool: "p", address: at });
const nothing = { allocations: {}, resting: {}, reserved: [] };

function use(prefixes: readonly string[], taken: Parameters<typeof poolUse>[1], more = {}) {
  return poolUse([{ name: "p", prefixes: prefixes.map(prefix), ...more }], taken).map(
    ({ prefix: text, usable, reserved, allocated, resting, free }) => [
      text,
      ...[usable, reserved, allocated, resting, free].map(Number),
    ],
  );
}

it("counts what each prefix has, once each: reserved, allocated, resting, free", () => {
  const taken = {
    allocations: { a: record("10.0.0.9"), b: record("10.0.1.1"), c: record("10.0.0.2"), d: record("fd00::1") },
    resting: { e: record("10.0.0.9"), f: record("10.0.0.10") },
    reserved: ["10.0.0.1", "10.0.0.200", "192.0.2.1"],
  };
  const more = { gateways: [address("10.0.0.1")], exclude: [range("10.0.0.0-10.0.0.4")] };
  expect(use(["10.0.0.0/24", "10.0.1.0/30", "fd00::/120"], taken, more)).toEqual([
    // The network's own address is excluded too, and was no host's before.
    ["10.0.0.0/24", 255, 6, 1, 1, 247],
    ["10.0.1.0/30", 2, 0, 1, 0, 1],
    ["fd00::/120", 255, 0, 1, 0, 254],
  ]);
});

it("counts a block by its addresses, the network's own too where a block begins there", () => {
  const taken = {
    ...nothing,
    allocations: { a: record("10.0.0.0/31"), b: record("10.0.0.4/30"), c: record("10.0.0.254/31") },
  };
  expect(use(["10.0.0.0/24"], taken)).toEqual([["10.0.0.0/24", 256, 0, 8, 0, 248]]);
});

it.each([
  ["10.0.0.0/31", 2],
  ["10.0.0.0/32", 1],
  ["fd00::/127", 2],
  ["10.0.0.0/30", 2],
])("%s has %i usable addresses", (text, usable) => {
  expect(use([text], nothing)).toEqual([[text, usable, 0, 0, 0, usable]]);
});
