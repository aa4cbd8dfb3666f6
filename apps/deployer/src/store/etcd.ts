import { setTimeout as sleep } from "node:timers/promises";
import { createGateway, type EtcdOptions, type Gateway } from "./etcd-gateway.js";
import { leadByLease } from "./etcd-lease.js";
import { type Change, type Entry, type Store, StoreCompacted, StoreUnavailable } from "./store.js";

// Zero and false are left out of the gateway's JSON, and so is a list without an element.

interface KeyValue {
  readonly key: string;
  readonly value?: string;
  readonly mod_revision: string;
}

interface Header {
  readonly header: { readonly revision: string };
}

interface WatchLine {
  readonly result?: Header & {
    readonly created?: boolean;
    readonly canceled?: boolean;
    readonly compact_revision?: string;
    readonly events?: readonly { readonly type?: "DELETE"; readonly kv: KeyValue }[];
  };
}

/** Entries that are asked for at once. */
const pageSize = 500;

/** How long a watch waits before it looks for etcd again. */
const pause = 500;

/** The store in an etcd or ChainFire cluster, over its JSON gateway. */
export function openEtcdStore(options: EtcdOptions): Store {
  const gateway = createGateway(options);
  const closed = new AbortController();
  return {
    get: async (key) => {
      const { kvs = [] } = await gateway.post<{ readonly kvs?: readonly KeyValue[] }>("/v3/kv/range", {
        key: encode(key),
      });
      return kvs[0] === undefined ? null : toEntry(kvs[0]);
    },
    list: (prefix) => list(gateway, prefix),
    lastOf: (prefix, before, limit) =>
      range(gateway, {
        key: encode(prefix),
        range_end: before === null ? encodeEnd(prefix) : encode(before),
        limit: String(limit),
        sort_order: "DESCEND",
        sort_target: "KEY",
      }),
    commit: async ({ compare, put, remove }) => {
      const answer = await gateway.post<Header & { readonly succeeded?: boolean }>("/v3/kv/txn", {
        compare: compare.map(({ key, revision }) => ({
          key: encode(key),
          target: "MOD",
          result: "EQUAL",
          mod_revision: String(revision),
        })),
        success: [
          ...put.map(({ key, value }) => ({ request_put: { key: encode(key), value: encode(value) } })),
          ...remove.map((key) => ({ request_delete_range: { key: encode(key) } })),
        ],
      });
      return answer.succeeded === true ? Number(answer.header.revision) : null;
    },
    watch: async (prefix, after, signal) => {
      await checkKnown(gateway, after);
      return changes(gateway, prefix, after, AbortSignal.any([signal, closed.signal]));
    },
    lead: (name, signal) => leadByLease(gateway, name, AbortSignal.any([signal, closed.signal])),
    close: async () => {
      closed.abort();
      await gateway.close();
    },
  };
}

/** Page by page, because the gateway refuses answers of more than 4 MB; all as of the first page's revision. */
async function list(gateway: Gateway, prefix: string) {
  const request = { range_end: encodeEnd(prefix), limit: String(pageSize) };
  const { entries, revision } = await range(gateway, { ...request, key: encode(prefix) });
  let page = entries;
  while (page.length === pageSize) {
    const next = `${page.at(-1)?.key}\0`;
    page = (await range(gateway, { ...request, key: encode(next), revision: String(revision) })).entries;
    entries.push(...page);
  }
  return { entries, revision };
}

async function range(gateway: Gateway, request: object) {
  const { kvs = [], header } = await gateway.post<Header & { readonly kvs?: readonly KeyValue[] }>(
    "/v3/kv/range",
    request,
  );
  return { entries: kvs.map(toEntry), revision: Number(header.revision) };
}

/** etcd itself would wait in silence for a revision that is yet to come, though it is one of another cluster. */
async function checkKnown(gateway: Gateway, after: number): Promise<void> {
  try {
    await gateway.post("/v3/kv/range", { key: encode("-"), count_only: true, revision: String(Math.max(after, 1)) });
  } catch (error) {
    if (!(error instanceof Error && /required revision/.test(error.message))) throw error;
    throw new StoreCompacted(error.message);
  }
}

async function* changes(gateway: Gateway, prefix: string, after: number, signal: AbortSignal): AsyncGenerator<Change> {
  let next = after + 1;
  while (!signal.aborted) {
    try {
      const request = { key: encode(prefix), range_end: encodeEnd(prefix), start_revision: String(next) };
      for await (const { result } of gateway.stream<WatchLine>("/v3/watch", { create_request: request }, signal)) {
        if (result?.compact_revision !== undefined) throw new StoreCompacted(`revision ${next} is gone`);
        if (result?.canceled === true) break;
        for (const change of changesOf(result?.events ?? [])) {
          yield change;
          next = change.revision + 1;
          if (signal.aborted) return;
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof StoreUnavailable)) throw error;
    }
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}

/** Events of one revision are sent together, in one line. */
function changesOf(events: readonly { readonly type?: "DELETE"; readonly kv: KeyValue }[]): readonly Change[] {
  const changes = new Map<number, Change["keys"][number][]>();
  for (const { type, kv } of events) {
    const revision = Number(kv.mod_revision);
    const keys = changes.get(revision) ?? [];
    keys.push({ key: decode(kv.key), value: type === "DELETE" ? null : decode(kv.value ?? "") });
    changes.set(revision, keys);
  }
  return [...changes].map(([revision, keys]) => ({ revision, keys }));
}

function toEntry({ key, value = "", mod_revision }: KeyValue): Entry {
  return { key: decode(key), value: decode(value), revision: Number(mod_revision) };
}

function encode(text: string): string {
  return Buffer.from(text).toString("base64");
}

function decode(text: string): string {
  return Buffer.from(text, "base64").toString();
}

/** The first key after all that start so. */
function encodeEnd(prefix: string): string {
  const bytes = Buffer.from(prefix);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) + 1;
  return bytes.toString("base64");
}
