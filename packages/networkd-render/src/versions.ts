import type { NetworkdUnit } from "./unit.js";

/** systemd told the families of forwarding apart; what one interface of an older one is told holds for all of them. */
export const splitForwarding = 256;

/** The oldest systemd that knows a key, of those that this package prints and 252 lacks (its man pages say so). */
const since: ReadonlyMap<string, number> = new Map([
  ["Bond.ARPMissedMax", 256],
  ["Network.IPv4Forwarding", splitForwarding],
  ["Network.IPv6Forwarding", splitForwarding],
]);

/** The first key of a unit that is newer than a version of systemd. */
export function newerKey(unit: NetworkdUnit, version: number): { readonly key: string; readonly since: number } | null {
  for (const { name, entries } of unit.sections) {
    for (const [key] of entries) {
      const first = since.get(`${name}.${key}`);
      if (first !== undefined && first > version) return { key: `${name}.${key}`, since: first };
    }
  }
  return null;
}
