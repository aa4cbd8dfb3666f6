import { setTimeout as sleep } from "node:timers/promises";
import type { Deployer } from "./deployer.js";
import { type Leadership, StoreCompacted, StoreUnavailable } from "./store/store.js";

/** What is done for each key that asks for it. */
interface Duty {
  /** Whether what a key holds asks for work; `null` is a key that is gone. */
  readonly isWanted: (value: string | null) => boolean;
  /** One step of it; called again for as long as it is wanted. The signal ends with the office, and with the wish. */
  readonly work: (key: string, signal: AbortSignal) => Promise<void>;
}

/** Between a step and the next, in milliseconds. */
const pause = 500;

/** Works for each key below a prefix that asks for it, one step at a time for each key, for as long as an office lasts. */
export async function workByName(
  { store, log }: Pick<Deployer, "store" | "log">,
  office: Leadership,
  prefix: string,
  { isWanted, work }: Duty,
): Promise<void> {
  const underway = new Map<string, { readonly controller: AbortController; readonly done: Promise<void> }>();
  const wanted = new Set<string>();

  async function workOff(key: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await work(key, signal).catch((error: unknown) =>
        log.warn({ key, err: error }, "a leader's step failed, and is tried again"),
      );
      // What the step changed is seen by the watch, and may end it.
      await sleep(pause, undefined, { signal }).catch(() => undefined);
    }
    underway.delete(key);
    // It was wanted again while the last step ended.
    if (wanted.has(key) && !office.signal.aborted) begin(key);
  }

  function begin(key: string): void {
    if (underway.has(key)) return;
    const controller = new AbortController();
    const signal = AbortSignal.any([controller.signal, office.signal]);
    underway.set(key, { controller, done: Promise.resolve().then(() => workOff(key, signal)) });
  }

  function see(key: string, value: string | null): void {
    if (isWanted(value)) {
      wanted.add(key);
      begin(key);
    } else {
      wanted.delete(key);
      underway.get(key)?.controller.abort();
    }
  }

  while (!office.signal.aborted) {
    try {
      const { entries, revision } = await store.list(prefix);
      const present = new Set(entries.map(({ key }) => key));
      for (const key of wanted) if (!present.has(key)) see(key, null);
      for (const { key, value } of entries) see(key, value);
      for await (const { keys } of await store.watch(prefix, revision, office.signal))
        for (const { key, value } of keys) see(key, value);
    } catch (error) {
      if (!(error instanceof StoreUnavailable) && !(error instanceof StoreCompacted)) throw error;
      await sleep(pause, undefined, { signal: office.signal }).catch(() => undefined);
    }
  }
  await Promise.all([...underway.values()].map(({ done }) => done));
}
