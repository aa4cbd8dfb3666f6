/** What a client needs of the world. */
export interface World {
  /** The platform's own, or one that trusts the deployer's authority. */
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  /** Waits, or throws the signal's reason as soon as it is aborted. */
  readonly wait: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** That many random bytes, as `crypto.getRandomValues(new Uint8Array(length))`. */
  readonly random: (length: number) => Uint8Array;
}
