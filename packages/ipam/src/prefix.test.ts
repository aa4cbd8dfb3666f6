import fc from "fast-check";
import { Address4, Address6 } from "ip-address";
import { describe, expect, it } from "vitest";
import { compareAddress, formatAddress } from "./address.js";
import { address, anyAddress, anyPrefix, prefix } from "./ipam.test-support.js";
import {
  addressBits,
  firstAddress,
  formatPrefix,
  lastAddress,
  networkOf,
  parseInterfaceAddress,
  parsePrefix,
  prefixSize,
  subnets,
} from "./prefix.js";

describe("parsePrefix and parseInterfaceAddress", () => {
  it.each([
    "",
    "/",
    "10.0.0.0",
    "10.0.0.0/",
    "/24",
    "10.0.0.0/33",
    "::/129",
    "10.0.0.0/08",
    "10.0.0.0/+8",
    "10.0.0.0/8 ",
    "10.0.0.0/8\n",
    "10.0.0.0/8/8",
    "10.0.0.0/-1",
    "10.0.0.0/1e1",
    "10.0.0.0/255.0.0.0",
  ])("refuse %j", (text) => {
    expect(parsePrefix(text)).toBeNull();
    expect(parseInterfaceAddress(text)).toBeNull();
  });

  it("keep host bits on an interface, and refuse them in a network", () => {
    expect(parseInterfaceAddress("10.0.1.10/24")).toEqual({ address: address("10.0.1.10"), length: 24 });
    expect(parsePrefix("10.0.1.10/24")).toBeNull();
    expect(parsePrefix("2001:db8::1/64")).toBeNull();
    expect(parsePrefix("0.0.0.0/0")).toEqual({ address: address("0.0.0.0"), length: 0 });
  });

  it("read back what formatPrefix writes", { tags: "property" }, () => {
    fc.assert(
      fc.property(anyPrefix, (any) => {
        expect(parsePrefix(formatPrefix(any))).toEqual(any);
        expect(parseInterfaceAddress(formatPrefix(any))).toEqual(any);
      }),
      { numRuns: 1000 },
    );
  });
});

describe("the ends of a network", () => {
  it("are where another library has them", { tags: "property" }, () => {
    fc.assert(
      fc.property(anyAddress, fc.nat(128), (any, seed) => {
        const length = seed % (addressBits(any.family) + 1);
        const text = `${formatAddress(any)}/${length}`;
        const other = any.family === "ipv4" ? new Address4(text) : new Address6(text);
        const bits = (end: Address4 | Address6) => end.bigInt();
        const parsed = (end: ReturnType<typeof firstAddress>) =>
          bits(end.family === "ipv4" ? new Address4(formatAddress(end)) : new Address6(formatAddress(end)));
        const network = networkOf(any, length);
        expect(parsed(firstAddress(network))).toBe(bits(other.startAddress()));
        expect(parsed(lastAddress(network))).toBe(bits(other.endAddress()));
        expect(network).toEqual({ address: firstAddress(network), length });
      }),
      { numRuns: 1000 },
    );
  });
});

describe("subnets", () => {
  it("cover the network without a gap or an overlap", { tags: "property" }, () => {
    fc.assert(
      fc.property(anyPrefix, fc.nat(6), (any, more) => {
        const length = Math.min(any.length + more, addressBits(any.address.family));
        const parts = [...subnets(any, length)];
        expect(parts).toHaveLength(2 ** (length - any.length));
        expect(parts[0]?.address).toEqual(any.address);
        expect(lastAddress(parts.at(-1) ?? any)).toEqual(lastAddress(any));
        expect(parts.reduce((sum, part) => sum + prefixSize(part), 0n)).toBe(prefixSize(any));
        for (const [index, part] of parts.entries()) {
          const before = parts[index - 1];
          if (before) expect(compareAddress(lastAddress(before), part.address)).toBeLessThan(0);
        }
      }),
    );
  });

  it("come one at a time, so that a huge network costs nothing", () => {
    const [first] = subnets(prefix("::/0"), 128);
    expect(first && formatPrefix(first)).toBe("::/128");
  });

  it.each([7, 33, 8.5, Number.NaN])("are none for the length %d", (length) => {
    expect([...subnets(prefix("10.0.0.0/8"), length)]).toEqual([]);
  });
});
