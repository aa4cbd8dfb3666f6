// Every notation of an address: what is written is read back, and no text does harm.
import fc from "fast-check";
import { expect, it } from "vitest";
import { formatAddress, parseAddress } from "./address.js";
import { fromNumber } from "./number.js";
import { extentEnd, formatExtent, parseExtent } from "./pool.js";
import { addressBits, formatPrefix, parseInterfaceAddress, parsePrefix } from "./prefix.js";
import { parseRange } from "./range.js";

const extent = fc.constantFrom("ipv4" as const, "ipv6" as const).chain((family) => {
  const bits = addressBits(family);
  const start = fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n });
  return fc.tuple(start, fc.option(fc.nat(bits))).map(([at, length]) => {
    const shift = BigInt(length === null ? 0 : bits - length);
    return { family, start: (at >> shift) << shift, length };
  });
});
const piece = fc.constantFrom(
  ..."0123456789afAF.:/-% x",
  "::",
  "255",
  "256",
  "ffff",
  "10.0.0.",
  "fe80::",
  "/32",
  "/129",
);
const text = fc.oneof(
  fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join("")),
  fc.string({ unit: "binary" }),
);

it("reads back what it wrote of an address or a block", { tags: "property" }, () => {
  fc.assert(
    fc.property(extent, (own) => {
      expect(parseExtent(formatExtent(own))).toEqual(own);
      const { family, start } = own;
      const [first, last] = [start, extentEnd(own) - 1n].map((number) => fromNumber(family, number));
      if (!first || !last) throw new Error("an extent has ends");
      expect(parseRange(`${formatAddress(first)}-${formatAddress(last)}`)).toEqual({ first, last });
    }),
  );
});

it("takes no text that it does not understand, and reads its own spelling of every other as the same", {
  tags: "property",
}, () => {
  fc.assert(
    fc.property(text, (own) => {
      const address = parseAddress(own);
      if (address) expect(parseAddress(formatAddress(address))).toEqual(address);
      for (const parse of [parsePrefix, parseInterfaceAddress]) {
        const prefix = parse(own);
        if (prefix) expect(parse(formatPrefix(prefix))).toEqual(prefix);
      }
      const found = parseExtent(own);
      if (found) expect(parseExtent(formatExtent(found))).toEqual(found);
      const range = parseRange(own);
      if (range) expect(parseRange(`${formatAddress(range.first)}-${formatAddress(range.last)}`)).toEqual(range);
    }),
    { numRuns: 2000 },
  );
});
