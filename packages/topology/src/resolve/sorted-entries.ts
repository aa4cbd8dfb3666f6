import { compareNames } from "../names.js";

/** A map's entries by name: every language gives one order. */
export function sortedEntries<T>(map: Readonly<Record<string, T>> | undefined): [string, T][] {
  return Object.entries(map ?? {}).sort(([a], [b]) => compareNames(a, b));
}
