import { type AddressFamily, formatAddress, type IpAddress, parseAddress } from "./address.js";
import { fromNumber, toNumber } from "./number.js";
import { addressBits, firstAddress, formatPrefix, lastAddress, type Prefix, parsePrefix } from "./prefix.js";
import { type AddressRange, hostRange } from "./range.js";

/** Where addresses come from. */
export interface PoolDefinition {
  readonly name: string;
  /** Of either family; addresses are taken from the first that has a free one. */
  readonly prefixes: readonly Prefix[];
  /** Never given out, neither by this pool nor by another. */
  readonly exclude?: readonly AddressRange[];
  /** Routers of the network; never given out. */
  readonly gateways?: readonly IpAddress[];
  /**
   * Which free address is next: the lowest, or (`sparse`) one as far as can be from those before it, so that each has
   * room to grow: the order of RFC 3531, bits counted from the left.
   */
  readonly strategy?: "lowest" | "sparse";
  /** Seconds that a freed address rests before another key may get it; 604800, a week, unless it says otherwise. */
  readonly quarantineSeconds?: number;
}

/** What is remembered of one key between runs. */
export interface AllocationRecord {
  readonly pool: string;
  /** `10.255.0.1`, or for a block `10.254.0.0/31`. */
  readonly address: string;
}

/** An address that its key gave back. */
export interface ReleasedRecord extends AllocationRecord {
  /** When, in UTC: `2026-11-23T16:50:00Z` (ISO 8601). */
  readonly releasedAt: string;
}

/** All that a store remembers. */
export interface AllocationState {
  /** Who has what, by key. */
  readonly allocations: Readonly<Record<string, AllocationRecord>>;
  /** What a key had last and does not have any more: its address rests before another key may get it. */
  readonly released: Readonly<Record<string, ReleasedRecord>>;
  /** What else was chosen once and stays, by key, as a word; a file keeps it beside the addresses. */
  readonly choices?: Readonly<Record<string, string>>;
}

/** A run of addresses that belongs together: one address, or a block. */
export interface Extent {
  readonly family: AddressFamily;
  readonly start: bigint;
  /** Of a block; `null` for one address of the network around it. */
  readonly length: number | null;
}

/** One prefix of a pool, as numbers; upper bounds excluded. */
export interface PoolNetwork {
  readonly pool: string;
  readonly family: AddressFamily;
  readonly length: number;
  readonly start: bigint;
  readonly end: bigint;
  /** Single addresses come from here. */
  readonly hostStart: bigint;
  readonly hostEnd: bigint;
}

/** A pool's prefixes of one family, in the order in which they are used. */
export interface FamilyPool {
  readonly networks: readonly PoolNetwork[];
  /** Where each length has its networks, so that a pool of many prefixes is not searched through. */
  readonly byLength: ReadonlyMap<number, ReadonlyMap<bigint, number>>;
}

export function familyPool(pool: PoolDefinition, family: AddressFamily): FamilyPool {
  const networks: PoolNetwork[] = [];
  const byLength = new Map<number, Map<bigint, number>>();
  for (const prefix of pool.prefixes) {
    if (prefix.address.family !== family) continue;
    const hosts = hostRange(prefix);
    const start = toNumber(firstAddress(prefix));
    const sameLength = byLength.get(prefix.length) ?? new Map<bigint, number>();
    sameLength.set(start, networks.length);
    byLength.set(prefix.length, sameLength);
    networks.push({
      pool: pool.name,
      family,
      length: prefix.length,
      start,
      end: toNumber(lastAddress(prefix)) + 1n,
      hostStart: toNumber(hosts.first),
      hostEnd: toNumber(hosts.last) + 1n,
    });
  }
  return { networks, byLength };
}

/** The first network of a pool that could have given an extent, or `null`. */
export function networkOfExtent(pool: FamilyPool, extent: Extent): PoolNetwork | null {
  const { family, start, length } = extent;
  let found: number | null = null;
  for (const [networkLength, networks] of pool.byLength) {
    if (length !== null && networkLength > length) continue;
    const shift = BigInt(addressBits(family) - networkLength);
    const index = networks.get((start >> shift) << shift);
    const network = index === undefined ? undefined : pool.networks[index];
    if (index === undefined || network === undefined || (found !== null && found < index)) continue;
    if (length === null && (start < network.hostStart || start >= network.hostEnd)) continue;
    found = index;
  }
  return found === null ? null : (pool.networks[found] ?? null);
}

export function extentEnd({ family, start, length }: Extent): bigint {
  return start + extentSize(family, length);
}

export function extentSize(family: AddressFamily, length: number | null): bigint {
  return length === null ? 1n : 1n << BigInt(addressBits(family) - length);
}

/** Reads a record's address; `null` when somebody wrote something else there. */
export function parseExtent(text: string): Extent | null {
  const address = parseAddress(text);
  if (address) return { family: address.family, start: toNumber(address), length: null };
  const prefix = parsePrefix(text);
  return prefix && { family: prefix.address.family, start: toNumber(prefix.address), length: prefix.length };
}

export function formatExtent({ family, start, length }: Extent): string {
  const address = fromNumber(family, start);
  return length === null ? formatAddress(address) : formatPrefix({ address, length });
}
