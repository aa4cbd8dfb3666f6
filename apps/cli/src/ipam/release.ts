import type { AllocationState } from "@nix-nos/ipam";
import { nearestName } from "@nix-nos/topology";
import { Failure, problem } from "../failure.js";
import { exitCodes } from "../io.js";

export interface Released {
  readonly key: string;
  readonly address: string;
}

/**
 * Takes addresses back from their keys. What rests is kept under a name that no topology asks for: a key that is still
 * in the topology is to get another address, and would get its own again under its own name.
 *
 * @param atOnce - without a rest; frees what rests already as well
 * @throws Failure NN9020 for keys that have no address; then nothing is released
 */
export function releaseKeys(
  state: AllocationState,
  keys: readonly string[],
  now: number,
  atOnce: boolean,
): { readonly state: AllocationState; readonly released: readonly Released[] } {
  const allocations = new Map(Object.entries(state.allocations));
  const resting = new Map(Object.entries(state.released));
  const releasedAt = utc(now);
  const released: Released[] = [];
  const unknown: string[] = [];
  for (const key of new Set(keys)) {
    const own = allocations.get(key);
    const rested = resting.get(key);
    if (own !== undefined) {
      allocations.delete(key);
      if (!atOnce) resting.set(`${key} before ${releasedAt}`, { ...own, releasedAt });
      released.push({ key, address: own.address });
    } else if (rested !== undefined) {
      if (atOnce) resting.delete(key);
      released.push({ key, address: rested.address });
    } else unknown.push(key);
  }
  if (unknown.length > 0) {
    const known = [...allocations.keys(), ...resting.keys()];
    throw new Failure(
      unknown.map((key) => unknownKey(key, known)),
      exitCodes.usage,
    );
  }
  return { state: { allocations: Object.fromEntries(allocations), released: Object.fromEntries(resting) }, released };
}

/** A time in milliseconds as records write it. */
export function utc(now: number): string {
  return new Date(now).toISOString().replace(/\.\d+Z$/, "Z");
}

function unknownKey(key: string, known: readonly string[]) {
  const near = nearestName(key, known);
  const hint = near === null ? "`nix-nos ipam who TOPOLOGY` lists all keys." : `Did you mean ${JSON.stringify(near)}?`;
  return problem("NN9020", `${JSON.stringify(key)} has no automatic address on record.`, { hint });
}
