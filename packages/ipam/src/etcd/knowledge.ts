import type { AddressFamily } from "../address.js";
import type { PoolDefinition } from "../pool.js";
import { createHoldings, type Holdings } from "../store/holdings.js";
import type { EtcdClient } from "./client.js";
import { EtcdError } from "./etcd-error.js";
import type { Bounds, Layout } from "./layout.js";
import type { KeyValue } from "./rpc.js";

/** What a writer knows of etcd. It may be out of date: each transaction compares what it builds on. */
export interface Knowledge {
  readonly holdings: Holdings;
  /** Up to this revision, no release is unknown. */
  epoch: string;
  /** The lengths of blocks that there are, and the revision up to which that is all. */
  readonly lengths: Readonly<Record<AddressFamily, Set<number>>>;
  lengthsAt: string;
}

const pageSize = 2000;

/** Reads everything below the prefix, as it was at one revision. */
export async function readKnowledge(
  client: EtcdClient,
  layout: Layout,
  pools: readonly PoolDefinition[],
): Promise<Knowledge> {
  for (let tries = 0; ; tries++) {
    try {
      return await readOnce(client, layout, pools);
    } catch (error) {
      // Somebody compacted the revision between two pages.
      if (!(error instanceof EtcdError) || error.code !== "refused" || tries === 3) throw error;
    }
  }
}

async function readOnce(client: EtcdClient, layout: Layout, pools: readonly PoolDefinition[]): Promise<Knowledge> {
  const { pairs, revision } = await readPages(client, layout.places);
  const holdings = createHoldings(pools);
  for (const pair of pairs) holdings.put(layout.holdingOf(pair));
  const knowledge: Knowledge = {
    holdings,
    epoch: revision,
    lengths: { ipv4: new Set(), ipv6: new Set() },
    lengthsAt: revision,
  };
  learnLengths(knowledge, layout, (await client.range({ ...layout.lengths(), revision })).kvs, revision);
  return knowledge;
}

/** @returns whether there is a length that was not known */
export function learnLengths(
  knowledge: Knowledge,
  layout: Layout,
  pairs: readonly KeyValue[],
  revision: string,
): boolean {
  let isNews = false;
  for (const pair of pairs) {
    const [family, length] = layout.lengthOf(pair);
    isNews ||= !knowledge.lengths[family].has(length);
    knowledge.lengths[family].add(length);
  }
  knowledge.lengthsAt = revision;
  return isNews;
}

async function readPages(client: EtcdClient, bounds: Bounds): Promise<{ pairs: KeyValue[]; revision: string }> {
  const pairs: KeyValue[] = [];
  let { key } = bounds;
  let revision = "0";
  for (;;) {
    const page = await client.range({ ...bounds, key, limit: pageSize, revision });
    // 0 asks for the present; the pages that follow are of the same moment.
    if (revision === "0") revision = page.header.revision;
    for (const pair of page.kvs) pairs.push(pair);
    const last = page.kvs.at(-1);
    if (!page.more || last === undefined) return { pairs, revision };
    key = Buffer.concat([last.key, Buffer.from([0])]);
  }
}
