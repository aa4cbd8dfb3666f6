import type { AddressFamily } from "../address.js";
import type { AllocationFailure } from "../allocator.js";
import type { AllocationState } from "../pool.js";

/** What is wanted: one address for a key, or with `length` a block of 2^(bits - length) addresses. */
export interface AllocationRequest {
  readonly pool: string;
  /** Any text. It names one thing: asked for with another pool, family or length, it gets another address. */
  readonly key: string;
  readonly family: AddressFamily;
  readonly length?: number;
}

/** What a request got: an address as `10.0.0.1`, a block as `10.254.0.0/31`; or why nothing. */
export type AllocationOutcome = { readonly ok: true; readonly address: string } | AllocationFailure;

/**
 * Remembers who has which address. Every store keeps the same promises, whatever it writes to: a key that has an
 * address gets the same one again, no address is given to two keys, and a released one rests for its pool's
 * `quarantineSeconds` and is the same key's again if that comes back.
 */
export interface AllocationStore {
  /** Everything, as it stands now. */
  read(): Promise<AllocationState>;
  /** One outcome a request, in the order of the requests. What is given is written when the promise resolves. */
  allocate(requests: readonly AllocationRequest[]): Promise<readonly AllocationOutcome[]>;
  /** Gives up the addresses of keys. Resolves to those keys, of the ones named, that had one. */
  release(keys: readonly string[]): Promise<readonly string[]>;
  /** Ends connections; nothing else may be called after it. */
  close(): Promise<void>;
}
