import { formatExtent } from "../pool.js";
import { timestamp } from "../store/change.js";
import type { Holding } from "../store/holdings.js";
import { placeOf } from "../store/place.js";
import type { AllocationOutcome, AllocationRequest } from "../store/store.js";
import { EtcdError } from "./etcd-error.js";
import { type Knowledge, learnLengths } from "./knowledge.js";
import type { TxnResponse } from "./rpc.js";
import { knowledgeOf, type Session } from "./session.js";
import { type Attempt, type Builder, contentsOf, createBuilder, type Seen, type Transaction } from "./transaction.js";
import { pause, type Turn, takeTurn } from "./turn.js";

/** Transactions in vain after which a writer asks for the turn: until then, chance parts them at a lower price. */
const lossesBeforeTurn = 6;
/** Transactions that met what was there long before, after which reading everything is cheaper. */
const newsBeforeReading = 4;
/** How far chance parts writers, in transactions' worth of addresses. */
const furthest = 32;
const patienceMs = 120_000;
/** What one read confirms. */
const keysPerRead = 100;
const bytesPerRead = 500_000;

/** What one call has found out; beside it, the knowledge that all calls of a store share. */
interface Call {
  readonly requests: readonly AllocationRequest[];
  readonly outcomes: (AllocationOutcome | undefined)[];
  /** Requests without an outcome, the next one last, and the last one first. */
  readonly queue: number[];
  /** Keys of which etcd has said during this call that they have what we think. */
  readonly confirmed: Set<string>;
  /** By key: what it has though it wants another, and the revision of that. */
  readonly formers: Map<string, { readonly holding: Holding; readonly revision: string }>;
  /** By place: what may be replaced there. */
  readonly seen: Map<string, Seen>;
  /** The revision of etcd's last answer: whatever is written later is a race. `null` until there is one. */
  since: string | null;
}

/** What one round asks etcd. */
interface Round {
  readonly builder: Builder;
  readonly toConfirm: readonly number[];
  /** For whom there was no room, beside what this round tries to take. */
  readonly exhausted: readonly number[];
  /** Takes back what was written down in advance. */
  readonly undo: readonly (() => void)[];
}

/**
 * Gives each request what it gets, as many as fit in one transaction at a time. A transaction is built on what is known
 * and compares just that; when it fails, what it read instead is known, and the next one is built on it.
 */
export async function allocateKeys(
  session: Session,
  requests: readonly AllocationRequest[],
): Promise<readonly AllocationOutcome[]> {
  const call: Call = {
    requests,
    outcomes: requests.map(() => undefined),
    queue: requests.map((_, index) => index).reverse(),
    confirmed: new Set(),
    formers: new Map(),
    seen: new Map(),
    since: null,
  };
  /** Whether what is known was read during this call. */
  let isFresh = false;
  let news = 0;
  let races = 0;
  let losses = 0;
  let turn: Turn | null = null;
  let until = Date.now() + patienceMs;
  try {
    while (call.queue.length > 0) {
      const isRead = session.knowledge === null;
      const knowledge = await knowledgeOf(session);
      if (isRead) {
        isFresh = true;
        call.since = knowledge.epoch;
      }
      const { builder, toConfirm, exhausted, undo } = plan(session, knowledge, call, turn ? 0 : races);
      if (toConfirm.length > 0) await confirm(session, knowledge, call, toConfirm);
      const again = [...toConfirm, ...exhausted];
      if (builder.size === 0) {
        if (toConfirm.length === 0 && isFresh) fail(call, exhausted);
        else requeue(call, again);
        // What we take for taken may have been released.
        if (toConfirm.length === 0 && exhausted.length > 0 && !isFresh) session.knowledge = null;
        continue;
      }
      const transaction = builder.build(turn?.revision ?? null);
      const response = await session.client.txn(transaction.request);
      if (response.succeeded) {
        settle(knowledge, call, transaction, response.header.revision);
        requeue(call, again);
        news = races = losses = 0;
        until = Date.now() + patienceMs;
        await turn?.end();
        turn = null;
        continue;
      }
      for (const takeBack of undo) takeBack();
      const found = learn(session, knowledge, call, transaction, response);
      requeue(call, [...again, ...transaction.attempts.map(({ index }) => index)]);
      if (found === "turn") await pause(session.random);
      if (found === "race") races++;
      if (found === "lost") turn = null;
      if (found === "news" && !isFresh && ++news === newsBeforeReading) forget(session, call);
      if (found !== "turn" && ++losses >= lossesBeforeTurn && turn === null) {
        turn = await takeTurn(session.client, session.layout, session.random);
        forget(session, call);
      }
      if (Date.now() > until) throw new EtcdError("contended", "Other writers were first for two minutes.");
    }
  } finally {
    await turn?.end();
  }
  return call.outcomes.map((outcome) => outcome ?? { ok: false, reason: "exhausted" });
}

