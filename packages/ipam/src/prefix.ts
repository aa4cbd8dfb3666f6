import { type AddressFamily, compareAddress, formatAddress, type IpAddress, parseAddress } from "./address.js";

/** A network: its first address and its length; all bits after the length are zero. */
export interface Prefix {
  readonly address: IpAddress;
  readonly length: number;
}

/** An address on an interface: its own bits and the length of the network that it is in. */
export interface InterfaceAddress {
  readonly address: IpAddress;
  readonly length: number;
}

/** Both ends included. */
export interface AddressRange {
  readonly first: IpAddress;
  readonly last: IpAddress;
}

/**
 * The number of bits of a family's addresses: 32 or 128.
 *
 * @example
 * ```ts
 * import { addressBits } from "@nix-nos/ipam";
 *
 * addressBits("ipv6"); // => 128
 * ```
 */
export function addressBits(family: AddressFamily): 32 | 128 {
  return family === "ipv4" ? 32 : 128;
}

/**
 * Reads `10.0.1.7/24`: an address and the length of its network, host bits kept.
 *
 * @returns `null` when the text is none, or has no length
 *
 * @example
 * ```ts
 * import { parseInterfaceAddress } from "@nix-nos/ipam";
 *
 * parseInterfaceAddress("10.0.1.7/24")?.length; // => 24
 * parseInterfaceAddress("10.0.1.7"); // => null
 * ```
 */
