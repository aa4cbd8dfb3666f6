import type { PoolDefinition } from "../pool.js";
import type { AllocationStore } from "../store/store.js";
import { allocateKeys } from "./allocate.js";
import { createEtcdClient, type EtcdClient, type EtcdClientOptions } from "./client.js";
import { createLayout } from "./layout.js";
import { releaseKeys } from "./release.js";
import { knowledgeOf, type Session } from "./session.js";

/** What an etcd store is told. */
export interface EtcdStoreOptions extends EtcdClientOptions {
  /** Where addresses come from. They are not in etcd: every writer brings the same. */
  readonly pools: readonly PoolDefinition[];
  /** Below which all keys of this store are; `/nix-nos/ipam/` when left out. */
  readonly prefix?: string;
  /** The time, for the quarantine; the machine's when left out. */
  readonly now?: () => Date;
}

/**
 * A store in etcd 3.3 or later, or whatever speaks its protocol, for several writers at once. Every address is given by
 * one transaction that compares what it builds on, so writers never wait for each other, and whatever is interrupted,
 * be it by `kill -9` on either side, is either done or not begun; asking again gives what is there.
 *
 * Connects with the first request. Rejections are {@link EtcdError}s.
 *
 * @throws TypeError when an endpoint is none
 *
 * @example
 * ```ts no-run
 * import { parsePrefix } from "@nix-nos/ipam";
 * import { createEtcdStore } from "@nix-nos/ipam/etcd";
 *
 * const prefixes = [parsePrefix("10.0.0.0/16")].filter((prefix) => prefix !== null);
 * const store = createEtcdStore({ endpoints: ["http://127.0.0.1:2379"], pools: [{ name: "nodes", prefixes }] });
 * const [outcome] = await store.allocate([{ pool: "nodes", key: "node/a", family: "ipv4" }]);
 * await store.close();
 * ```
 */
export function createEtcdStore(options: EtcdStoreOptions): AllocationStore {
  return storeOver(createEtcdClient(options), options, Math.random);
}

/** A store over any client. */
export function storeOver(
  client: EtcdClient,
  { pools, prefix = "/nix-nos/ipam/", now = () => new Date() }: Omit<EtcdStoreOptions, "endpoints">,
  random: () => number,
): AllocationStore {
  const session: Session = { client, layout: createLayout(prefix), pools, now, random, knowledge: null };
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work);
    last = result.catch(() => {
      // What was known may be half of it now.
      session.knowledge = null;
    });
    return result;
  };
  return {
    read: () =>
      inTurn(async () => {
        session.knowledge = null;
        return (await knowledgeOf(session)).holdings.state();
      }),
    allocate: (requests) => inTurn(() => allocateKeys(session, requests)),
    release: (keys) => inTurn(() => releaseKeys(session, keys)),
    async close() {
      await last;
      client.close();
    },
  };
}