/** Puts requests back in the order in which they were asked: each was taken off before all that are still there. */
function requeue({ queue }: Call, indexes: number[]): void {
  queue.push(...indexes.sort((a, b) => b - a));
}

/** Chooses places for the next requests, and writes them down in advance, so that the next choice is another one. */
function plan(session: Session, knowledge: Knowledge, call: Call, races: number): Round {
  const { holdings } = knowledge;
  const { requests, outcomes, queue, confirmed, formers, seen } = call;
  const builder = createBuilder(session.layout, knowledge);
  const releasedAt = timestamp(session.now());
  const toConfirm: number[] = [];
  const exhausted: number[] = [];
  const undo: (() => void)[] = [];
  const keys = new Set<string>();
  const skip = Math.floor(session.random() * Math.min(2 ** races, furthest) * (races > 0 ? 30 : 0));
  let bytesToConfirm = 0;
  for (let index = queue.pop(); index !== undefined; index = queue.pop()) {
    const request = requests[index];
    if (request === undefined) continue;
    const { key, pool } = request;
    const isFull = toConfirm.length === keysPerRead || bytesToConfirm > bytesPerRead || exhausted.length === 1000;
    if (keys.has(key) || isFull) {
      queue.push(index);
      break;
    }
    const choice = holdings.choose(request, skip);
    if ("ok" in choice) {
      if (choice.reason === "exhausted") exhausted.push(index);
      else outcomes[index] = choice;
      continue;
    }
    const { extent, isHeld } = choice;
    if (isHeld && confirmed.has(key)) {
      outcomes[index] = { ok: true, address: formatExtent(extent) };
      continue;
    }
    keys.add(key);
    if (isHeld) {
      toConfirm.push(index);
      bytesToConfirm += session.layout.key(key).length;
      continue;
    }
    const former = formers.get(key);
    const attempt: Attempt = {
      index,
      holding: { key, pool, extent, releasedAt: null },
      seen: seen.get(placeOf(extent)) ?? null,
      former: former ? { resting: { ...former.holding, releasedAt }, revision: former.revision } : null,
    };
    if (!builder.add(attempt)) {
      queue.push(index);
      break;
    }
    const before = [holdings.held(key), holdings.resting(key)].filter((holding) => holding !== null);
    holdings.put(attempt.holding);
    undo.push(() => {
      holdings.drop(attempt.holding);
      for (const holding of before) holdings.put(holding);
    });
  }
  return { builder, toConfirm, exhausted, undo };
}

/** Asks etcd whether keys have what we think, and answers those that do. */
async function confirm(session: Session, knowledge: Knowledge, call: Call, indexes: readonly number[]): Promise<void> {
  const { client, layout } = session;
  const keys = indexes.map((index) => call.requests[index]?.key ?? "");
  const success = keys.map((key) => ({ request_range: { key: layout.key(key) } }));
  const { responses } = await client.txn({ compare: [], success, failure: [] });
  for (const [at, key] of keys.entries()) {
    const pair = responses[at]?.response_range?.kvs[0];
    const thought = knowledge.holdings.held(key);
    if (thought) knowledge.holdings.drop(thought);
    if (pair) {
      knowledge.holdings.put(layout.heldOf(key, pair));
      call.confirmed.add(key);
    }
  }
}

