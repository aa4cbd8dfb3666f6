import type { TopologyInterface } from "../document/interface-schema.js";
import { parseVlanRange } from "../document/text.js";
import type { VlanRange } from "../network/interface-settings.js";

export type VlanReference = Exclude<NonNullable<TopologyInterface["pvid"]>, "none">;

/** The VLANs that a reference stands for; `null` for a name that is none. */
export function vlanRange(reference: VlanReference, ids: (name: string) => number | undefined): VlanRange | null {
  if (typeof reference === "number") return { first: reference, last: reference };
  const range = parseVlanRange(reference);
  if (range !== null) return range;
  const id = ids(reference);
  return id === undefined ? null : { first: id, last: id };
}

/** Ranges sorted, and those that meet or overlap joined. */
export function joinRanges(ranges: readonly VlanRange[]): readonly VlanRange[] {
  const joined: { first: number; last: number }[] = [];
  for (const { first, last } of [...ranges].sort((a, b) => a.first - b.first)) {
    const before = joined.at(-1);
    if (before !== undefined && first <= before.last + 1) before.last = Math.max(before.last, last);
    else joined.push({ first, last });
  }
  return joined;
}
