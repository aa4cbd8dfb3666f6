import { open, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { AllocationState, PoolDefinition } from "../pool.js";
import { allocateFrom, holdingsOf, releaseFrom } from "../store/change.js";
import type { Holdings } from "../store/holdings.js";
import { parseLockFile, printLockFile, withChoices } from "../store/lock-file.js";
import type { AllocationStore } from "../store/store.js";
import { exclusively } from "./exclusive.js";
import { FileStoreError } from "./file-store-error.js";

/** What a file store is told. */
export interface FileStoreOptions {
  /** The file; it need not exist, but its folder must. While somebody writes, `<path>.writing` is beside it. */
  readonly path: string;
  /** Where addresses come from. They are not in the file. */
  readonly pools: readonly PoolDefinition[];
  /** The time, for the quarantine; the machine's when left out. */
  readonly now?: () => Date;
  /** How long to wait for another process that writes; 10,000 when left out. */
  readonly patienceMs?: number;
}

/**
 * A store in a file, in the format of `topology.lock.json`. A change replaces the file in one step: whoever reads it, or
 * finds it after a crash, has the old text or the new. Several processes may write.
 *
 * Rejections are {@link FileStoreError}s.
 *
 * @example
 * ```ts
 * import { mkdtempSync } from "node:fs";
 * import { tmpdir } from "node:os";
 * import { join } from "node:path";
 * import { parsePrefix } from "@nix-nos/ipam";
 * import { createFileStore } from "@nix-nos/ipam/file";
 *
 * const path = join(mkdtempSync(join(tmpdir(), "ipam-")), "allocations.lock.json");
 * const prefixes = [parsePrefix("10.0.0.0/16")].filter((prefix) => prefix !== null);
 * const store = createFileStore({ path, pools: [{ name: "nodes", prefixes }] });
 * await store.allocate([{ pool: "nodes", key: "node/a", family: "ipv4" }]); // => [{ "ok": true, "address": "10.0.0.1" }]
 * ```
 */
export function createFileStore(options: FileStoreOptions): AllocationStore {
  const { path, pools, now = () => new Date(), patienceMs = 10_000 } = options;

  const load = async (): Promise<{ holdings: Holdings; state: () => AllocationState }> => {
    const text = await textOf(path);
    const result = text === "" ? empty : parseLockFile(text);
    if (!result.ok) {
      const [first] = result.faults;
      throw new FileStoreError("damaged", `${path}:${first?.line}:${first?.column}: ${first?.message}`, result.faults);
    }
    const holdings = holdingsOf(pools, result.state);
    // What else the file says is no business of the store's, and stays.
    const choices = Object.entries(result.state.choices ?? {});
    return { holdings, state: () => withChoices(holdings.state(), choices) };
  };

  const change = <T>(work: (holdings: Holdings) => T): Promise<T> =>
    guarded(path, () =>
      exclusively(`${path}.writing`, patienceMs, async () => {
        const { holdings, state } = await load();
        // What has only rested to its end in the meantime is no change: the same question leaves the same file.
        holdings.expire(now().getTime());
        const before = printLockFile(state());
        const result = work(holdings);
        const after = printLockFile(state());
        if (after !== before) await replace(path, after);
        return result;
      }),
    );

  return {
    read: () =>
      guarded(path, async () => {
        const { holdings, state } = await load();
        holdings.expire(now().getTime());
        return state();
      }),
    allocate: (requests) => change((holdings) => allocateFrom(holdings, requests, now())),
    release: (keys) => change((holdings) => releaseFrom(holdings, keys, now())),
    close: async () => {},
  };
}

const nothing: AllocationState = { allocations: {}, released: {} };
const empty = { ok: true, state: nothing } as const;

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}

/** Only while this process alone writes: the temporary file's name is always the same, and a killed one's is reused. */
async function replace(path: string, text: string): Promise<void> {
  const temporary = `${path}.new`;
  const file = await open(temporary, "w");
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  // The new name, too, is to survive a power cut.
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } catch (error) {
    // Some network file systems cannot; the kernel writes it in its own time then.
    if (!["EINVAL", "ENOTSUP", "EBADF", "EPERM"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  } finally {
    await folder.close();
  }
}

async function guarded<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof FileStoreError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new FileStoreError("io", `${path}: ${message}`, [], { cause: error });
  }
}