export function parseInterfaceAddress(text: string): InterfaceAddress | null {
  const slash = text.indexOf("/");
  if (slash < 0) return null;
  const address = parseAddress(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (address === null || !/^(?:0|[1-9]\d{0,2})$/.test(digits)) return null;
  const length = Number(digits);
  return length > addressBits(address.family) ? null : { address, length };
}

/**
 * Reads a network, as `10.0.0.0/24`.
 *
 * @returns `null` when the text is none, or a bit after the length is set
 *
 * @example
 * ```ts
 * import { formatPrefix, parsePrefix } from "@nix-nos/ipam";
 *
 * const prefix = parsePrefix("2001:DB8::/32");
 * prefix && formatPrefix(prefix); // => "2001:db8::/32"
 * parsePrefix("10.0.0.1/24"); // => null
 * ```
 */
export function parsePrefix(text: string): Prefix | null {
  const parsed = parseInterfaceAddress(text);
  if (parsed === null) return null;
  return compareAddress(networkOf(parsed.address, parsed.length).address, parsed.address) === 0 ? parsed : null;
}

/**
 * Writes a network or an interface's address: canonical address, slash, length.
 *
 * @example
 * ```ts
 * import { formatPrefix, hostPrefix, parseAddress } from "@nix-nos/ipam";
 *
 * const address = parseAddress("10.0.100.1");
 * address && formatPrefix(hostPrefix(address)); // => "10.0.100.1/32"
 * ```
 */
export function formatPrefix(prefix: Prefix | InterfaceAddress): string {
  return `${formatAddress(prefix.address)}/${prefix.length}`;
}

/** The bits of word `index` that belong to the network, for a length counted from the first of four words. */
function wordMask(length: number, index: number): number {
  const bits = Math.max(0, Math.min(32, length - index * 32));
  return bits === 0 ? 0 : (0xffff_ffff << (32 - bits)) >>> 0;
}

/** IPv4 lives in the last word alone. */
function inWords(family: AddressFamily, length: number): number {
  return family === "ipv4" ? length + 96 : length;
}

/**
 * The network that an address is in.
 *
 * @param length - 0 to 32, or to 128 for IPv6
 *
 * @example
 * ```ts
 * import { formatPrefix, networkOf, parseAddress } from "@nix-nos/ipam";
 *
 * const address = parseAddress("10.0.1.7");
 * address && formatPrefix(networkOf(address, 24)); // => "10.0.1.0/24"
 * ```
 */
export function networkOf(address: IpAddress, length: number): Prefix {
  return { address: firstAddress({ address, length }), length };
}

/**
 * The lowest address of a network.
 *
 * @example
 * ```ts
 * import { firstAddress, formatAddress, parsePrefix } from "@nix-nos/ipam";
 *
 * const prefix = parsePrefix("10.0.0.0/24");
 * prefix && formatAddress(firstAddress(prefix)); // => "10.0.0.0"
 * ```
 */
export function firstAddress({ address, length }: Prefix): IpAddress {
  const words = inWords(address.family, length);
  return {
    family: address.family,
    w0: (address.w0 & wordMask(words, 0)) >>> 0,
    w1: (address.w1 & wordMask(words, 1)) >>> 0,
    w2: (address.w2 & wordMask(words, 2)) >>> 0,
    w3: (address.w3 & wordMask(words, 3)) >>> 0,
  };
}

/**
 * The highest address of a network: of an IPv4 one, its broadcast address.
 *
 * @example
 * ```ts
 * import { formatAddress, lastAddress, parsePrefix } from "@nix-nos/ipam";
 *
 * const prefix = parsePrefix("10.0.0.0/24");
 * prefix && formatAddress(lastAddress(prefix)); // => "10.0.0.255"
 * ```
 */
export function lastAddress({ address, length }: Prefix): IpAddress {
  const words = inWords(address.family, length);
  const fill = (word: number, index: number) => (word | ~wordMask(words, index)) >>> 0;
  const w3 = fill(address.w3, 3);
  if (address.family === "ipv4") return { ...address, w3 };
  return { family: "ipv6", w0: fill(address.w0, 0), w1: fill(address.w1, 1), w2: fill(address.w2, 2), w3 };
}

/**
 * The network of one address alone: `/32` or `/128`.
 *
 * @example
 * ```ts
 * import { hostPrefix, parseAddress } from "@nix-nos/ipam";
 *
 * const address = parseAddress("fd00::1");
 * address && hostPrefix(address).length; // => 128
 * ```
 */
export function hostPrefix(address: IpAddress): Prefix {
  return { address, length: addressBits(address.family) };
}

/**
 * Whether an address lies in a network.
 *
 * @example
 * ```ts
 * import { containsAddress, parseAddress, parsePrefix } from "@nix-nos/ipam";
 *
 * const [prefix, address] = [parsePrefix("10.0.0.0/8"), parseAddress("10.1.2.3")];
 * prefix && address && containsAddress(prefix, address); // => true
 * ```
 */
export function containsAddress(prefix: Prefix, address: IpAddress): boolean {
  if (prefix.address.family !== address.family) return false;
  return compareAddress(firstAddress({ address, length: prefix.length }), prefix.address) === 0;
}

/**
 * Whether two networks share an address, which is when one holds the other.
 *
 * @example
 * ```ts
 * import { overlaps, parsePrefix } from "@nix-nos/ipam";
 *
 * const [wide, narrow] = [parsePrefix("10.0.0.0/8"), parsePrefix("10.9.0.0/16")];
 * wide && narrow && overlaps(wide, narrow); // => true
 * ```
 */
export function overlaps(a: Prefix, b: Prefix): boolean {
  return a.length <= b.length ? containsAddress(a, b.address) : containsAddress(b, a.address);
}

/**
 * Every pair of an overlapping network and the nearest one before it that it lies in, in O(n log n).
 *
 * @returns pairs of indexes into `prefixes`, the smaller index first, sorted
 *
 * @example
 * ```ts
 * import { findOverlaps, parsePrefix } from "@nix-nos/ipam";
 *
 * const prefixes = ["10.0.0.0/8", "192.0.2.0/24", "10.1.0.0/16"].flatMap((text) => parsePrefix(text) ?? []);
 * findOverlaps(prefixes); // => [[0, 2]]
 * ```
 */
export function findOverlaps(prefixes: readonly Prefix[]): readonly (readonly [number, number])[] {
  const sorted = prefixes
    .map((prefix, index) => ({ prefix, index }))
    .sort(
      (a, b) =>
        compareAddress(a.prefix.address, b.prefix.address) || a.prefix.length - b.prefix.length || a.index - b.index,
    );
  const pairs: [number, number][] = [];
  const open: { prefix: Prefix; index: number }[] = [];
  for (const entry of sorted) {
    // Networks nest or are disjoint, so the ones that are still open form a chain.
    while (open.length > 0) {
      const outer = open.at(-1);
      if (outer && overlaps(outer.prefix, entry.prefix)) break;
      open.pop();
    }
    const outer = open.at(-1);
    if (outer) pairs.push(outer.index < entry.index ? [outer.index, entry.index] : [entry.index, outer.index]);
    open.push(entry);
  }
  return pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
}

/**
 * Reads `10.0.0.1-10.0.0.9`: two addresses of one family, the lower first.
 *
 * @returns `null` when the text is none
 *
 * @example
 * ```ts
 * import { formatAddress, parseRange } from "@nix-nos/ipam";
 *
 * const range = parseRange("10.0.0.1-10.0.0.9");
 * range && formatAddress(range.last); // => "10.0.0.9"
 * parseRange("10.0.0.9-10.0.0.1"); // => null
 * ```
 */
export function parseRange(text: string): AddressRange | null {
  const dash = text.indexOf("-");
  const first = dash < 0 ? null : parseAddress(text.slice(0, dash));
  const last = dash < 0 ? null : parseAddress(text.slice(dash + 1));
  if (first === null || last === null || first.family !== last.family) return null;
  return compareAddress(first, last) <= 0 ? { first, last } : null;
}

/**
 * The hosts that a network can hold: without network and broadcast address for IPv4 up to `/30` (RFC 1122), without
 * the subnet-router anycast address for IPv6 up to `/126` (RFC 4291 §2.6.1); all of a `/31` (RFC 3021), `/127`
 * (RFC 6164), `/32` and `/128`.
 *
 * @example
 * ```ts
 * import { formatAddress, hostRange, parsePrefix } from "@nix-nos/ipam";
 *
 * const prefix = parsePrefix("10.0.0.0/24");
 * prefix && formatAddress(hostRange(prefix).first); // => "10.0.0.1"
 * ```
 */
export function hostRange(prefix: Prefix): AddressRange {
  const [first, last] = [firstAddress(prefix), lastAddress(prefix)];
  if (addressBits(prefix.address.family) - prefix.length < 2) return { first, last };
  // The lowest address of such a network is even and the highest odd: no carry.
  const second = { ...first, w3: first.w3 + 1 };
  return { first: second, last: prefix.address.family === "ipv4" ? { ...last, w3: last.w3 - 1 } : last };
}
