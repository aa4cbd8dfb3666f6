import { familyOf } from "@nix-nos/ipam";
import type { Family, PrefixRange, PrefixSet } from "@nix-nos/topology";

/** The ranges of a set that are of a family: IOS's lists hold one alone. */
export function rangesOf(set: PrefixSet | undefined, family: Family): readonly PrefixRange[] {
  return (set?.ranges ?? []).filter(({ prefix }) => familyOf(prefix) === family);
}
