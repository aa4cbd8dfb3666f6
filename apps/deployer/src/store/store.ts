/** A key with what it holds. */
export interface Entry {
  readonly key: string;
  readonly value: string;
  /** The store's revision when it was last written. */
  readonly revision: number;
}

/** A transaction: all of it happens, in one revision, or nothing. */
export interface Commit {
  /** Each key must have been written last in this revision; 0 is a key that must not exist. */
  readonly compare: readonly { readonly key: string; readonly revision: number }[];
  readonly put: readonly { readonly key: string; readonly value: string }[];
  readonly remove: readonly string[];
}

/** What one revision changed. */
export interface Change {
  readonly revision: number;
  readonly keys: readonly { readonly key: string; readonly value: string | null }[];
}

/** A leader's office. */
export interface Leadership {
  /** Aborted as soon as the office may be somebody else's. */
  readonly signal: AbortSignal;
  /** What a commit compares so that nothing happens by a leader who is none any more, whatever he believes. */
  readonly compare: Commit["compare"];
  /** Gives it up at once, rather than when its lease ends. */
  resign(): Promise<void>;
}

/**
 * Where the deployer keeps everything. Keys are printable ASCII and sorted; revisions grow by one or more with each
 * commit. What was committed is on disk and survives a kill.
 *
 * Every call may throw `StoreUnavailable`. After that of a commit, it may have happened or not.
 */
export interface Store {
  get(key: string): Promise<Entry | null>;
  /** All keys that start so, in their order, and the revision at which this was so. */
  list(prefix: string): Promise<{ readonly entries: readonly Entry[]; readonly revision: number }>;
  /** The last keys that start so and are less than `before`, from the last back. */
  lastOf(
    prefix: string,
    before: string | null,
    limit: number,
  ): Promise<{ readonly entries: readonly Entry[]; readonly revision: number }>;
  /** @returns its revision; `null` where a comparison failed and nothing happened */
  commit(commit: Commit): Promise<number | null>;
  /**
   * Every change of keys that start so, after a revision, revision by revision, until the signal is aborted. It goes on
   * over a store that is away for a while.
   *
   * @throws StoreCompacted where changes after this revision are not known any more: at once, or later from the
   *   generator of a reader that is too slow
   */
  watch(prefix: string, after: number, signal: AbortSignal): Promise<AsyncGenerator<Change>>;
  /** Waits to be the only leader of this name; `null` when the signal is aborted first. */
  lead(name: string, signal: AbortSignal): Promise<Leadership | null>;
  close(): Promise<void>;
}

/** The store cannot be used now. */
export class StoreUnavailable extends Error {
  override readonly name = "StoreUnavailable";
}

/** Changes were asked for that the store does not know any more. */
export class StoreCompacted extends Error {
  override readonly name = "StoreCompacted";
}
