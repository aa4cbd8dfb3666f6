import { type AddressFamily, formatAddress, type IpAddress, parseAddress } from "./address.js";
import { emptySpace, isTaken, lowestFree, type TakenSpace, take } from "./free-space.js";
import { fromNumber, toNumber } from "./number.js";
import {
  type AddressRange,
  addressBits,
  containsAddress,
  firstAddress,
  formatPrefix,
  hostRange,
  lastAddress,
  type Prefix,
  parsePrefix,
} from "./prefix.js";

/** Where addresses come from. */
export interface PoolDefinition {
  readonly name: string;
  /** Of either family; addresses are taken from the first that has a free one. */
  readonly prefixes: readonly Prefix[];
  /** Never given out. */
  readonly exclude?: readonly AddressRange[];
  /** Routers of the network; never given out. */
  readonly gateways?: readonly IpAddress[];
}

/** What is remembered of one key between runs. */
export interface AllocationRecord {
  readonly pool: string;
  /** `10.255.0.1`, or for a block `10.254.0.0/31`. */
  readonly address: string;
}

/** An address that was given, or why none was. */
export type AddressResult =
  | { readonly ok: true; readonly address: string; readonly prefixLength: number }
  | AllocationFailure;

/** A block that was given, or why none was. */
export type BlockResult = { readonly ok: true; readonly prefix: Prefix } | AllocationFailure;

export interface AllocationFailure {
  readonly ok: false;
  readonly reason: "unknown-pool" | "no-family" | "exhausted";
}

/** Gives addresses by key: the same key gets the same address for ever. */
export interface Allocator {
  /** Marks an address that somebody wrote by hand; it is never given out. Before any `allocate`. */
  reserve(key: string, address: IpAddress): void;
  /** The key's address: the one it has, or the lowest free one of the family. */
  allocate(pool: string, key: string, family: AddressFamily): AddressResult;
  /** The key's block of 2^(bits - length) addresses: the one it has, or the lowest free one. */
  allocateBlock(pool: string, key: string, family: AddressFamily, length: number): BlockResult;
  /** What to remember for the next run: every key that was asked for, sorted by key. */
  snapshot(): Readonly<Record<string, AllocationRecord>>;
}

const families: readonly AddressFamily[] = ["ipv4", "ipv6"];

/**
 * Makes an allocator over pools, in memory.
 *
 * A key of `previous` keeps its address as long as that lies in its pool and nobody wrote it by hand; whatever order
 * keys are asked for in, a new one never takes an address that another key has. An address whose key is not asked
 * for any more is not given to another in the same run.
 *
 * @param pools - disjoint; names are unique
 * @param previous - `snapshot()` of an earlier run
 *
 * @example
 * ```ts
 * import { createAllocator, parsePrefix } from "@nix-nos/ipam";
 *
 * const prefixes = [parsePrefix("10.255.0.0/24")].filter((prefix) => prefix !== null);
 * const allocator = createAllocator([{ name: "loopbacks", prefixes }], {
 *   "node/b": { pool: "loopbacks", address: "10.255.0.7" },
 * });
 * allocator.allocate("loopbacks", "node/a", "ipv4"); // => { "ok": true, "address": "10.255.0.1", "prefixLength": 24 }
 * allocator.allocate("loopbacks", "node/b", "ipv4"); // => { "ok": true, "address": "10.255.0.7", "prefixLength": 24 }
 * ```
 */
