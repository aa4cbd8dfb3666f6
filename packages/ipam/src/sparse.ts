import { gapsOf, type TakenSpace, takenWithin } from "./free-space.js";

/**
 * Gives the places of a network in the order of RFC 3531 §3, bits counted from the left: the number of a place is its
 * position with the bits reversed, so that each new one lies in the middle between two others and both have room to
 * grow. Free places are kept as gaps in a heap, and so a network that is all but full costs no more than an empty one.
 */
export interface SparseOrder {
  /** Where places begin. */
  readonly base: bigint;
  readonly size: bigint;
  /** The network has 2^bits places. */
  readonly bits: number;
  /** Binary heap, the lowest rank on top. */
  readonly heap: Gap[];
}

/** Free places from `from` up to, not including, `to`. */
interface Gap {
  readonly from: bigint;
  readonly to: bigint;
  /** The first of them in the order. */
  readonly best: bigint;
  readonly rank: bigint;
}

/**
 * @param fixed - taken, and stays as it is
 * @param low - only what lies wholly from here up to `high`
 */
export function sparseOrder(
  fixed: TakenSpace,
  base: bigint,
  size: bigint,
  bits: number,
  low: bigint,
  high: bigint,
): SparseOrder {
  const order: SparseOrder = { base, size, bits, heap: [] };
  for (const [start, end] of gapsOf(fixed, low, high)) addGap(order, start, end);
  return order;
}

/**
 * The first free place, as an address, or `null`; it stays the first until somebody takes it.
 *
 * @param given - taken as well; grows between calls, and never shrinks
 */
export function sparseNext(order: SparseOrder, given: TakenSpace): bigint | null {
  const { base, size, heap } = order;
  for (let top = heap[0]; top !== undefined; top = heap[0]) {
    const start = base + top.best * size;
    const taken = takenWithin(given, start, start + size);
    if (taken === null) return start;
    popGap(heap);
    addGap(order, base + top.from * size, taken[0]);
    addGap(order, taken[1], base + top.to * size);
  }
  return null;
}

/** Notes the whole places between two addresses. */
function addGap({ base, size, bits, heap }: SparseOrder, start: bigint, end: bigint): void {
  const from = (start - base + size - 1n) / size;
  const to = (end - base) / size;
  if (from >= to) return;
  const best = roundest(from, to - 1n);
  heap.push({ from, to, best, rank: reversed(best, bits) });
  // Up to where its parent ranks before it.
  for (let at = heap.length - 1; at > 0; ) {
    const parent = (at - 1) >>> 1;
    if (!swapIfBefore(heap, at, parent)) break;
    at = parent;
  }
}

function popGap(heap: Gap[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  heap[0] = last;
  for (let at = 0; ; ) {
    const [left, right] = [2 * at + 1, 2 * at + 2];
    const child = isBefore(heap[right], heap[left]) ? right : left;
    if (!swapIfBefore(heap, child, at)) return;
    at = child;
  }
}

function isBefore(a: Gap | undefined, b: Gap | undefined): boolean {
  return a !== undefined && (b === undefined || a.rank < b.rank);
}

function swapIfBefore(heap: Gap[], lower: number, upper: number): boolean {
  const [a, b] = [heap[lower], heap[upper]];
  if (a === undefined || b === undefined || !isBefore(a, b)) return false;
  heap[lower] = b;
  heap[upper] = a;
  return true;
}

/** The number from `low` to `high` that ends in the most zero bits; there is always exactly one. */
function roundest(low: bigint, high: bigint): bigint {
  if (low === 0n) return 0n;
  // Above the highest bit in which low - 1 and high differ they agree, and high alone has that bit.
  const shift = BigInt(((low - 1n) ^ high).toString(2).length - 1);
  return (high >> shift) << shift;
}

/** The lowest `bits` bits of a number, the other way round. */
function reversed(value: bigint, bits: number): bigint {
  if (bits === 0) return 0n;
  return BigInt(`0b${[...value.toString(2).padStart(bits, "0")].reverse().join("")}`);
}
