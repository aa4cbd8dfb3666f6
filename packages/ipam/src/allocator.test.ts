import { describe, expect, it } from "vitest";
import { type Allocator, createAllocator } from "./allocator.js";
import { address, prefix, range } from "./ipam.test-support.js";
import type { PoolDefinition } from "./pool.js";
import { formatPrefix } from "./prefix.js";

const loopbacks: PoolDefinition = { name: "loopbacks", prefixes: [prefix("10.255.0.0/29"), prefix("fd00::/64")] };
const fabric: PoolDefinition = { name: "fabric", prefixes: [prefix("10.254.0.0/29")] };

/** The address given, or the reason that none was. */
function given(allocator: Allocator, key: string, family: "ipv4" | "ipv6" = "ipv4", pool = "loopbacks"): string {
  const result = allocator.allocate(pool, key, family);
  return result.ok ? result.address : result.reason;
}

function block(allocator: Allocator, key: string, length = 31, pool = "fabric"): string {
  const result = allocator.allocateBlock(pool, key, "ipv4", length);
  return result.ok ? formatPrefix(result.prefix) : result.reason;
}

describe("a new key", () => {
  it("gets the lowest free host, and the pool's prefix length", () => {
    const allocator = createAllocator([loopbacks]);
    expect(allocator.allocate("loopbacks", "a", "ipv4")).toEqual({ ok: true, address: "10.255.0.1", prefixLength: 29 });
    expect(allocator.allocate("loopbacks", "a6", "ipv6")).toEqual({ ok: true, address: "fd00::1", prefixLength: 64 });
    expect(given(allocator, "b")).toBe("10.255.0.2");
  });

  it("gets the same when it asks again", () => {
    const allocator = createAllocator([loopbacks, fabric]);
    expect([given(allocator, "a"), given(allocator, "b"), given(allocator, "a")]).toEqual([
      "10.255.0.1",
      "10.255.0.2",
      "10.255.0.1",
    ]);
    expect([block(allocator, "x"), block(allocator, "x")]).toEqual(["10.254.0.0/31", "10.254.0.0/31"]);
  });

  it("never gets the network, the broadcast, a gateway, an exclusion or a reserved address", () => {
    const allocator = createAllocator([
      { ...loopbacks, gateways: [address("10.255.0.1")], exclude: [range("10.255.0.3-10.255.0.4")] },
    ]);
    allocator.reserve("by hand", address("10.255.0.5"));
    expect(["a", "b", "c"].map((key) => given(allocator, key))).toEqual(["10.255.0.2", "10.255.0.6", "exhausted"]);
  });

  it("uses both addresses of a /31 and the one of a /32, and the next prefix when one is full", () => {
    const prefixes = ["10.0.0.0/31", "10.0.0.9/32", "10.0.1.0/30"].map(prefix);
    const allocator = createAllocator([{ name: "loopbacks", prefixes }]);
    expect(["a", "b", "c", "d", "e", "f"].map((key) => given(allocator, key))).toEqual([
      "10.0.0.0",
      "10.0.0.1",
      "10.0.0.9",
      "10.0.1.1",
      "10.0.1.2",
      "exhausted",
    ]);
  });

  it("is told why it gets nothing", () => {
    const allocator = createAllocator([fabric]);
    expect(given(allocator, "a", "ipv4", "nowhere")).toBe("unknown-pool");
    expect(given(allocator, "a", "ipv4", "__proto__")).toBe("unknown-pool");
    expect(given(allocator, "a", "ipv6", "fabric")).toBe("no-family");
    expect(block(allocator, "a", 28)).toBe("exhausted");
    for (const length of [-1, 33, 30.5, Number.NaN]) expect(block(allocator, "a", length)).toBe("bad-length");
    expect(allocator.snapshot()).toEqual({});
  });
});

