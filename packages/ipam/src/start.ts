import type { AddressFamily } from "./address.js";
import { readHistory } from "./history.js";
import { forbiddenBy, type Spaces, spacesOf } from "./intervals.js";
import type { FamilyPool, PoolDefinition } from "./pool.js";
import type { Recollection } from "./quarantine.js";

/** What does not change any more once the first address is given. */
export interface Start {
  /** All that no new key may get. */
  readonly fixed: Spaces;
  /** Keys that may not keep what they have. */
  readonly refused: ReadonlySet<string>;
  /** Keys that may not come back to what rests in their name. */
  readonly refusedResting: ReadonlySet<string>;
}

/** @param writers - who wrote which address by hand */
export function begin(
  pools: readonly PoolDefinition[],
  byName: ReadonlyMap<string, Readonly<Record<AddressFamily, FamilyPool>>>,
  previous: Recollection,
  writers: Readonly<Record<AddressFamily, ReadonlyMap<bigint, string>>>,
): Start {
  const forbidden = forbiddenBy(pools);
  for (const at of writers.ipv4.keys()) forbidden.ipv4.push([at, at + 1n]);
  for (const at of writers.ipv6.keys()) forbidden.ipv6.push([at, at + 1n]);
  const { intervals, refused, refusedResting } = readHistory(
    previous,
    (name, family) => byName.get(name)?.[family],
    spacesOf(forbidden),
  );
  return { fixed: spacesOf(forbidden, intervals), refused, refusedResting };
}
