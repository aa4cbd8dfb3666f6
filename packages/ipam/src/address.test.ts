import { isIP } from "node:net";
import fc from "fast-check";
import { Address4, Address6 } from "ip-address";
import { describe, expect, it } from "vitest";
import { addToAddress, compareAddress, formatAddress, parseAddress } from "./address.js";
import { address, anyAddress } from "./ipam.test-support.js";

/** What another library counts an address as. */
function countedElsewhere(text: string): bigint {
  return text.includes(":") ? new Address6(text).bigInt() : new Address4(text).bigInt();
}

function counted(text: string): bigint {
  const { w0, w1, w2, w3 } = address(text);
  return [w0, w1, w2, w3].reduce((sum, word) => (sum << 32n) | BigInt(word), 0n);
}

/** Text that is an address now and then, and nearly one most of the time. */
const nearlyAddress = fc.oneof(
  fc.ipV4Extended(),
  fc.ipV6(),
  fc
    .array(fc.constantFrom("0", "1", "9", "a", "F", "255", "256", "ffff", ":", "::", ".", "%", " ", "1.2.3.4"), {
      maxLength: 18,
    })
    .map((parts) => parts.join("")),
  fc
    .tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.nat(45), fc.constantFrom("", "0", ":", ".", "g", "/", "\n", "١", "%1"))
    .map(([text, at, piece]) => text.slice(0, at) + piece + text.slice(at + 1)),
);

describe("parseAddress", () => {
  it("accepts exactly what the system's own parser does, zones aside", { tags: "property" }, () => {
    fc.assert(
      fc.property(nearlyAddress, (text) => {
        expect(parseAddress(text) !== null).toBe(isIP(text) !== 0 && !text.includes("%"));
      }),
      { numRuns: 5000 },
    );
  });

  it("reads the number that another library reads", { tags: "property" }, () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        expect(counted(text)).toBe(countedElsewhere(text));
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    "",
    "1.2.3",
    "1.2.3.4.5",
    "1..2.3",
    ".1.2.3",
    "1.2.3.",
    "256.1.1.1",
    "01.2.3.4",
    "1.2.3.00",
    "0x1.2.3.4",
    "1.2.3.4 ",
    "+1.2.3.4",
    "1.2.3.4/24",
    ":",
    ":::",
    "1::2::3",
    "1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:8:9",
    "1:2:3:4:5:6:7:8::",
    ":1:2:3:4:5:6:7",
    "1:2:3:4:5:6:7:",
    "12345::",
    "fe80::1%eth0",
    "::1.2.3",
    "1.2.3.4::",
    "1:2:3:4:5:6:7:1.2.3.4",
    "::ffff:01.2.3.4",
    "[::1]",
    "::١",
    "\u0011::",
  ])("refuses %j", (text) => {
    expect(parseAddress(text)).toBeNull();
  });

  it("refuses a megabyte of anything", () => {
    for (const piece of ["1", ":", "1.", "\u0000", "$\u007bx}", "''"]) {
      expect(parseAddress(piece.repeat(1_000_000))).toBeNull();
    }
  });
});

describe("formatAddress", () => {
  // The cases of RFC 5952 §4 and §5.
  it.each([
    ["2001:0DB8:0000:0000:0000:0000:0000:0001", "2001:db8::1"],
    ["2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"],
    ["2001:0:0:1:0:0:0:1", "2001:0:0:1::1"],
    ["2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"],
    ["0:0:0:0:0:0:0:0", "::"],
    ["0:0:0:0:0:0:0:1", "::1"],
    ["1:0:0:0:0:0:0:0", "1::"],
    ["1:2:3:4:5:6::", "1:2:3:4:5:6::"],
    ["::2:3:4:5:6:7:8", "0:2:3:4:5:6:7:8"],
    ["::FFFF:C000:0201", "::ffff:192.0.2.1"],
    ["::c000:0201", "::c000:201"],
    ["255.255.255.255", "255.255.255.255"],
    ["0.0.0.0", "0.0.0.0"],
  ])("writes %s as %s", (text, canonical) => {
    expect(formatAddress(address(text))).toBe(canonical);
  });

  it("writes what parseAddress reads back, and nothing that another library would write differently", {
    tags: "property",
  }, () => {
    fc.assert(
      fc.property(anyAddress, (any) => {
        const text = formatAddress(any);
        expect(parseAddress(text)).toEqual(any);
        const isMapped = any.w0 === 0 && any.w1 === 0 && any.w2 === 0xffff;
        if (any.family === "ipv6" && !isMapped) expect(text).toBe(new Address6(text).correctForm());
      }),
      { numRuns: 2000 },
    );
  });
});

describe("compareAddress", () => {
  it("orders by number, IPv4 first", { tags: "property" }, () => {
    fc.assert(
      fc.property(anyAddress, anyAddress, (a, b) => {
        const [left, right] = [counted(formatAddress(a)), counted(formatAddress(b))];
        const byNumber = left < right ? -1 : left > right ? 1 : 0;
        const expected = a.family === b.family ? byNumber : a.family === "ipv4" ? -1 : 1;
        expect(Math.sign(compareAddress(a, b))).toBe(expected);
      }),
    );
  });
});

describe("addToAddress", () => {
  it("counts on, and stops at the family's end", { tags: "property" }, () => {
    fc.assert(
      fc.property(anyAddress, fc.maxSafeNat(), (any, count) => {
        const sum = counted(formatAddress(any)) + BigInt(count);
        const after = addToAddress(any, count);
        if (sum >= 1n << (any.family === "ipv4" ? 32n : 128n)) expect(after).toBeNull();
        else expect(after && [after.family, counted(formatAddress(after))]).toEqual([any.family, sum]);
      }),
      { numRuns: 1000 },
    );
  });

  it("carries through every word", () => {
    const last = addToAddress(address("0:0:ffff:ffff:ffff:ffff:ffff:ffff"), 1);
    expect(last && formatAddress(last)).toBe("0:1::");
    expect(addToAddress(address("ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"), 1)).toBeNull();
  });

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])("refuses the count %d", (count) => {
    expect(addToAddress(address("10.0.0.1"), count)).toBeNull();
  });
});