describe("the prefixes of a pool", () => {
  it("are used in the order in which they are written", () => {
    const prefixes = ["10.0.1.0/31", "10.0.0.0/31"].map(prefix);
    const allocator = createAllocator([{ name: "loopbacks", prefixes }]);
    expect(["a", "b", "c", "d"].map((key) => given(allocator, key))).toEqual([
      "10.0.1.0",
      "10.0.1.1",
      "10.0.0.0",
      "10.0.0.1",
    ]);
  });

  it("may hold one another: an address goes on with the length that it was given with", () => {
    for (const prefixes of [
      ["10.0.0.0/30", "10.0.0.0/29"],
      ["10.0.0.0/29", "10.0.0.0/30"],
    ]) {
      const pool = { name: "nested", prefixes: prefixes.map(prefix) };
      const first = createAllocator([pool]);
      const keys = ["a", "b", "c", "d", "e", "f"];
      const before = keys.map((key) => first.allocate("nested", key, "ipv4"));
      expect(before.every(({ ok }) => ok)).toBe(true);
      const second = createAllocator([pool], { allocations: first.snapshot() });
      expect(keys.map((key) => second.allocate("nested", key, "ipv4"))).toEqual(before);
    }
  });
});

describe("blocks", () => {
  it("larger than their network are not kept", () => {
    const allocator = createAllocator([fabric], { allocations: { a: { pool: "fabric", address: "10.254.0.0/28" } } });
    expect(block(allocator, "a", 28)).toBe("exhausted");
  });

  it("are aligned, and share a pool with single addresses without meeting them", () => {
    const allocator = createAllocator([fabric]);
    expect(given(allocator, "one", "ipv4", "fabric")).toBe("10.254.0.1");
    expect([block(allocator, "x"), block(allocator, "y", 30), block(allocator, "z")]).toEqual([
      "10.254.0.2/31",
      "10.254.0.4/30",
      "exhausted",
    ]);
    expect(given(allocator, "two", "ipv4", "fabric")).toBe("exhausted");
  });

  it("are cut from an IPv6 pool of any size", () => {
    const allocator = createAllocator([{ name: "sites", prefixes: [prefix("fd00::/8")] }]);
    const cut = (key: string, length: number) => {
      const result = allocator.allocateBlock("sites", key, "ipv6", length);
      return result.ok ? formatPrefix(result.prefix) : result.reason;
    };
    expect([cut("a", 48), cut("b", 48), cut("c", 16), cut("d", 64)]).toEqual([
      "fd00::/48",
      "fd00:0:1::/48",
      "fd01::/16",
      "fd00:0:2::/64",
    ]);
  });
});

describe("a key of an earlier run", () => {
  it("keeps its address, whoever asks first", () => {
    const allocator = createAllocator([loopbacks], {
      allocations: { old: { pool: "loopbacks", address: "10.255.0.1" } },
    });
    expect([given(allocator, "new"), given(allocator, "old")]).toEqual(["10.255.0.2", "10.255.0.1"]);
  });

  it("moves only when it must: outside the hosts of its pool, excluded, a gateway, reserved, of another size, or unreadable", () => {
    const previous = Object.fromEntries(
      Object.entries({
        outside: "10.255.1.1",
        excluded: "10.255.0.2",
        gateway: "10.255.0.3",
        reserved: "10.255.0.4",
        network: "10.255.0.0",
        broadcast: "10.255.0.7",
        size: "10.255.0.6/31",
        text: "10.255.0.1\n",
        stays: "10.255.0.5",
      }).map(([key, text]) => [key, { pool: "loopbacks", address: text }]),
    );
    const pool = { ...loopbacks, gateways: [address("10.255.0.3")], exclude: [range("10.255.0.2-10.255.0.2")] };
    const allocatorFor = (key: string) => {
      const allocator = createAllocator([pool], { allocations: previous });
      allocator.reserve("hand", address("10.255.0.4"));
      return given(allocator, key);
    };
    expect(allocatorFor("stays")).toBe("10.255.0.5");
    for (const key of ["outside", "excluded", "gateway", "reserved", "network", "broadcast", "size", "text"]) {
      expect([key, allocatorFor(key)]).toEqual([key, "10.255.0.1"]);
    }
  });

  it("shares its address with no other key, although the records say so", () => {
    const record = { pool: "loopbacks", address: "10.255.0.3" };
    for (const order of [
      ["a", "b"],
      ["b", "a"],
    ]) {
      const allocator = createAllocator([loopbacks], { allocations: { b: record, a: record } });
      expect(Object.fromEntries(order.map((key) => [key, given(allocator, key)]))).toEqual({
        a: "10.255.0.3",
        b: "10.255.0.1",
      });
    }
  });

  it("that lies where it may not takes nothing from one that may", () => {
    const allocator = createAllocator([loopbacks, fabric], {
      allocations: {
        a: { pool: "fabric", address: "10.255.0.3" },
        b: { pool: "loopbacks", address: "10.255.0.3" },
      },
    });
    expect(given(allocator, "b")).toBe("10.255.0.3");
  });

  it("that nobody asks for leaves its address unused for this run", () => {
    const previous = {
      gone: { pool: "loopbacks", address: "10.255.0.1" },
      stays: { pool: "loopbacks", address: "10.255.0.2" },
    };
    const allocator = createAllocator([loopbacks], { allocations: previous });
    expect([given(allocator, "new"), given(allocator, "stays")]).toEqual(["10.255.0.3", "10.255.0.2"]);
    expect(Object.keys(allocator.snapshot())).toEqual(["new", "stays"]);
  });

  it("may have any name", () => {
    const names = ["__proto__", "constructor", "", "1", "a\u0000b", "node/ü", "x".repeat(1_000_000)];
    const first = createAllocator([{ name: "loopbacks", prefixes: [prefix("10.0.0.0/24")] }]);
    const before = names.map((name) => given(first, name));
    const stored = JSON.parse(JSON.stringify(first.snapshot()));
    const second = createAllocator([{ name: "loopbacks", prefixes: [prefix("10.0.0.0/24")] }], { allocations: stored });
    expect(names.toReversed().map((name) => given(second, name))).toEqual(before.toReversed());
    expect(given(createAllocator([loopbacks], { allocations: {}, resting: {}, rested: {} }), "constructor")).toBe(
      "10.255.0.1",
    );
  });
});

