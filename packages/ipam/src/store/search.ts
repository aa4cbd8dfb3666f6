import type { AddressFamily } from "../address.js";
import { isTaken, lowestFree, type TakenSpace } from "../free-space.js";
import { extentSize, type FamilyPool, type PoolNetwork } from "../pool.js";
import { addressBits } from "../prefix.js";

/** Where the search for a size goes on: nothing before it is free, as long as nothing is freed. */
export interface Cursor {
  network: number;
  /** `lowest`: an address. `sparse`: a place's number in the order of RFC 3531. */
  at: bigint;
}

/** A pool of one family and what is taken of it: what never changes, and what comes and goes. */
export interface SearchSpace {
  readonly pool: FamilyPool;
  readonly family: AddressFamily;
  readonly strategy: "lowest" | "sparse";
  readonly fixed: TakenSpace;
  readonly taken: TakenSpace;
}

/**
 * The first address of the next free extent of a length (`null`: a single address), as `createAllocator` would choose.
 *
 * @param cursor - moved on to what was found, unless something was skipped
 * @param skip - how many to pass over; with fewer left, the last one
 */
export function search(space: SearchSpace, length: number | null, cursor: Cursor, skip: number): bigint | null {
  const at = { ...cursor };
  let last: bigint | null = null;
  for (let left = skip; left >= 0; left--) {
    const found = following(space, length, at);
    if (found === null) break;
    last = found;
    if (left === skip) Object.assign(cursor, previous(at, found, space.strategy));
  }
  return last;
}

/** A cursor that finds the place again that it just passed: it is taken only when somebody puts it down. */
function previous(cursor: Cursor, found: bigint, strategy: "lowest" | "sparse"): Cursor {
  return { network: cursor.network, at: strategy === "sparse" ? cursor.at - 1n : found };
}

function following(space: SearchSpace, length: number | null, cursor: Cursor): bigint | null {
  for (; cursor.network < space.pool.networks.length; cursor.network++, cursor.at = 0n) {
    const network = space.pool.networks[cursor.network];
    if (network === undefined) break;
    const found =
      space.strategy === "sparse" ? sparse(space, network, length, cursor) : lowest(space, network, length, cursor);
    if (found !== null) return found;
  }
  return null;
}

function lowest(
  { family, fixed, taken }: SearchSpace,
  network: PoolNetwork,
  length: number | null,
  cursor: Cursor,
): bigint | null {
  const size = extentSize(family, length);
  const [low, end] = boundsOf(network, length);
  if (cursor.at < low) cursor.at = low;
  const found = lowestFree(fixed, taken, cursor.at, end, size);
  if (found !== null) cursor.at = found + size;
  return found;
}

/** RFC 3531 §3: the places in the order of their reversed bits, so that each lies between two others. */
function sparse(
  { family, fixed, taken }: SearchSpace,
  network: PoolNetwork,
  length: number | null,
  cursor: Cursor,
): bigint | null {
  const size = extentSize(family, length);
  const [low, end] = boundsOf(network, length);
  const bits = (length ?? addressBits(family)) - network.length;
  if (bits < 0) return null;
  for (const places = 1n << BigInt(bits); cursor.at < places; ) {
    const start = network.start + reversed(cursor.at, bits) * size;
    cursor.at++;
    const isFree = !isTaken(fixed, start, start + size) && !isTaken(taken, start, start + size);
    if (start >= low && start + size <= end && isFree) return start;
  }
  return null;
}

function boundsOf(network: PoolNetwork, length: number | null): readonly [bigint, bigint] {
  return length === null ? [network.hostStart, network.hostEnd] : [network.start, network.end];
}

function reversed(value: bigint, bits: number): bigint {
  let rest = value;
  let result = 0n;
  for (let bit = 0; bit < bits; bit++) {
    result = (result << 1n) | (rest & 1n);
    rest >>= 1n;
  }
  return result;
}