export function createAllocator(
  pools: readonly PoolDefinition[],
  previous: Readonly<Record<string, AllocationRecord>> = {},
): Allocator {
  const byName = new Map(pools.map((pool) => [pool.name, pool]));
  const written: Record<AddressFamily, TakenSpace> = { ipv4: emptySpace(), ipv6: emptySpace() };
  const given = new Map<string, AllocationRecord>();
  let taken: Record<AddressFamily, TakenSpace> | null = null;

  /** Built at the first allocation, when every written address is known. */
  const takenSpace = (family: AddressFamily): TakenSpace => {
    taken ??= buildTaken(pools, previous, written);
    return taken[family];
  };

  const give = (poolName: string, key: string, family: AddressFamily, length: number | null) => {
    const pool = byName.get(poolName);
    if (pool === undefined) return { ok: false, reason: "unknown-pool" } as const;
    const prefixes = pool.prefixes.filter((prefix) => prefix.address.family === family);
    if (prefixes.length === 0) return { ok: false, reason: "no-family" } as const;
    const space = takenSpace(family);
    const kept = keptBlock(previous[key], pool, family, length, written[family]);
    if (kept !== null) {
      given.set(key, { pool: poolName, address: recordText(kept.prefix, length) });
      return { ok: true, ...kept } as const;
    }
    const bits = addressBits(family);
    const size = 1n << BigInt(bits - (length ?? bits));
    for (const network of prefixes) {
      const range = length === null ? hostRange(network) : { first: firstAddress(network), last: lastAddress(network) };
      const start = lowestFree(space, toNumber(range.first), toNumber(range.last) + 1n, size);
      if (start === null) continue;
      take(space, start, start + size);
      const prefix = { address: fromNumber(family, start), length: length ?? bits };
      given.set(key, { pool: poolName, address: recordText(prefix, length) });
      return { ok: true, prefix, network } as const;
    }
    return { ok: false, reason: "exhausted" } as const;
  };

  return {
    reserve(_key, address) {
      const at = toNumber(address);
      take(written[address.family], at, at + 1n);
      if (taken !== null) take(taken[address.family], at, at + 1n);
    },
    allocate(pool, key, family) {
      const result = give(pool, key, family, null);
      if (!result.ok) return result;
      return { ok: true, address: formatAddress(result.prefix.address), prefixLength: result.network.length };
    },
    allocateBlock(pool, key, family, length) {
      const result = give(pool, key, family, length);
      return result.ok ? { ok: true, prefix: result.prefix } : result;
    },
    snapshot() {
      return Object.fromEntries([...given].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
    },
  };
}

function recordText(prefix: Prefix, length: number | null): string {
  return length === null ? formatAddress(prefix.address) : formatPrefix(prefix);
}

/** The block that a key had, if it may keep it: still in the pool, of the length asked for, and written by nobody. */
function keptBlock(
  record: AllocationRecord | undefined,
  pool: PoolDefinition,
  family: AddressFamily,
  length: number | null,
  written: TakenSpace,
): { readonly prefix: Prefix; readonly network: Prefix } | null {
  const prefix = record?.pool === pool.name ? blockOf(record.address) : null;
  if (prefix === null || prefix.address.family !== family) return null;
  if (prefix.length !== (length ?? addressBits(family))) return null;
  const network = pool.prefixes.find((own) => own.length <= prefix.length && containsAddress(own, prefix.address));
  if (network === undefined) return null;
  const start = toNumber(prefix.address);
  const size = 1n << BigInt(addressBits(family) - prefix.length);
  if (isTaken(written, start, start + size)) return null;
  return isExcluded(pool, prefix, length === null ? network : null) ? null : { prefix, network };
}

function blockOf(text: string): Prefix | null {
  const address = parseAddress(text);
  return address ? { address, length: addressBits(address.family) } : parsePrefix(text);
}

/** Whether a pool's owner has since put a block out of bounds. */
function isExcluded(pool: PoolDefinition, prefix: Prefix, network: Prefix | null): boolean {
  const [first, last] = [toNumber(firstAddress(prefix)), toNumber(lastAddress(prefix))];
  const touches = (range: AddressRange) =>
    range.first.family === prefix.address.family && toNumber(range.first) <= last && first <= toNumber(range.last);
  if ((pool.exclude ?? []).some(touches)) return true;
  if ((pool.gateways ?? []).some((gateway) => touches({ first: gateway, last: gateway }))) return true;
  return network !== null && !touches(hostRange(network));
}

function buildTaken(
  pools: readonly PoolDefinition[],
  previous: Readonly<Record<string, AllocationRecord>>,
  written: Readonly<Record<AddressFamily, TakenSpace>>,
): Record<AddressFamily, TakenSpace> {
  const intervals: Record<AddressFamily, [bigint, bigint][]> = { ipv4: [], ipv6: [] };
  const add = (first: IpAddress, last: IpAddress) =>
    intervals[first.family].push([toNumber(first), toNumber(last) + 1n]);
  for (const { exclude = [], gateways = [] } of pools) {
    for (const range of exclude) add(range.first, range.last);
    for (const gateway of gateways) add(gateway, gateway);
  }
  for (const { address } of Object.values(previous)) {
    const prefix = blockOf(address);
    if (prefix) add(firstAddress(prefix), lastAddress(prefix));
  }
  const spaces = { ipv4: emptySpace(), ipv6: emptySpace() };
  for (const family of families) {
    for (const [index, start] of written[family].starts.entries()) {
      intervals[family].push([start, written[family].ends[index] ?? start]);
    }
    // In order, each one lands at the end of the list or merges with its last: no insertion in the middle.
    intervals[family].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
    for (const [start, end] of intervals[family]) take(spaces[family], start, end);
  }
  return spaces;
}
