import type { AddressFamily, IpAddress } from "./address.js";
import { type Interval, spaceOf, type TakenSpace } from "./free-space.js";
import { toNumber } from "./number.js";
import { type AllocationRecord, extentEnd, type PoolDefinition, parseExtent } from "./pool.js";

export type Intervals = Readonly<Record<AddressFamily, Interval[]>>;
export type Spaces = Readonly<Record<AddressFamily, TakenSpace>>;

/** What no pool gives, whichever says so: exclusions and gateways. */
export function forbiddenBy(pools: readonly PoolDefinition[]): Intervals {
  const intervals: Intervals = { ipv4: [], ipv6: [] };
  const forbid = (first: IpAddress, last: IpAddress) =>
    intervals[first.family].push([toNumber(first), toNumber(last) + 1n]);
  for (const { exclude = [], gateways = [] } of pools) {
    for (const { first, last } of exclude) forbid(first, last);
    for (const gateway of gateways) forbid(gateway, gateway);
  }
  return intervals;
}

/** What records name; one that cannot be read names nothing. */
export function namedBy(records: Readonly<Record<string, AllocationRecord>>): Intervals {
  const intervals: Intervals = { ipv4: [], ipv6: [] };
  for (const { address } of Object.values(records)) {
    const extent = parseExtent(address);
    if (extent) intervals[extent.family].push([extent.start, extentEnd(extent)]);
  }
  return intervals;
}

/** The space that lists of intervals take together. */
export function spacesOf(...lists: readonly Intervals[]): Spaces {
  return {
    ipv4: spaceOf(lists.flatMap(({ ipv4 }) => ipv4)),
    ipv6: spaceOf(lists.flatMap(({ ipv6 }) => ipv6)),
  };
}
