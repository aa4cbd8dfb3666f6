import { ClassicLevel } from "classic-level";
import {
  type Change,
  type Commit,
  type Entry,
  type Leadership,
  type Store,
  StoreCompacted,
  StoreUnavailable,
} from "./store.js";

// Layout: `k KEY` holds what a key holds; `r REVISION` what a revision changed; `revision` the last one.
// LevelDB writes a batch whole or not at all, also when the process is killed in the middle of it.
const keyOf = (key: string) => `k ${key}`;
const logKeyOf = (revision: number) => `r ${String(revision).padStart(16, "0")}`;
const revisionKey = "revision";
/** Greater than any key that starts with the prefix. */
const endOf = (prefix: string) => `${prefix}\u{10ffff}`;

/** What is stored under a key. */
interface Stored {
  readonly value: string;
  readonly revision: number;
}

interface Waiting {
  readonly commit: Commit;
  readonly resolve: (revision: number | null) => void;
  readonly reject: (error: Error) => void;
}

/** So many commits share one write to the disk at most. */
const groupSize = 256;
/** Of the log that watchers read, this many may be over before they are deleted. */
const compactionStep = 1000;

/**
 * Opens the store in a folder of its own, with LevelDB. One process has it at a time.
 *
 * @param keep - how many of the last revisions a watch may go back
 * @throws StoreUnavailable where another process has it, or it cannot be read
 */
