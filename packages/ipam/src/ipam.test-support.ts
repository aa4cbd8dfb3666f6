import fc from "fast-check";
import { type IpAddress, parseAddress } from "./address.js";
import { addressBits, networkOf, type Prefix, parsePrefix } from "./prefix.js";
import { type AddressRange, parseRange } from "./range.js";

/** A literal of a test as what it stands for; a test with a wrong literal fails here. */
export function address(text: string): IpAddress {
  return present(parseAddress(text), text);
}

export function prefix(text: string): Prefix {
  return present(parsePrefix(text), text);
}

export function range(text: string): AddressRange {
  return present(parseRange(text), text);
}

function present<T>(value: T | null, text: string): T {
  if (value === null) throw new Error(`the test means something by ${text}`);
  return value;
}

/** Words of real addresses: many zeros, many ones, and anything. */
const word = fc.oneof(fc.constantFrom(0, 1, 0xffff, 0x10000, 0xffff_0000, 0xffff_ffff), fc.nat(0xffff_ffff));

export const anyAddress = fc.oneof(
  word.map((w3): IpAddress => ({ family: "ipv4", w0: 0, w1: 0, w2: 0, w3 })),
  fc.tuple(word, word, word, word).map(([w0, w1, w2, w3]): IpAddress => ({ family: "ipv6", w0, w1, w2, w3 })),
);

export const anyPrefix = anyAddress.chain((of) =>
  fc.nat(addressBits(of.family)).map((length) => networkOf(of, length)),
);
