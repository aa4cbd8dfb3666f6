import { timestamp } from "../store/change.js";
import type { Holding } from "../store/holdings.js";
import { modifiedAt, unchangedSince } from "./compare.js";
import type { Layout } from "./layout.js";
import { bytes, placeValue } from "./layout.js";
import type { KeyValue } from "./rpc.js";
import type { Session } from "./session.js";
import { pause } from "./turn.js";

const keysPerTransaction = 40;
const bytesPerTransaction = 200_000;

/** Gives up what keys have, each with its own address at once: its record goes, and its place begins to rest. */
export async function releaseKeys(session: Session, keys: readonly string[]): Promise<readonly string[]> {
  const released = new Set<string>();
  for (const chunk of chunksOf(session.layout, [...new Set(keys)])) await releaseChunk(session, chunk, released);
  return keys.filter((key) => released.delete(key));
}

async function releaseChunk(session: Session, keys: readonly string[], released: Set<string>): Promise<void> {
  const { client, layout } = session;
  const releasedAt = timestamp(session.now());
  /** By key: what was tried to write, by a transaction whose end is not known. */
  const tried = new Map<string, Holding>();
  for (;;) {
    const ranges = keys.map((key) => ({ request_range: { key: layout.key(key) } }));
    const { responses } = await client.txn({ compare: [], success: ranges, failure: [] });
    const pairs = new Map<string, KeyValue>();
    for (const [index, key] of keys.entries()) {
      const pair = responses[index]?.response_range?.kvs[0];
      const resting = tried.get(key);
      if (pair) pairs.set(key, pair);
      else if (resting && (await stands(session, resting))) released.add(key);
    }
    if (pairs.size === 0) return;
    const resting = [...pairs].map(([key, pair]) => ({ ...layout.heldOf(key, pair), releasedAt }));
    for (const holding of resting) tried.set(holding.key, holding);
    const {
      succeeded,
      header,
      responses: written,
    } = await client.txn({
      compare: [
        unchangedSince({ key: layout.turn }, "0"),
        ...[...pairs.values()].map(({ key, mod_revision }) => modifiedAt(key, mod_revision)),
      ],
      success: [
        { request_put: { key: layout.epoch, value: bytes("{}"), prev_kv: true } },
        ...resting.flatMap((holding) => [
          { request_delete_range: { key: layout.key(holding.key) } },
          { request_put: { key: layout.place(holding.extent), value: placeValue(holding) } },
        ]),
      ],
      failure: [{ request_range: { key: layout.turn } }],
    });
    if (!succeeded) {
      if (written[0]?.response_range?.kvs.length) await pause(session.random);
      continue;
    }
    for (const { key } of resting) released.add(key);
    learn(session, resting, written[0]?.response_put?.prev_kv?.mod_revision ?? "0", header.revision);
    return;
  }
}

/** Whether a place says what was tried to write there. */
async function stands({ client, layout }: Session, holding: Holding): Promise<boolean> {
  const { kvs } = await client.range({ key: layout.place(holding.extent) });
  return kvs[0]?.value.equals(placeValue(holding)) ?? false;
}

function learn(session: Session, resting: readonly Holding[], epochBefore: string, revision: string): void {
  const { knowledge } = session;
  if (knowledge === null) return;
  if (BigInt(epochBefore) > BigInt(knowledge.epoch)) {
    // Somebody else released something as well.
    session.knowledge = null;
    return;
  }
  knowledge.epoch = revision;
  for (const holding of resting) knowledge.holdings.put(holding);
}

function chunksOf(layout: Layout, keys: readonly string[]): readonly (readonly string[])[] {
  const chunks: string[][] = [];
  let room = 0;
  for (const key of keys) {
    const { length } = layout.key(key);
    const chunk = chunks.at(-1);
    room -= length;
    if (chunk && room >= 0 && chunk.length < keysPerTransaction) chunk.push(key);
    else {
      chunks.push([key]);
      room = bytesPerTransaction - length;
    }
  }
  return chunks;
}
