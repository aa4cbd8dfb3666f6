/** An address family, by the name that configurations know it by. */
export type AddressFamily = "ipv4" | "ipv6";

/**
 * An IP address as four unsigned 32-bit words, most significant first. IPv4 uses `w3` alone, so that both families
 * share one shape, and comparing two addresses costs four comparisons of small numbers.
 */
export interface IpAddress {
  readonly family: AddressFamily;
  readonly w0: number;
  readonly w1: number;
  readonly w2: number;
  readonly w3: number;
}

/**
 * The family of what is known to be an address, a prefix or a range of addresses.
 *
 * @example
 * ```ts
 * import { familyOf } from "@nix-nos/ipam";
 *
 * [familyOf("2001:db8::/32"), familyOf("192.0.2.1")]; // => ["ipv6", "ipv4"]
 * ```
 */
export function familyOf(text: string): AddressFamily {
  return text.includes(":") ? "ipv6" : "ipv4";
}

/**
 * Reads an address, strictly: IPv4 as four decimal numbers without leading zeros, IPv6 as RFC 4291 §2.2 has it,
 * an IPv4 tail included. No prefix length, no zone, no white space.
 *
 * @returns `null` when the text is no address
 *
 * @example
 * ```ts
 * import { formatAddress, parseAddress } from "@nix-nos/ipam";
 *
 * const address = parseAddress("2001:DB8:0:0:0:0:0:1");
 * address && formatAddress(address); // => "2001:db8::1"
 * parseAddress("256.1.1.1"); // => null
 * ```
 */
export function parseAddress(text: string): IpAddress | null {
  // The first separator tells the family; no address has more than four characters before it.
  const length = text.length;
  for (let index = 0; index < 5 && index < length; index++) {
    const code = text.charCodeAt(index);
    if (code === dot) return parseIPv4(text);
    if (code === colon) return parseIPv6(text);
  }
  return null;
}

const dot = 46;
const colon = 58;

function parseIPv4(text: string): IpAddress | null {
  const word = parseIPv4Word(text, 0);
  return word < 0 ? null : { family: "ipv4", w0: 0, w1: 0, w2: 0, w3: word };
}

/** The 32 bits of a dotted quad that runs from `start` to the end, or -1. */
function parseIPv4Word(text: string, start: number): number {
  const length = text.length;
  let word = 0;
  let octet = -1;
  let dots = 0;
  for (let index = start; index < length; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (digit >= 0 && digit <= 9) {
      // A leading zero is octal to some readers (RFC 6943 §3.1.1), so it is refused.
      if (octet === 0) return -1;
      octet = octet < 0 ? digit : octet * 10 + digit;
      if (octet > 255) return -1;
      continue;
    }
    if (digit !== dot - 48 || octet < 0 || dots === 3) return -1;
    // Shifted, not multiplied: what stays within 32 bits is an integer to the engine, and twice as quick.
    word = (word << 8) | octet;
    octet = -1;
    dots++;
  }
  return dots === 3 && octet >= 0 ? ((word << 8) | octet) >>> 0 : -1;
}

/** The value of each character as a hexadecimal digit, 16 for any that is none. */
const hexDigits = new Uint8Array(128).fill(16);
for (let digit = 0; digit < 16; digit++) {
  const lower = digit.toString(16).charCodeAt(0);
  hexDigits[lower] = digit;
  hexDigits[digit.toString(16).toUpperCase().charCodeAt(0)] = digit;
}

/** The eight groups of the address being parsed: one array for all, because a new one costs more than the parsing. */
const groups = new Uint16Array(8);

function parseIPv6(text: string): IpAddress | null {
  const length = text.length;
  let count = 0;
  let gap = -1;
  let index = 0;
  if (text.charCodeAt(0) === colon) {
    // A single colon at the start stands for nothing.
    if (text.charCodeAt(1) !== colon) return null;
    gap = 0;
    index = 2;
  }
  while (index < length) {
    const start = index;
    let group = 0;
    let code = colon;
    for (; index < length; index++) {
      code = text.charCodeAt(index);
      const digit = code < 128 ? (hexDigits[code] ?? 16) : 16;
      if (digit === 16) break;
      group = (group << 4) | digit;
    }
    if (index < length && code === dot) {
      // An IPv4 tail stands for the last two groups.
      const tail = parseIPv4Word(text, start);
      if (tail < 0 || count > 6) return null;
      groups[count++] = tail >>> 16;
      groups[count++] = tail;
      break;
    }
    const digits = index - start;
    if (digits === 0) {
      // The second of two colons, and no third one.
      if (code !== colon || gap >= 0 || count === 0) return null;
      gap = count;
      index++;
      continue;
    }
    if (digits > 4 || count === 8) return null;
    groups[count++] = group;
    if (index === length) break;
    // A colon at the very end is one too many, unless it is the second of two.
    if (code !== colon || ++index === length) return null;
  }
  if (gap < 0 ? count < 8 : count === 8) return null;
  if (gap >= 0) {
    // What follows a `::` moves to the end, and zeros take its place.
    let to = 8;
    while (count > gap) groups[--to] = groups[--count] ?? 0;
    while (to > gap) groups[--to] = 0;
  }
  return { family: "ipv6", w0: word(0), w1: word(2), w2: word(4), w3: word(6) };
}

