import type { PlannedVip } from "./types.js";

/** The VIPs of one advertisement and family: they share everything but their prefix. */
export interface VipGroup extends Omit<PlannedVip, "prefix"> {
  readonly prefixes: readonly string[];
}

/** What a daemon treats alike, in the plan's order; every daemon wants its sets of one family. */
export function groupVips(vips: readonly PlannedVip[]): readonly VipGroup[] {
  const groups = new Map<string, VipGroup & { readonly prefixes: string[] }>();
  for (const { prefix, ...shared } of vips) {
    const key = JSON.stringify([shared.advertisement, shared.family]);
    const group = groups.get(key);
    if (group) group.prefixes.push(prefix);
    else groups.set(key, { ...shared, prefixes: [prefix] });
  }
  return [...groups.values()];
}
