import type { AddressFamily } from "./address.js";
import { type Claim, settle } from "./claims.js";
import { type Interval, isTaken } from "./free-space.js";
import { type Intervals, type Spaces, spacesOf } from "./intervals.js";
import { type AllocationRecord, extentEnd, type FamilyPool, networkOfExtent, parseExtent } from "./pool.js";
import type { Recollection } from "./quarantine.js";

/** What an earlier run's records mean for this one. */
export interface History {
  /** Everything that is allocated or rests, still asked for or not: nobody else gets it in this run. */
  readonly intervals: Intervals;
  /** Keys that may not keep what they have. */
  readonly refused: ReadonlySet<string>;
  /** Keys that may not come back to what rests in their name. */
  readonly refusedResting: ReadonlySet<string>;
}

type PoolOf = (name: string, family: AddressFamily) => FamilyPool | undefined;

/**
 * Judges every record at once, so that the order in which keys are asked for decides nothing.
 *
 * @param poolOf - a pool's networks of one family, or `undefined`
 * @param forbidden - what is excluded, a gateway, or written by hand
 */
export function readHistory(
  { allocations = {}, resting = {} }: Recollection,
  poolOf: PoolOf,
  forbidden: Spaces,
): History {
  const held = readClaims(allocations, poolOf, [forbidden]);
  const taken = intervalsOf(held);
  // What somebody has does not rest, although a merge of two branches may say both.
  const rests = readClaims(resting, poolOf, [forbidden, spacesOf(taken)]);
  const kept = intervalsOf(rests);
  return {
    intervals: { ipv4: [...taken.ipv4, ...kept.ipv4], ipv6: [...taken.ipv6, ...kept.ipv6] },
    refused: refusedOf(held),
    refusedResting: refusedOf(rests),
  };
}

type Claims = Readonly<Record<AddressFamily, Claim[]>>;

function readClaims(
  records: Readonly<Record<string, AllocationRecord>>,
  poolOf: PoolOf,
  forbidden: readonly Spaces[],
): Claims {
  const claims: Claims = { ipv4: [], ipv6: [] };
  for (const [key, { pool, address }] of Object.entries(records)) {
    const extent = parseExtent(address);
    if (extent === null) continue;
    const { family, start } = extent;
    const end = extentEnd(extent);
    const own = poolOf(pool, family);
    const lies = own !== undefined && networkOfExtent(own, extent) !== null;
    const stands = lies && !forbidden.some((spaces) => isTaken(spaces[family], start, end));
    claims[family].push({ key, start, end, stands });
  }
  return claims;
}

function refusedOf({ ipv4, ipv6 }: Claims): ReadonlySet<string> {
  const refused = new Set<string>();
  for (const claims of [ipv4, ipv6]) {
    for (const { key, stands } of claims) if (!stands) refused.add(key);
    for (const [{ key }] of settle(claims)) refused.add(key);
  }
  return refused;
}

function intervalsOf({ ipv4, ipv6 }: Claims): Intervals {
  const interval = ({ start, end }: Claim): Interval => [start, end];
  return { ipv4: ipv4.map(interval), ipv6: ipv6.map(interval) };
}
