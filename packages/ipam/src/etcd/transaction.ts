import { type Extent, extentSize } from "../pool.js";
import { addressBits } from "../prefix.js";
import type { Holding } from "../store/holdings.js";
import { createdAt, modifiedAt, unchangedSince } from "./compare.js";
import type { Knowledge } from "./knowledge.js";
import { type Bounds, bytes, keyValue, type Layout, placeValue } from "./layout.js";
import type { Compare, KeyValue, RequestOp, TxnRequest } from "./rpc.js";

/** etcd's `--max-txn-ops` is 128 unless somebody set it, for comparisons, writes and reads each. */
const maxOperations = 128;
/** etcd's `--max-request-bytes` is 1.5 MiB; a key is in a request about five times. */
const maxBytes = 1_000_000;
/** How many places behind the last one a failed transaction reads: where one was taken, the next ones often were too. */
const ahead = 100;

/** What is known of a place at a revision: nobody is there but such as may be replaced. */
export interface Seen {
  readonly revision: string;
  readonly replaced: readonly KeyValue[];
}

/** One key that is to get an extent. */
export interface Attempt {
  /** Of the request. */
  readonly index: number;
  readonly holding: Holding;
  readonly seen: Seen | null;
  /** What the key has now and gives up for this, at its revision in etcd; it rests from `releasedAt` on. */
  readonly former: { readonly resting: Holding; readonly revision: string } | null;
}

/** The comparisons, writes and reads of one attempt. The reads say, when a comparison fails, what is there instead. */
interface Part {
  readonly compare: readonly Compare[];
  readonly success: readonly RequestOp[];
  readonly failure: readonly RequestOp[];
  readonly bytes: number;
}

/** A transaction that gives several keys what they want, or none of them anything. */
export interface Transaction {
  readonly attempts: readonly Attempt[];
  readonly request: TxnRequest;
}

/** What was read when a transaction failed, by what it was read for. */
export interface Contents {
  readonly turn: KeyValue | null;
  readonly epoch: KeyValue | null;
  readonly lengths: readonly KeyValue[];
  /** What follows the last attempt's place. */
  readonly ahead: readonly KeyValue[];
  readonly attempts: readonly {
    readonly attempt: Attempt;
    readonly key: KeyValue | null;
    readonly places: readonly KeyValue[];
  }[];
}

/** Collects attempts for one transaction. */
export interface Builder {
  /** Takes an attempt, or returns `false`: this transaction is full. */
  add(attempt: Attempt): boolean;
  /** @param turn - the revision at which this writer took the turn, or `null` */
  build(turn: string | null): Transaction;
  readonly size: number;
}

export function createBuilder(layout: Layout, knowledge: Knowledge): Builder {
  const attempts: Attempt[] = [];
  const parts: Part[] = [];
  const count = { compare: 3, success: 1, failure: 4, bytes: 0 };
  const newLengths = new Map<string, Buffer>();

  return {
    get size() {
      return attempts.length;
    },
    add(attempt) {
      const part = partOf(layout, knowledge, attempt);
      const { family, length } = attempt.holding.extent;
      const isNew = length !== null && !knowledge.lengths[family].has(length);
      const next = {
        compare: count.compare + part.compare.length,
        success: count.success + part.success.length + (isNew ? 1 : 0),
        failure: count.failure + part.failure.length,
        bytes: count.bytes + part.bytes,
      };
      const isFull = Math.max(next.compare, next.success, next.failure) > maxOperations || next.bytes > maxBytes;
      if (isFull && attempts.length > 0) return false;
      if (isNew) newLengths.set(`${family}/${length}`, layout.length(family, length));
      attempts.push(attempt);
      parts.push(part);
      Object.assign(count, next);
      return true;
    },
    build(turn) {
      const marks = [...newLengths.values()].map((key) => ({ request_put: { key, value: bytes("{}") } }));
      const last = attempts.at(-1)?.holding.extent;
      const moves = attempts.some(({ former }) => former !== null);
      const request = {
        compare: [
          turn === null ? unchangedSince({ key: layout.turn }, "0") : createdAt(layout.turn, turn),
          unchangedSince({ key: layout.epoch }, knowledge.epoch),
          unchangedSince(layout.lengths(), knowledge.lengthsAt),
          ...parts.flatMap((part) => part.compare),
        ],
        success: [
          ...parts.flatMap((part) => part.success),
          ...marks,
          ...(moves ? [{ request_put: { key: layout.epoch, value: bytes("{}") } }] : []),
        ],
        failure: [
          { request_range: { key: layout.turn } },
          { request_range: { key: layout.epoch } },
          { request_range: layout.lengths() },
          { request_range: last ? { ...layout.behind(last), limit: ahead } : { key: layout.turn } },
          ...parts.flatMap((part) => part.failure),
        ],
      };
      return { attempts, request };
    },
  };
}