export async function openEmbeddedStore(folder: string, keep = 100_000): Promise<Store> {
  const db = new ClassicLevel<string, string>(folder);
  try {
    await db.open();
  } catch (error) {
    throw new StoreUnavailable(reasonOf(error, folder), { cause: error });
  }
  let revision = Number((await db.get(revisionKey)) ?? 0);
  let oldest = await firstInLog();
  let waiting: Waiting[] = [];
  let isWriting = false;
  let isClosed = false;
  let wake = bell();

  async function firstInLog(): Promise<number> {
    const [first] = await db.keys({ gt: "r ", lt: endOf("r "), limit: 1 }).all();
    return first === undefined ? revision + 1 : Number(first.slice(2));
  }

  async function write(): Promise<void> {
    if (isWriting) return;
    isWriting = true;
    while (waiting.length > 0) {
      const group = waiting.splice(0, groupSize);
      try {
        await writeGroup(group);
      } catch (error) {
        const failure = new StoreUnavailable("The disk does not take it.", { cause: error });
        for (const { reject } of group) reject(failure);
      }
    }
    isWriting = false;
  }

  /** Commits that came while the disk was busy go to it as one batch: each sees what those before it did. */
  async function writeGroup(group: readonly Waiting[]): Promise<void> {
    const compared = [...new Set(group.flatMap(({ commit }) => commit.compare.map(({ key }) => key)))];
    const found = await db.getMany(compared.map(keyOf));
    const revisions = new Map(compared.map((key, index) => [key, revisionOf(found[index])]));
    const batch = new Map<string, string | null>();
    let last = revision;
    const outcomes = group.map(({ commit }) => {
      if (commit.compare.some((each) => revisions.get(each.key) !== each.revision)) return null;
      last++;
      const keys = [...commit.put, ...commit.remove.map((key) => ({ key, value: null }))];
      for (const { key, value } of keys) {
        revisions.set(key, value === null ? 0 : last);
        batch.set(keyOf(key), value === null ? null : JSON.stringify({ value, revision: last } satisfies Stored));
      }
      batch.set(logKeyOf(last), JSON.stringify(keys));
      return last;
    });
    const { expired, remaining } = expiredOf(last);
    for (const key of expired) batch.set(key, null);
    if (last > revision) {
      batch.set(revisionKey, String(last));
      const operations = [...batch].map(([key, value]) =>
        value === null ? ({ type: "del", key } as const) : ({ type: "put", key, value } as const),
      );
      await db.batch(operations, { sync: true });
      revision = last;
      oldest = remaining;
      wake.ring();
      wake = bell();
    }
    for (const [index, { resolve }] of group.entries()) resolve(outcomes[index] ?? null);
  }

  function expiredOf(last: number): { readonly expired: readonly string[]; readonly remaining: number } {
    const first = last - keep + 1;
    if (first - oldest < Math.min(compactionStep, keep)) return { expired: [], remaining: oldest };
    const expired = Array.from({ length: first - oldest }, (_, index) => logKeyOf(oldest + index));
    return { expired, remaining: first };
  }

  function checkKnown(next: number): void {
    if (next < oldest && next <= revision) throw new StoreCompacted(`revision ${next} is gone`);
  }

  async function* changes(prefix: string, first: number, signal: AbortSignal): AsyncGenerator<Change> {
    let next = first;
    const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
    while (!signal.aborted && !isClosed) {
      const written = wake.rung;
      checkKnown(next);
      const found = await db.iterator({ gte: logKeyOf(next), lt: endOf("r "), limit: 256 }).all();
      for (const [key, text] of found) {
        // The log was compacted between the check and the reading.
        if (key !== logKeyOf(next)) throw new StoreCompacted(`revision ${next} is gone`);
        const keys = (JSON.parse(text) as Change["keys"]).filter((each) => each.key.startsWith(prefix));
        if (keys.length > 0) yield { revision: next, keys };
        if (signal.aborted) return;
        next++;
      }
      if (found.length === 0) await Promise.race([written, aborted]);
    }
  }

  async function inSnapshot<T>(read: (snapshot: ReturnType<typeof db.snapshot>, at: number) => Promise<T>): Promise<T> {
    if (isClosed) throw new StoreUnavailable("The store is closed.");
    const snapshot = db.snapshot();
    try {
      return await read(snapshot, Number((await db.get(revisionKey, { snapshot })) ?? 0));
    } finally {
      await snapshot.close();
    }
  }

  function commit(transaction: Commit): Promise<number | null> {
    return new Promise((resolve, reject) => {
      if (isClosed) return reject(new StoreUnavailable("The store is closed."));
      waiting.push({ commit: transaction, resolve, reject });
      void write();
    });
  }

  /** One process has the folder, so its deployer is the leader at once; whoever was it before is not any more. */
  async function lead(key: string, signal: AbortSignal): Promise<Leadership | null> {
    if (signal.aborted) return null;
    const taken = await commit({ compare: [], put: [{ key, value: "" }], remove: [] });
    const compare = [{ key, revision: taken ?? 0 }];
    const office = new AbortController();
    const end = () => office.abort();
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
    return {
      signal: office.signal,
      compare,
      resign: async () => {
        end();
        await commit({ compare, put: [], remove: [key] });
      },
    };
  }

  return {
    get: async (key) => {
      if (isClosed) throw new StoreUnavailable("The store is closed.");
      const text = await db.get(keyOf(key));
      return text === undefined ? null : { key, ...(JSON.parse(text) as Stored) };
    },
    list: (prefix) =>
      inSnapshot(async (snapshot, at) => {
        const found = await db.iterator({ gte: keyOf(prefix), lt: endOf(keyOf(prefix)), snapshot }).all();
        return { entries: found.map(toEntry), revision: at };
      }),
    lastOf: (prefix, before, limit) =>
      inSnapshot(async (snapshot, at) => {
        const end = before === null ? endOf(keyOf(prefix)) : keyOf(before);
        const found = await db.iterator({ gte: keyOf(prefix), lt: end, reverse: true, limit, snapshot }).all();
        return { entries: found.map(toEntry), revision: at };
      }),
    commit,
    watch: async (prefix, after, signal) => {
      // A revision that is yet to come is one of another store, whose folder was deleted.
      if (after > revision) throw new StoreCompacted(`revision ${after} is none of this store`);
      checkKnown(after + 1);
      return changes(prefix, after + 1, signal);
    },
    lead,
    close: async () => {
      isClosed = true;
      wake.ring();
      const failure = new StoreUnavailable("The store is closed.");
      for (const { reject } of waiting) reject(failure);
      waiting = [];
      await db.close();
    },
  };
}

/** Wakes everybody who waits for it, once. */
function bell(): { readonly rung: Promise<void>; readonly ring: () => void } {
  let ring = () => {};
  const rung = new Promise<void>((resolve) => {
    ring = resolve;
  });
  return { rung, ring };
}

function revisionOf(text: string | undefined): number {
  return text === undefined ? 0 : (JSON.parse(text) as Stored).revision;
}

function toEntry([key, text]: [string, string]): Entry {
  return { key: key.slice(2), ...(JSON.parse(text) as Stored) };
}

function reasonOf(error: unknown, folder: string): string {
  const { cause } = error as Error;
  const reason = cause instanceof Error ? cause : (error as Error);
  return (reason as NodeJS.ErrnoException).code === "LEVEL_LOCKED"
    ? `Another deployer has ${folder}.`
    : `${folder}: ${reason.message}`;
}
