import type { AddressFamily } from "./address.js";
import { lowestFree, type TakenSpace } from "./free-space.js";
import { extentSize, type FamilyPool, familyPool, type PoolDefinition, type PoolNetwork } from "./pool.js";
import { addressBits } from "./prefix.js";
import { type SparseOrder, sparseNext, sparseOrder } from "./sparse.js";

/** A pool's networks of one family, and how far the search through them has come. */
export interface FamilySearch extends FamilyPool {
  readonly family: AddressFamily;
  readonly strategy: "lowest" | "sparse";
  /** By length of a block, `null` for single addresses. */
  readonly cursors: Map<number | null, Cursor>;
}

/** Where the search for a size goes on: what lies before was taken, and nothing is freed within a run. */
interface Cursor {
  network: number;
  /** `lowest`: no lower address of the network is free. */
  at: bigint;
  /** `sparse`: what is left of the network. */
  order: SparseOrder | null;
}

/** What is free, and the network that it is of. */
export interface Found {
  readonly start: bigint;
  readonly network: PoolNetwork;
}

export function familySearch(pool: PoolDefinition, family: AddressFamily): FamilySearch {
  return { ...familyPool(pool, family), family, strategy: pool.strategy ?? "lowest", cursors: new Map() };
}

/**
 * The next free extent of a length (`null`: a single address), without taking it: the first network that has one.
 *
 * @param fixed - taken; the same in every call
 * @param given - taken as well; may only grow
 */
export function nextFree(
  search: FamilySearch,
  length: number | null,
  fixed: TakenSpace,
  given: TakenSpace,
): Found | null {
  const { networks, family, strategy, cursors } = search;
  let cursor = cursors.get(length);
  if (cursor === undefined) {
    cursor = { network: 0, at: 0n, order: null };
    cursors.set(length, cursor);
  }
  const size = extentSize(family, length);
  for (; cursor.network < networks.length; cursor.network++, cursor.at = 0n, cursor.order = null) {
    const network = networks[cursor.network];
    if (network === undefined) break;
    const low = length === null ? network.hostStart : network.start;
    const end = length === null ? network.hostEnd : network.end;
    if (strategy === "sparse") {
      const bits = (length ?? addressBits(family)) - network.length;
      if (bits < 0) continue;
      cursor.order ??= sparseOrder(fixed, network.start, size, bits, low, end);
      const start = sparseNext(cursor.order, given);
      if (start !== null) return { start, network };
    } else {
      if (cursor.at < low) cursor.at = low;
      const start = lowestFree(fixed, given, cursor.at, end, size);
      if (start === null) continue;
      cursor.at = start;
      return { start, network };
    }
  }
  return null;
}