function fail({ outcomes }: Call, indexes: readonly number[]): void {
  for (const index of indexes) outcomes[index] = { ok: false, reason: "exhausted" };
}

/** A transaction succeeded: what was written down in advance is so, and nothing that it compared had changed. */
function settle(knowledge: Knowledge, call: Call, { attempts }: Transaction, revision: string): void {
  for (const { index, holding, former } of attempts) {
    call.outcomes[index] = { ok: true, address: formatExtent(holding.extent) };
    call.confirmed.add(holding.key);
    call.formers.delete(holding.key);
    const { family, length } = holding.extent;
    if (length !== null) knowledge.lengths[family].add(length);
    if (former) {
      knowledge.holdings.put(former.resting);
      knowledge.epoch = revision;
    }
  }
  knowledge.lengthsAt = revision;
  call.since = revision;
}

/**
 * A transaction failed: takes in what it read.
 *
 * @returns why: `turn`: somebody else has it; `lost`: ours ended; `stale`: something was released; `race`: another writer
 * was first; `news`: what is there was not known, and the next transaction builds on it
 */
function learn(
  session: Session,
  knowledge: Knowledge,
  call: Call,
  transaction: Transaction,
  response: TxnResponse,
): "turn" | "lost" | "stale" | "race" | "news" {
  const { layout } = session;
  const { revision } = response.header;
  const { holdings } = knowledge;
  const read = response.responses.map((each) => each.response_range?.kvs ?? []);
  const contents = contentsOf(layout, knowledge, transaction, read);
  const since = BigInt(call.since ?? revision);
  call.since = revision;
  // A place where a block of such a length may be around it was not looked at: what was seen there is not all.
  const isAll = !learnLengths(knowledge, layout, contents.lengths, revision);
  if (!isAll) call.seen.clear();
  let isRace = false;
  const now = session.now().getTime();
  for (const pair of contents.ahead) {
    const holding = layout.holdingOf(pair);
    const known = holdings.held(holding.key);
    const isKnown = known !== null && placeOf(known.extent) === placeOf(holding.extent);
    if (!isKnown && !holdings.hasRested(holding, now)) holdings.put(holding);
  }
  for (const { attempt, key, places } of contents.attempts) {
    const own = attempt.holding.key;
    if (key) {
      const holding = layout.heldOf(own, key);
      holdings.put(holding);
      call.confirmed.add(own);
      call.formers.set(own, { holding, revision: key.mod_revision });
    } else call.formers.delete(own);
    const found = places.map((pair) => ({ pair, holding: layout.holdingOf(pair) }));
    const mayReplace = ({ holding }: (typeof found)[number]) =>
      holding.releasedAt !== null && (holding.key === own || holdings.hasRested(holding, now));
    const others = found.filter((each) => !mayReplace(each));
    for (const { holding } of others) holdings.put(holding);
    if (others.length > 0) isRace ||= key === null && others.some(({ pair }) => BigInt(pair.mod_revision) > since);
    else if (isAll) {
      const replaced = found.map(({ pair }) => pair);
      call.seen.set(placeOf(attempt.holding.extent), { revision, replaced });
    }
  }
  const isOurs = transaction.request.compare[0]?.create_revision;
  if (isOurs !== undefined && contents.turn?.create_revision !== isOurs) return "lost";
  const isStale = contents.epoch !== null && BigInt(contents.epoch.mod_revision) > BigInt(knowledge.epoch);
  if (isStale) forget(session, call);
  if (isOurs === undefined && contents.turn) return "turn";
  if (isStale) return "stale";
  return isRace ? "race" : "news";
}

/** What is known is out of date. */
function forget(session: Session, { seen, formers, confirmed }: Call): void {
  session.knowledge = null;
  seen.clear();
  formers.clear();
  confirmed.clear();
}
