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
    // What rests in a key's name, and what it had to give up before.
    const rests = [...resting].filter(([name]) => name === key || name.startsWith(`${key}${before}`));
    if (own !== undefined) {
      allocations.delete(key);
      if (!atOnce) resting.set(`${key}${before}${releasedAt}`, { ...own, releasedAt });
      released.push({ key, address: own.address });
    }
    if (own === undefined || atOnce) {
      for (const [name, { address }] of rests) {
        if (atOnce) resting.delete(name);
        released.push({ key: name, address });
      }
    }
    if (own === undefined && rests.length === 0) unknown.push(key);
  }
  if (unknown.length > 0) {
    throw new Failure(
      unknown.map((key) => unknownKey(key, state)),
      exitCodes.usage,
    );
  }
  const changed = { allocations: Object.fromEntries(allocations), released: Object.fromEntries(resting) };
  return { state: { ...state, ...changed }, released };
}

/** Stands between a key and the time at which it had to give an address up. */
const before = " before ";

/** A time in milliseconds as records write it. */
export function utc(now: number): string {
  return new Date(now).toISOString().replace(/\.\d+Z$/, "Z");
}

function unknownKey(key: string, { allocations, released }: AllocationState) {
  return problem("NN9020", `${JSON.stringify(key)} has no automatic address on record.`, {
    hint: meant(key, [...Object.entries(allocations), ...Object.entries(released)]),
  });
}

/** Whoever names an address or a node means the key of it; a name that is only spelt alike comes last. */
function meant(text: string, known: readonly (readonly [key: string, record: { readonly address: string }])[]): string {
  const quoted = (keys: readonly string[]) => keys.map((key) => JSON.stringify(key)).join(", ");
  const holders = known.filter(([, { address }]) => address === text).map(([key]) => key);
  if (holders.length > 0) return `${text} belongs to the key ${quoted(holders)}.`;
  const parts = known.map(([key]) => key).filter((key) => `/${key}/`.includes(`/${text}/`));
  if (parts.length > 0 && parts.length <= 4) return `Name a whole key: ${quoted(parts)}.`;
  const near = nearestName(
    text,
    known.map(([key]) => key),
  );
  return near === null || parts.length > 0
    ? "`nix-nos ipam who TOPOLOGY` lists all keys."
    : `Did you mean ${JSON.stringify(near)}?`;
}
