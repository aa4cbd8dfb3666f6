import type { EtcdClient } from "./client.js";
import { unchangedSince } from "./compare.js";
import { EtcdError } from "./etcd-error.js";
import { bytes, type Layout } from "./layout.js";

/** A turn that was taken: the revision at which, for comparisons, and how to give it back. */
export interface Turn {
  readonly revision: string;
  end(): Promise<void>;
}

/** Whoever dies with the turn holds the others up for so long, in seconds; a turn itself takes a few requests. */
const leaseSeconds = 5;
const patienceMs = 60_000;

/** Waits until nobody has the turn, and takes it. While it lasts, no other writer's transaction succeeds. */
export async function takeTurn(client: EtcdClient, layout: Layout, random: () => number): Promise<Turn> {
  const until = Date.now() + patienceMs;
  for (;;) {
    const { kvs } = await client.range({ key: layout.turn });
    const turn = kvs.length === 0 ? await tryTurn(client, layout) : null;
    if (turn) return turn;
    if (Date.now() > until) throw new EtcdError("contended", "Other writers have had their turn for a minute.");
    await pause(random);
  }
}

/** @returns `null` when another was first, or the lease ended before the turn began */
async function tryTurn(client: EtcdClient, layout: Layout): Promise<Turn | null> {
  const lease = await client.leaseGrant(leaseSeconds);
  // The lease holds the key: ended, it takes the turn along, ours or, after a lost answer, one that we do not know of.
  // When nobody can be told, it ends by itself; what was done during the turn is done.
  const end = () => client.leaseRevoke(lease).catch(ignore);
  try {
    const { succeeded, header } = await client.txn({
      compare: [unchangedSince({ key: layout.turn }, "0")],
      success: [{ request_put: { key: layout.turn, value: bytes("{}"), lease } }],
      failure: [],
    });
    if (succeeded) return { revision: header.revision, end };
  } catch (error) {
    if (!(error instanceof EtcdError) || error.code !== "refused") throw error;
  }
  await end();
  return null;
}

function ignore(error: unknown): void {
  if (!(error instanceof EtcdError)) throw error;
}

/** A moment, of another length for each writer, so that those who met part. */
export function pause(random: () => number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 5 + random() * 30));
}