/** Sorts what a failed transaction read. */
export function contentsOf(
  layout: Layout,
  knowledge: Knowledge,
  { attempts }: Transaction,
  read: readonly (readonly KeyValue[])[],
): Contents {
  const [turn = [], epoch = [], lengths = [], following = [], ...rest] = read;
  let at = 0;
  const each = attempts.map((attempt) => {
    const { length } = partOf(layout, knowledge, attempt).failure;
    const [key = [], ...places] = rest.slice(at, at + length);
    at += length;
    return { attempt, key: key[0] ?? null, places: places.flat() };
  });
  return { turn: turn[0] ?? null, epoch: epoch[0] ?? null, lengths, ahead: following, attempts: each };
}

function partOf(layout: Layout, knowledge: Knowledge, { holding, seen, former }: Attempt): Part {
  const { extent } = holding;
  const key = layout.key(holding.key);
  const own = layout.place(extent);
  const within = layout.within(extent);
  const around = blocksAround(knowledge, extent).map((block) => layout.place(block));
  const since = seen?.revision ?? "0";
  const places: readonly (Bounds | { readonly key: Buffer })[] = [within, ...around.map((place) => ({ key: place }))];
  const isOther = (pair: KeyValue) => !pair.key.equals(own);
  const inside = (pair: KeyValue) => pair.key.compare(within.key) >= 0 && pair.key.compare(within.range_end) < 0;
  const others = (seen?.replaced ?? []).filter(isOther);
  const writes: RequestOp[] = [
    { request_put: { key, value: keyValue(holding) } },
    { request_put: { key: own, value: placeValue(holding) } },
    ...others.filter((pair) => !inside(pair)).map((pair) => ({ request_delete_range: { key: pair.key } })),
  ];
  // A transaction may not delete what it puts (etcd: "duplicate key given in txn request"): around the own place.
  if (others.some(inside))
    writes.push(
      { request_delete_range: { key: within.key, range_end: own } },
      { request_delete_range: { key: Buffer.concat([own, Buffer.from([0])]), range_end: within.range_end } },
    );
  if (former) {
    const { resting } = former;
    writes.push({ request_put: { key: layout.place(resting.extent), value: placeValue(resting) } });
  }
  return {
    compare: [
      former ? modifiedAt(key, former.revision) : unchangedSince({ key }, "0"),
      ...places.map((bounds) => unchangedSince(bounds, since)),
    ],
    success: writes,
    failure: [{ key }, ...places].map((range) => ({ request_range: range })),
    bytes: 4 * key.length + 2 * own.length * (places.length + 1),
  };
}

/** Where a block would stand that an extent lies in; those that begin at its own first address lie within its range. */
function blocksAround(knowledge: Knowledge, { family, start, length }: Extent): readonly Extent[] {
  const own = length ?? addressBits(family);
  return [...knowledge.lengths[family]]
    .filter((other) => other < own)
    .map((other) => {
      const size = extentSize(family, other);
      return { family, start: (start / size) * size, length: other };
    })
    .filter((block) => block.start !== start)
    .sort((a, b) => a.length - b.length);
}
