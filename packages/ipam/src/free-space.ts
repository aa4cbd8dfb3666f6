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

/** A lower bound, included, and an upper one, excluded. */
export type Interval = readonly [start: bigint, end: bigint];

export function emptySpace(): TakenSpace {
  return { starts: [], ends: [] };
}

/** The space that some intervals take, in any order and overlapping or not. Sorts its argument. */
export function spaceOf(intervals: Interval[]): TakenSpace {
  const space = emptySpace();
  // In order, each one lands at the end of the list or merges with its last: no insertion in the middle.
  intervals.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
  for (const [start, end] of intervals) take(space, start, end);
  return space;
}

/** Index of the first interval that ends after `at`. */
export function intervalAfter(space: TakenSpace, at: bigint): number {
  let low = 0;
  let high = space.ends.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((space.ends[middle] ?? 0n) > at) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The first interval that has a number from `start` up to, not including, `end`; `null` when none has. */
export function takenWithin(space: TakenSpace, start: bigint, end: bigint): Interval | null {
  const index = intervalAfter(space, start);
  const [low, high] = [space.starts[index], space.ends[index]];
  return low !== undefined && high !== undefined && low < end ? [low, high] : null;
}

/** The parts between two bounds that are not taken, ascending. */
export function* gapsOf(space: TakenSpace, from: bigint, to: bigint): Generator<Interval, void, undefined> {
  let low = from;
  for (let index = intervalAfter(space, from); low < to; index++) {
    const start = space.starts[index] ?? to;
    if (start > low) yield [low, start < to ? start : to];
    low = space.ends[index] ?? to;
  }
}

/** Where {@link takenWithin} ends. */
function blockedUntil(space: TakenSpace, start: bigint, end: bigint): bigint | null {
  const index = intervalAfter(space, start);
  const next = space.starts[index];
  return next !== undefined && next < end ? (space.ends[index] ?? end) : null;
}

/** Whether any number from `start` up to, not including, `end` is taken. */
export function isTaken(space: TakenSpace, start: bigint, end: bigint): boolean {
  return blockedUntil(space, start, end) !== null;
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
  if (to === from + 1) {
    // By far the most common: one interval grows, and nothing has to move.
    space.starts[from] = first;
    space.ends[from] = last;
    return;
  }
  space.starts.splice(from, to - from, first);
  space.ends.splice(from, to - from, last);
}

/** The lowest multiple of `size` from `start` whose `size` numbers are below `end` and free; `null` when none is. */
export function lowestFree(space: TakenSpace, start: bigint, end: bigint, size: bigint): bigint | null {
  let candidate = aligned(start, size);
  while (candidate + size <= end) {
    const blocked = blockedUntil(space, candidate, candidate + size);
    if (blocked === null) return candidate;
    candidate = aligned(blocked, size);
  }
  return null;
}

/** The lowest multiple of `size` that is not below a number. */
export function aligned(at: bigint, size: bigint): bigint {
  return size === 1n ? at : ((at + size - 1n) / size) * size;
}
