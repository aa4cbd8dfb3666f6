import type { WatchEvent } from "@plasmacloud/deployer-client";
import type { Context } from "hono";
import { type SSEStreamingApi, streamSSE } from "hono/streaming";
import type { Deployer } from "../deployer.js";
import { keys, root } from "../keys.js";
import { ApiProblem } from "../problem.js";
import { parseAuditEntry } from "../records/audit-record.js";
import { parseOrNull, toNode } from "../records/node-record.js";
import { parseRollout, parseRolloutNode, toRollout } from "../records/rollout-record.js";
import { type Change, StoreCompacted } from "../store/store.js";

/** A stream says something at least so often, so that a dead connection is found on both sides. */
const commentInterval = 15_000;

/**
 * Streams changes, from a revision on or from now.
 *
 * @throws ApiProblem `compacted` where changes after this revision are not known any more
 */
export async function watchChanges(
  deployer: Deployer,
  context: Context,
  after: number | null,
  stopping: AbortSignal,
): Promise<Response> {
  const { store } = deployer;
  const from = after ?? (await store.list(keys.leader)).revision;
  const ended = new AbortController();
  const changes = await store.watch(root, from, AbortSignal.any([ended.signal, stopping])).catch((error: unknown) => {
    throw error instanceof StoreCompacted ? new ApiProblem("compacted") : error;
  });
  return streamSSE(context, async (stream) => {
    stream.onAbort(() => ended.abort());
    const comments = setInterval(() => void stream.write(": alive\n\n"), commentInterval);
    try {
      await send(stream, from, [{ type: "ready" }]);
      for await (const change of changes) await send(stream, change.revision, await eventsOf(deployer, change));
    } catch (error) {
      // Whoever is too slow comes again with its last revision, and hears that it is gone.
      if (!(error instanceof StoreCompacted)) throw error;
    } finally {
      clearInterval(comments);
      ended.abort();
    }
  });
}

/** The last event of a revision carries its id: whoever was cut off before it hears the whole revision again. */
async function send(stream: SSEStreamingApi, revision: number, events: readonly WatchEvent[]): Promise<void> {
  for (const [index, event] of events.entries()) {
    const isLast = index === events.length - 1;
    await stream.writeSSE({ data: JSON.stringify(event), ...(isLast ? { id: String(revision) } : {}) });
  }
}

async function eventsOf(
  { tree, now, lostTimeout }: Deployer,
  { revision, keys: changed }: Change,
): Promise<WatchEvent[]> {
  const planned = await tree.nodes();
  return changed.flatMap(({ key, value }): WatchEvent[] => {
    if (key.startsWith(keys.nodes)) {
      if (value === null) return [{ type: "node-removed", id: key.slice(keys.nodes.length) }];
      const record = parseOrNull({ value });
      if (record === null) return [];
      const at = { now: now(), lostTimeout, isPlanned: planned.has(record.hostname) };
      return [{ type: "node", node: toNode(record, { revision }, at) }];
    }
    if (value === null) return [];
    if (key.startsWith(keys.rollouts)) {
      return [{ type: "rollout", rollout: toRollout(parseRollout({ value }), { revision }) }];
    }
    if (key.startsWith(keys.allRolloutNodes)) {
      const [rollout = "", id = ""] = key.slice(keys.allRolloutNodes.length).split("/");
      return [{ type: "rollout-node", rollout, node: { id, ...parseRolloutNode({ value }), waitsFor: [] } }];
    }
    return key.startsWith(keys.audit) ? [{ type: "audit", entry: parseAuditEntry({ value }) }] : [];
  });
}
