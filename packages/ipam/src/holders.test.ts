import { expect, it } from "vitest";
import { poolHolders } from "./holders.js";
import { address, prefix } from "./ipam.test-support.js";

const record = (at: string, pool = "p") => ({ pool, address: at });

it("lists who has what of a pool by address, and nothing of elsewhere", () => {
  const pool = {
    name: "p",
    prefixes: [prefix("fd00::/64"), prefix("10.0.0.0/24")],
    gateways: [address("10.0.0.1"), address("192.0.2.1")],
  };
  const holders = poolHolders(pool, {
    allocations: {
      z: record("10.0.0.9"),
      b: record("fd00::1"),
      block: record("10.0.0.0/31"),
      left: record("10.1.0.1"),
      other: record("10.0.0.7", "q"),
      broken: record("10.0.0.300"),
    },
    resting: { a: record("10.0.0.9"), r: record("10.0.0.10") },
    reserved: ["10.0.0.1", "10.0.0.200", "10.9.0.1"],
  });
  expect(holders.map(({ address: at, kind, key }) => [at, kind, key])).toEqual([
    ["10.0.0.0/31", "allocated", "block"],
    ["10.0.0.1", "reserved", null],
    ["10.0.0.9", "resting", "a"],
    ["10.0.0.9", "allocated", "z"],
    ["10.0.0.10", "resting", "r"],
    ["10.0.0.200", "reserved", null],
    ["fd00::1", "allocated", "b"],
  ]);
});
