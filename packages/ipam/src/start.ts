import type { AddressFamily, IpAddress } from "./address.js";
import { type Interval, spaceOf, type TakenSpace } from "./free-space.js";
import { readHistory } from "./history.js";
import { toNumber } from "./number.js";
import type { FamilyPool, PoolDefinition } from "./pool.js";
import type { Recollection } from "./quarantine.js";

/** What does not change any more once the first address is given. */
export interface Start {
  /** All that no new key may get. */
  readonly fixed: Readonly<Record<AddressFamily, TakenSpace>>;
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
  const forbidden: Record<AddressFamily, Interval[]> = { ipv4: [], ipv6: [] };
  const forbid = (first: IpAddress, last: IpAddress) =>
    forbidden[first.family].push([toNumber(first), toNumber(last) + 1n]);
  for (const { exclude = [], gateways = [] } of pools) {
    for (const { first, last } of exclude) forbid(first, last);
    for (const gateway of gateways) forbid(gateway, gateway);
  }
  for (const at of writers.ipv4.keys()) forbidden.ipv4.push([at, at + 1n]);
  for (const at of writers.ipv6.keys()) forbidden.ipv6.push([at, at + 1n]);
  const spaces = { ipv4: spaceOf(forbidden.ipv4), ipv6: spaceOf(forbidden.ipv6) };
  const { intervals, refused, refusedResting } = readHistory(
    previous,
    (name, family) => byName.get(name)?.[family],
    spaces,
  );
  const fixed = {
    ipv4: spaceOf([...forbidden.ipv4, ...intervals.ipv4]),
    ipv6: spaceOf([...forbidden.ipv6, ...intervals.ipv6]),
  };
  return { fixed, refused, refusedResting };
}
