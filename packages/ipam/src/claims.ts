/** That a key has the numbers from `start` up to, not including, `end`. */
export interface Claim {
  readonly key: string;
  readonly start: bigint;
  readonly end: bigint;
  /** Whether it would stand if it were alone. */
  readonly stands: boolean;
}

/** A claim that gives way, and the one that it gives way to. */
export type Settled<C extends Claim> = readonly [moves: C, keeps: C];

/**
 * Of claims that overlap (two branches gave one address to two keys and were merged), all but one give way: the lowest
 * start stays, then the first key. Whoever judges records, judges them by this. Sorts its argument.
 */
export function settle<C extends Claim>(claims: C[]): readonly Settled<C>[] {
  claims.sort((a, b) => {
    if (a.start !== b.start) return a.start < b.start ? -1 : 1;
    return a.key < b.key ? -1 : 1;
  });
  const settled: Settled<C>[] = [];
  let keeper: C | undefined;
  for (const claim of claims) {
    if (!claim.stands) continue;
    if (keeper !== undefined && claim.start < keeper.end) settled.push([claim, keeper]);
    else keeper = claim;
  }
  return settled;
}
