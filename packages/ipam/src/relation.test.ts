import fc from "fast-check";
import { Address4, Address6 } from "ip-address";
import { describe, expect, it } from "vitest";
import { addToAddress, formatAddress } from "./address.js";
import { address, anyAddress, anyPrefix, prefix } from "./ipam.test-support.js";
import { formatPrefix, networkOf, type Prefix } from "./prefix.js";
import { containsAddress, containsPrefix, findOverlaps, overlaps } from "./relation.js";

function containsElsewhere(outer: Prefix, inner: Prefix): boolean {
  if (outer.address.family !== inner.address.family) return false;
  const [a, b] = [formatPrefix(outer), formatPrefix(inner)];
  return outer.address.family === "ipv4"
    ? new Address4(b).isInSubnet(new Address4(a))
    : new Address6(b).isInSubnet(new Address6(a));
}

/** Few bits, so that two of them meet often. */
const crowded = fc.tuple(fc.nat(15), fc.integer({ min: 24, max: 32 })).map(([host, length]) => {
  const within = addToAddress(address("10.0.0.0"), host * 16);
  return networkOf(within ?? address("10.0.0.0"), length);
});

describe("relations", () => {
  it("agree with another library", { tags: "property" }, () => {
    fc.assert(
      fc.property(fc.oneof(crowded, anyPrefix), fc.oneof(crowded, anyPrefix), (a, b) => {
        expect(containsPrefix(a, b)).toBe(containsElsewhere(a, b));
        expect(overlaps(a, b)).toBe(containsElsewhere(a, b) || containsElsewhere(b, a));
      }),
      { numRuns: 1000 },
    );
  });

  it("have an address in each network that it is cut from", { tags: "property" }, () => {
    fc.assert(
      fc.property(anyAddress, fc.nat(32), (any, length) => {
        expect(containsAddress(networkOf(any, length), any)).toBe(true);
      }),
    );
  });

  it("never mix families", () => {
    expect(containsAddress(prefix("::/0"), address("10.0.0.1"))).toBe(false);
    expect(containsAddress(prefix("0.0.0.0/0"), address("::a00:1"))).toBe(false);
    expect(overlaps(prefix("0.0.0.0/0"), prefix("::/0"))).toBe(false);
  });
});

describe("findOverlaps", () => {
  it("names the nearest network around each, as looking at every pair would", { tags: "property" }, () => {
    fc.assert(
      fc.property(fc.array(crowded, { maxLength: 20 }), (prefixes) => {
        const pairs = findOverlaps(prefixes);
        for (const [a, b] of pairs) {
          const [first, second] = [prefixes[a], prefixes[b]];
          expect(a).toBeLessThan(b);
          expect(first && second && overlaps(first, second)).toBe(true);
        }
        // Every network that another one holds is reported once, with one that holds it.
        const held = prefixes.filter((own, at) =>
          prefixes.some(
            (other, index) => index !== at && containsPrefix(other, own) && (other.length < own.length || index < at),
          ),
        );
        expect(pairs).toHaveLength(held.length);
      }),
      { numRuns: 500 },
    );
  });

  it("takes a hundred thousand networks in a moment", () => {
    const many = Array.from({ length: 100_000 }, (_, index) => {
      const at = addToAddress(address("10.0.0.0"), ((index * 7919) % 100_000) * 16);
      return { address: at ?? address("10.0.0.0"), length: 28 };
    });
    const start = performance.now();
    expect(findOverlaps(many)).toEqual([]);
    // Looking at every pair takes minutes.
    expect(performance.now() - start).toBeLessThan(5000);
    expect(findOverlaps([...many, prefix("10.0.0.0/28")])).toEqual([[0, 100_000]]);
  });

  it("reads as addresses", () => {
    const prefixes = ["10.0.0.0/8", "10.1.0.0/16", "10.1.2.0/24", "10.2.0.0/16", "fd00::/8"].map(prefix);
    const named = findOverlaps(prefixes).map((pair) =>
      pair.map((at) => formatAddress(prefixes[at]?.address ?? address("::"))),
    );
    expect(named).toEqual([
      ["10.0.0.0", "10.1.0.0"],
      ["10.0.0.0", "10.2.0.0"],
      ["10.1.0.0", "10.1.2.0"],
    ]);
  });
});