describe("reserve and holder", () => {
  it("say who has an address", () => {
    const allocator = createAllocator([loopbacks, fabric]);
    expect(allocator.reserve("hand", address("10.255.0.1"))).toEqual({ ok: true });
    expect(allocator.reserve("hand", address("10.255.0.1"))).toEqual({ ok: true });
    expect(allocator.reserve("other", address("10.255.0.1"))).toEqual({ ok: false, holder: "hand" });
    given(allocator, "node");
    block(allocator, "first");
    block(allocator, "cable");
    const holders = ["10.255.0.1", "10.255.0.2", "10.254.0.2", "10.254.0.3", "10.254.0.4", "::aff:2", "10.253.0.0"].map(
      (text) => allocator.holder(address(text)),
    );
    expect(holders).toEqual(["hand", "node", "cable", "cable", null, null, null]);
  });

  it("see an address that is asked for after the holder was looked up", () => {
    const allocator = createAllocator([loopbacks]);
    given(allocator, "a");
    expect(allocator.holder(address("10.255.0.2"))).toBeNull();
    given(allocator, "b");
    expect(allocator.holder(address("10.255.0.2"))).toBe("b");
  });

  it("never take what was given, and hold late as well as early", () => {
    const allocator = createAllocator([loopbacks], {
      allocations: { old: { pool: "loopbacks", address: "10.255.0.4" } },
    });
    given(allocator, "a");
    expect(allocator.reserve("late", address("10.255.0.1"))).toEqual({ ok: false, holder: "a" });
    expect(allocator.reserve("late", address("10.255.0.2"))).toEqual({ ok: true });
    expect(allocator.reserve("late", address("10.255.0.4"))).toEqual({ ok: true });
    expect([given(allocator, "b"), given(allocator, "old")]).toEqual(["10.255.0.3", "10.255.0.5"]);
  });
});

it("pools that overlap give no address twice", () => {
  const allocator = createAllocator([
    { name: "wide", prefixes: [prefix("10.0.0.0/29")] },
    { name: "narrow", prefixes: [prefix("10.0.0.0/30")] },
  ]);
  const order = ["wide", "narrow", "wide", "narrow"];
  expect(order.map((pool, index) => given(allocator, `key${index}`, "ipv4", pool))).toEqual([
    "10.0.0.1",
    "10.0.0.2",
    "10.0.0.3",
    "exhausted",
  ]);
});

it("gives the same bytes for the same input", () => {
  const run = () => {
    const allocator = createAllocator([loopbacks]);
    for (const key of ["b", "a", "c"]) given(allocator, key);
    return JSON.stringify(allocator.snapshot());
  };
  expect(run()).toBe(run());
  expect(run()).toBe(
    '{"a":{"pool":"loopbacks","address":"10.255.0.2"},"b":{"pool":"loopbacks","address":"10.255.0.1"},"c":{"pool":"loopbacks","address":"10.255.0.3"}}',
  );
});
