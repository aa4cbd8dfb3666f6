import type { TakenSpace } from "../free-space.js";

/** Frees the numbers from `start` up to, not including, `end`, all of which one taking took. */
export function untake(space: TakenSpace, start: bigint, end: bigint): void {
  let low = 0;
  let high = space.ends.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((space.ends[middle] ?? 0n) > start) high = middle;
    else low = middle + 1;
  }
  const [first, last] = [space.starts[low], space.ends[low]];
  if (first === undefined || last === undefined || first > start || last < end) return;
  const left = first < start;
  const right = end < last;
  if (left && right) {
    space.ends[low] = start;
    space.starts.splice(low + 1, 0, end);
    space.ends.splice(low + 1, 0, last);
  } else if (left) space.ends[low] = start;
  else if (right) space.starts[low] = end;
  else {
    space.starts.splice(low, 1);
    space.ends.splice(low, 1);
  }
}
