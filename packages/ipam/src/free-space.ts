/**
 * The taken parts of a line of numbers, as sorted, disjoint, non-adjacent intervals: lowest-free allocation keeps the
 * list short however many addresses are given out. Bounds are bigint: an IPv6 pool is larger than a double counts.
 */
export interface TakenSpace {
  /** Lower bounds, ascending. */
  readonly starts: bigint[];
  /** Upper bounds, excluded. */
  readonly ends: bigint[];
}

export function emptySpace(): TakenSpace {
  return { starts: [], ends: [] };
}

/** Index of the first interval that ends after `at`. */
function intervalAfter(space: TakenSpace, at: bigint): number {
  let low = 0;
  let high = space.ends.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((space.ends[middle] ?? 0n) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** Whether any number from `start` up to, not including, `end` is taken. */
export function isTaken(space: TakenSpace, start: bigint, end: bigint): boolean {
  const next = space.starts[intervalAfter(space, start)];
  return next !== undefined && next < end;
}

/** Takes the numbers from `start` up to, not including, `end`; some may be taken already. */
export function take(space: TakenSpace, start: bigint, end: bigint): void {
  // Intervals that touch merge, so the search starts one below.
  const from = intervalAfter(space, start - 1n);
  let to = from;
  let [first, last] = [start, end];
  for (; to < space.starts.length && (space.starts[to] ?? 0n) <= end; to++) {
    const [low, high] = [space.starts[to] ?? start, space.ends[to] ?? end];
    if (low < first) first = low;
    if (high > last) last = high;
  }
  space.starts.splice(from, to - from, first);
  space.ends.splice(from, to - from, last);
}

/** The lowest multiple of `size` from `start` whose `size` numbers are all free and below `end`; `null` when none is. */
export function lowestFree(space: TakenSpace, start: bigint, end: bigint, size: bigint): bigint | null {
  const align = (at: bigint) => ((at + size - 1n) / size) * size;
  let candidate = align(start);
  for (let index = intervalAfter(space, candidate); candidate + size <= end; index++) {
    const next = space.starts[index];
    if (next === undefined || next >= candidate + size) return candidate;
    const after = align(space.ends[index] ?? end);
    if (after > candidate) candidate = after;
  }
  return null;
}
