import { repairRecords } from "../conflicts.js";
import { emptySpace, isTaken, take } from "../free-space.js";
import { type AllocationState, extentEnd, formatExtent, type PoolDefinition, parseExtent } from "../pool.js";
import { createHoldings, type Holding, type Holdings } from "./holdings.js";
import type { AllocationOutcome, AllocationRequest } from "./store.js";

/**
 * The holdings that a state describes. Of records that claim one address, one stands, and what another key has does
 * not rest.
 */
export function holdingsOf(pools: readonly PoolDefinition[], state: AllocationState): Holdings {
  const holdings = createHoldings(pools);
  const taken = { ipv4: emptySpace(), ipv6: emptySpace() };
  const put = (key: string, pool: string, address: string, releasedAt: string | null) => {
    const extent = parseExtent(address);
    if (extent === null || isTaken(taken[extent.family], extent.start, extentEnd(extent))) return;
    take(taken[extent.family], extent.start, extentEnd(extent));
    holdings.put({ key, pool, extent, releasedAt });
  };
  for (const [key, { pool, address }] of Object.entries(repairRecords(state.allocations).allocations))
    put(key, pool, address, null);
  for (const [key, { pool, address, releasedAt }] of Object.entries(state.released))
    put(key, pool, address, releasedAt);
  return holdings;
}

/** Gives each request what it gets, one after the other. */
export function allocateFrom(
  holdings: Holdings,
  requests: readonly AllocationRequest[],
  now: Date,
): readonly AllocationOutcome[] {
  holdings.expire(now.getTime());
  return requests.map((request) => {
    const choice = holdings.choose(request);
    if ("ok" in choice) return choice;
    const { extent, isHeld } = choice;
    if (!isHeld) {
      const { key, pool } = request;
      const former = holdings.held(key);
      const taken = { key, pool, extent, releasedAt: null };
      holdings.put(taken);
      // It asked for something else than it had: that rests now, as if the key were gone.
      if (former) rest(holdings, former, now);
    }
    return { ok: true, address: formatExtent(extent) };
  });
}

/** Gives up what keys have. */
export function releaseFrom(holdings: Holdings, keys: readonly string[], now: Date): readonly string[] {
  const released = keys.filter((key) => {
    const holding = holdings.held(key);
    if (holding) rest(holdings, holding, now);
    return holding !== null;
  });
  holdings.expire(now.getTime());
  return released;
}

function rest(holdings: Holdings, holding: Holding, now: Date): void {
  const earlier = holdings.resting(holding.key);
  if (earlier) holdings.drop(earlier);
  holdings.put({ ...holding, releasedAt: timestamp(now) });
}

/** A time as a store writes it: UTC, to the second. */
export function timestamp(now: Date): string {
  return now.toISOString().replace(/\.\d+Z$/, "Z");
}