/** Two groups as one number. */
function word(group: number): number {
  return (groups[group] ?? 0) * 65536 + (groups[group + 1] ?? 0);
}

/**
 * Writes an address in its one canonical form: dotted quad, or RFC 5952 for IPv6 (lower case, no leading zeros, the
 * first longest run of two or more zero groups as `::`, IPv4-mapped addresses with a dotted tail).
 *
 * @example
 * ```ts
 * import { formatAddress } from "@nix-nos/ipam";
 *
 * formatAddress({ family: "ipv4", w0: 0, w1: 0, w2: 0, w3: 0x0a000001 }); // => "10.0.0.1"
 * ```
 */
export function formatAddress(address: IpAddress): string {
  const { w0, w1, w2, w3 } = address;
  if (address.family === "ipv4") return formatQuad(w3);
  if (w0 === 0 && w1 === 0 && w2 === 0xffff) return `::ffff:${formatQuad(w3)}`;
  const groups = [w0, w1, w2, w3].flatMap((word) => [word >>> 16, word & 0xffff]);
  let gapStart = -1;
  let gapLength = 1;
  for (let start = 0; start < 8; start++) {
    let end = start;
    while (end < 8 && groups[end] === 0) end++;
    if (end - start > gapLength) [gapStart, gapLength] = [start, end - start];
    if (end > start) start = end;
  }
  const hex = groups.map((group) => group.toString(16));
  if (gapStart < 0) return hex.join(":");
  return `${hex.slice(0, gapStart).join(":")}::${hex.slice(gapStart + gapLength).join(":")}`;
}

function formatQuad(word: number): string {
  return `${word >>> 24}.${(word >>> 16) & 255}.${(word >>> 8) & 255}.${word & 255}`;
}

/**
 * Orders addresses by number, all of IPv4 before all of IPv6.
 *
 * @returns negative, zero or positive, as `Array.prototype.sort` wants it
 *
 * @example
 * ```ts
 * import { compareAddress, parseAddress } from "@nix-nos/ipam";
 *
 * const [low, high] = [parseAddress("10.0.0.9"), parseAddress("10.0.0.10")];
 * low && high && compareAddress(low, high) < 0; // => true
 * ```
 */
export function compareAddress(a: IpAddress, b: IpAddress): number {
  if (a.family !== b.family) return a.family === "ipv4" ? -1 : 1;
  return a.w0 - b.w0 || a.w1 - b.w1 || a.w2 - b.w2 || a.w3 - b.w3;
}

/**
 * The address `count` further on.
 *
 * @param count - a whole number from 0 to 2^53 - 1
 * @returns the address, or `null` beyond the family's last one and for any other count
 *
 * @example
 * ```ts
 * import { addToAddress, formatAddress, parseAddress } from "@nix-nos/ipam";
 *
 * const start = parseAddress("10.0.0.255");
 * const next = start && addToAddress(start, 1);
 * next && formatAddress(next); // => "10.0.1.0"
 * ```
 */
export function addToAddress(address: IpAddress, count: number): IpAddress | null {
  if (!Number.isSafeInteger(count) || count < 0) return null;
  const high = Math.floor(count / 2 ** 32);
  const low = address.w3 + (count - high * 2 ** 32);
  const w3 = low >>> 0;
  const carry2 = high + (low > 0xffff_ffff ? 1 : 0);
  if (address.family === "ipv4") return carry2 > 0 ? null : { ...address, w3 };
  const second = address.w2 + carry2;
  const w2 = second >>> 0;
  const first = address.w1 + (second > 0xffff_ffff ? 1 : 0);
  const w1 = first >>> 0;
  const w0 = address.w0 + (first > 0xffff_ffff ? 1 : 0);
  return w0 > 0xffff_ffff ? null : { family: "ipv6", w0, w1, w2, w3 };
}
