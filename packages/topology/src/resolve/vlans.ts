import type { TopologyInterface } from "../document/interface-schema.js";
import { parseVlanRange } from "../document/text.js";
import type { NumberRange } from "../network/ranges.js";

export type VlanReference = Exclude<NonNullable<TopologyInterface["pvid"]>, "none">;

/** The VLANs that a reference stands for; `null` for a name that is none. */
export function vlanRange(reference: VlanReference, ids: (name: string) => number | undefined): NumberRange | null {
  if (typeof reference === "number") return { min: reference, max: reference };
  const range = parseVlanRange(reference);
  if (range !== null) return range;
  const id = ids(reference);
  return id === undefined ? null : { min: id, max: id };
}
