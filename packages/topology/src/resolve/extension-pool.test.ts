import { expect, it } from "vitest";
import { unwrap } from "../diagnostics/diagnostic.js";
import { pool } from "../document/pool-schema.js";
import { loadTopology } from "../load/load-topology.js";
import { allocateBlocks } from "./extension-pool.js";
import { type Remembered, resolveTopology } from "./resolve-topology.js";

const day = 24 * 60 * 60 * 1000;
const start = Date.parse("2026-11-01T00:00:00Z");

function run(
  previous: Remembered,
  now: number,
  keys: readonly string[],
  prefixes = ["10.200.0.0/22", "fd00:200::/62"],
) {
  const text = `nix-nos:
  network: { pools: { loopbacks: { prefixes: [10.255.0.0/24] } } }
  clusters: { lab: { nodes: { n1: { role: leaf, loopback: auto } } } }`;
  const { document } = unwrap(loadTopology({ file: "t.yaml", format: "yaml", text }));
  const before = unwrap(resolveTopology(document, { previous, now }));
  const own = { name: "x/y", document: pool.parse({ prefixes }), blockLength: { ipv4: 24, ipv6: 64 }, path: [] };
  return allocateBlocks(before, own, keys);
}

it("a key keeps its blocks while others come and go, and Layer 1's own records stay", () => {
  const first = run({}, start, ["a", "b"]).network;
  expect(first.allocations).toEqual({
    "a/ipv4": { pool: "x/y", address: "10.200.0.0/24" },
    "a/ipv6": { pool: "x/y", address: "fd00:200::/64" },
    "b/ipv4": { pool: "x/y", address: "10.200.1.0/24" },
    "b/ipv6": { pool: "x/y", address: "fd00:200:0:1::/64" },
    "node/n1/loopback/ipv4": { pool: "loopbacks", address: "10.255.0.1" },
  });
  const second = run(first, start + day, ["0", "b"]).network;
  expect(second.allocations["b/ipv4"]?.address).toBe("10.200.1.0/24");
  expect(second.allocations["0/ipv4"]?.address).toBe("10.200.2.0/24");
  expect(second.released["a/ipv4"]).toEqual({
    pool: "x/y",
    address: "10.200.0.0/24",
    releasedAt: "2026-11-02T00:00:00Z",
  });
});

it("the same keys leave the same record, however late they are asked for", () => {
  const first = run({}, start, ["a", "b"]).network;
  const second = run(first, start + day, ["b"]).network;
  const third = run(second, start + 100 * day, ["b"]).network;
  expect([third.allocations, third.released]).toEqual([second.allocations, second.released]);
});

it("what has rested is given to another, and what comes back in time gets its own", () => {
  const first = run({}, start, ["a", "b"]).network;
  const second = run(first, start + day, ["b"]).network;
  expect(run(second, start + 2 * day, ["c", "a", "b"]).network.allocations["a/ipv4"]?.address).toBe("10.200.0.0/24");
  expect(run(second, start + 10 * day, ["c", "b"]).network.allocations["c/ipv4"]?.address).toBe("10.200.0.0/24");
});

it("a pool that is too small gives what it has, and says who is left without", () => {
  const { network, wanting } = run({}, start, ["a", "b", "c"], ["10.200.0.0/23"]);
  expect([wanting, network.allocations["b/ipv4"]?.address]).toEqual([["c/ipv4"], "10.200.1.0/24"]);
});
