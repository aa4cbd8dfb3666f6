import { type AddressFamily, compareAddress, formatAddress, type IpAddress, parseAddress } from "./address.js";
import { fromNumber, toNumber } from "./number.js";

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
 * How many addresses a network has, all of them counted: 2^(bits - length).
 *
 * @example
 * ```ts
 * import { parsePrefix, prefixSize } from "@nix-nos/ipam";
 *
 * const prefix = parsePrefix("10.0.0.0/24");
 * prefix && Number(prefixSize(prefix)); // => 256
 * ```
 */
export function prefixSize({ address, length }: Prefix): bigint {
  return 1n << BigInt(addressBits(address.family) - length);
}

/**
 * The networks of `length` that a network divides into, lowest first, one at a time: a `/32` holds four thousand
 * million `/64`.
 *
 * @param length - at least the network's own; a shorter one, or one beyond the family's bits, gives none
 *
 * @example
 * ```ts
 * import { formatPrefix, parsePrefix, subnets } from "@nix-nos/ipam";
 *
 * const prefix = parsePrefix("10.0.0.0/24");
 * prefix && Array.from(subnets(prefix, 25), formatPrefix); // => ["10.0.0.0/25", "10.0.0.128/25"]
 * ```
 */
export function* subnets(prefix: Prefix, length: number): Generator<Prefix, void, undefined> {
  const { family } = prefix.address;
  if (!Number.isInteger(length) || length < prefix.length || length > addressBits(family)) return;
  const step = 1n << BigInt(addressBits(family) - length);
  const start = toNumber(firstAddress(prefix));
  const end = start + prefixSize(prefix);
  for (let at = start; at < end; at += step) yield { address: fromNumber(family, at), length };
}
