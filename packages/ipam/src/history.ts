import type { AddressFamily } from "./address.js";
import { type Interval, isTaken, type TakenSpace } from "./free-space.js";
import { type AllocationRecord, extentEnd, type FamilyPool, networkOfExtent, parseExtent } from "./pool.js";

/** What an earlier run's records mean for this one. */
export interface History {
  /** Everything that any record names, still asked for or not: nobody else gets it in this run. */
  readonly intervals: Readonly<Record<AddressFamily, readonly Interval[]>>;
  /** Keys that may not keep what their record says. */
  readonly refused: ReadonlySet<string>;
}

interface Claim {
  readonly key: string;
  readonly start: bigint;
  readonly end: bigint;
  /** Whether the key may keep it as far as its pool and the written addresses go. */
  readonly stands: boolean;
}

/**
 * Judges every record at once, so that the order in which keys are asked for decides nothing.
 *
 * @param poolOf - a pool's networks of one family, or `undefined`
 * @param forbidden - what is excluded, a gateway, or written by hand
 */
export function readHistory(
  previous: Readonly<Record<string, AllocationRecord>>,
  poolOf: (name: string, family: AddressFamily) => FamilyPool | undefined,
  forbidden: Readonly<Record<AddressFamily, TakenSpace>>,
): History {
  const claims: Record<AddressFamily, Claim[]> = { ipv4: [], ipv6: [] };
  const refused = new Set<string>();
  for (const [key, { pool, address }] of Object.entries(previous)) {
    const extent = parseExtent(address);
    if (extent === null) continue;
    const { family, start } = extent;
    const end = extentEnd(extent);
    const own = poolOf(pool, family);
    const lies = own !== undefined && networkOfExtent(own, extent) !== null;
    claims[family].push({ key, start, end, stands: lies && !isTaken(forbidden[family], start, end) });
  }
  return { intervals: { ipv4: settle(claims.ipv4, refused), ipv6: settle(claims.ipv6, refused) }, refused };
}

/**
 * Of records that overlap (two branches gave one address to two keys and were merged), all but one lose: the lowest
 * start stays, then the first key.
 *
 * @returns what all of them take, sorted
 */
function settle(claims: Claim[], refused: Set<string>): readonly Interval[] {
  claims.sort((a, b) => {
    if (a.start !== b.start) return a.start < b.start ? -1 : 1;
    return a.key < b.key ? -1 : 1;
  });
  let keptUntil = 0n;
  for (const { key, start, end, stands } of claims) {
    if (stands && start >= keptUntil) keptUntil = end;
    else refused.add(key);
  }
  return claims.map(({ start, end }) => [start, end]);
}
