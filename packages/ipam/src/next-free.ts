import type { AddressFamily } from "./address.js";
import { gapsOf, lowestFree, type TakenSpace } from "./free-space.js";
import { extentSize, type FamilyPool, familyPool, type PoolDefinition, type PoolNetwork } from "./pool.js";
import { addressBits } from "./prefix.js";
import { sparseNext, sparseOrder } from "./sparse.js";

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
  /** The search through that network; `null` before its first step. */
  places: Places | null;
}

/** The next free place of a network, without taking it; `null` when none is left. */
type Places = (given: TakenSpace) => bigint | null;

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
  const { networks, cursors } = search;
  const cursor = cursors.get(length) ?? { network: 0, places: null };
  cursors.set(length, cursor);
  for (; cursor.network < networks.length; cursor.network++, cursor.places = null) {
    const network = networks[cursor.network];
    if (network === undefined) break;
    cursor.places ??= placesOf(search, network, length, fixed);
    const start = cursor.places(given);
    if (start !== null) return { start, network };
  }
  return null;
}

function placesOf(
  { family, strategy }: FamilySearch,
  network: PoolNetwork,
  length: number | null,
  fixed: TakenSpace,
): Places {
  const size = extentSize(family, length);
  const low = length === null ? network.hostStart : network.start;
  const end = length === null ? network.hostEnd : network.end;
  if (strategy === "lowest") return lowestPlaces(fixed, low, end, size);
  const bits = (length ?? addressBits(family)) - network.length;
  if (bits < 0) return () => null;
  const order = sparseOrder(fixed, network.start, size, bits, low, end);
  return (given) => sparseNext(order, given);
}

/** Gap by gap of what does not change, so that a network that is all but full costs no more than an empty one. */
function lowestPlaces(fixed: TakenSpace, low: bigint, end: bigint, size: bigint): Places {
  const gaps = gapsOf(fixed, low, end);
  let [from, to] = [low, low];
  return (given) => {
    for (;;) {
      const start = lowestFree(given, from, to, size);
      if (start !== null) {
        from = start;
        return start;
      }
      const next = gaps.next();
      if (next.done) return null;
      [from, to] = next.value;
    }
  };
}
