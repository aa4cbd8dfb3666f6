import { setTimeout as sleep } from "node:timers/promises";
import {
  countsInWords,
  DeployerError,
  DeployerUnreachable,
  type OperatorClient,
  type Rollout,
  type RolloutNode,
  type RolloutNodeState,
  rolloutInWords,
  type WatchEvent,
} from "@plasmacloud/deployer-client";
import type { Context } from "../commands/context.js";
import { paintFor } from "../print/paint.js";
import { drawRollout } from "../print/rollout-view.js";
import { terminalScreen } from "../print/table.js";
import { visible } from "../print/text.js";

/** Milliseconds between two pictures. */
const interval = 500;

/**
 * Shows a rollout until it has ended: a picture on a terminal, a line for each change in a pipe, a JSON document a line
 * with `--json`.
 *
 * @returns the rollout as it was last heard of
 */
export async function followRollout(
  context: Context,
  client: OperatorClient,
  id: string,
  { json, signal }: { readonly json: boolean; readonly signal: AbortSignal },
): Promise<Rollout> {
  const screen = terminalScreen(context.io.stdout);
  if (json) return followChanges(client, id, signal, (change) => context.print(`${JSON.stringify(change)}\n`));
  if (screen !== null) return followOnTerminal(context, client, id, signal);
  const tell = (text: string) => context.print(`${new Date(context.io.now()).toISOString()} ${visible(text)}\n`);
  return followChanges(client, id, signal, lines(tell));
}

type Change = { readonly revision: number } & Extract<WatchEvent, { type: "rollout" | "rollout-node" }>;

/** Every change of it from now on, after what it is now; goes on over changes that the deployer does not know any more. */
async function followChanges(
  client: OperatorClient,
  id: string,
  signal: AbortSignal,
  heard: (change: Change) => void,
): Promise<Rollout> {
  for (;;) {
    const { revision } = await client.listRollouts({ limit: 1 });
    const { nodes, groups: _, ...now } = await client.getRollout(id);
    let rollout: Rollout = now;
    heard({ revision, type: "rollout", rollout });
    for (const node of nodes) heard({ revision, type: "rollout-node", rollout: id, node });
    if (rollout.endedAt !== null) return rollout;
    try {
      for await (const { revision: at, event } of client.watch({ after: revision, signal })) {
        if (event.type === "rollout-node" && event.rollout === id) heard({ revision: at, ...event });
        if (event.type !== "rollout" || event.rollout.id !== id) continue;
        rollout = event.rollout;
        heard({ revision: at, ...event });
        if (rollout.endedAt !== null) return rollout;
      }
      return rollout;
    } catch (error) {
      if (!(error instanceof DeployerError) || error.problem.code !== "compacted") throw error;
    }
  }
}

/** A line for each change that is one: what was told is not told again. */
function lines(tell: (text: string) => void): (change: Change) => void {
  const told = new Map<string, RolloutNodeState>();
  let state = "";
  return (change) => {
    if (change.type === "rollout") {
      const { rollout } = change;
      const text = rolloutInWords(rollout);
      if (text !== state) tell(`${rollout.id}: ${text} (${countsInWords(rollout.counts)})`);
      state = text;
      return;
    }
    const { node } = change;
    const before = told.get(node.id);
    told.set(node.id, node.state);
    // What has not begun at first is counted in the first line.
    if (before === node.state || (before === undefined && isQuiet(node))) return;
    tell(`${node.id}: ${node.state}${node.message === null ? "" : `: ${node.message}`}`);
  };
}

function isQuiet({ state, message }: RolloutNode): boolean {
  return message === null && (state === "waiting" || state === "ready" || state === "cancelled");
}

/** Draws it in place, again after each change and each second, for the terminal's size at that time. */
async function followOnTerminal(
  context: Context,
  client: OperatorClient,
  id: string,
  signal: AbortSignal,
): Promise<Rollout> {
  const { io } = context;
  const paint = paintFor(io.stdout);
  const ended = new AbortController();
  let isChanged = true;
  let detail = await client.getRollout(id);
  const following = followChanges(client, id, AbortSignal.any([signal, ended.signal]), () => {
    isChanged = true;
  });
  // Its failure is that of the whole, and is waited for below.
  following.catch(() => ended.abort());
  while (!signal.aborted && !ended.signal.aborted) {
    if (isChanged) {
      isChanged = false;
      detail = await client.getRollout(id).catch((error: unknown) => {
        // A deployer that is away for a while is asked again; the picture stays.
        if (!(error instanceof DeployerUnreachable)) throw error;
        isChanged = true;
        return detail;
      });
    }
    const screen = terminalScreen(io.stdout) ?? { width: 80, height: 24 };
    // Home, the picture, and nothing after it (ECMA-48: CUP, EL, ED).
    const picture = drawRollout(detail, screen, io.now(), paint).replaceAll("\n", "\u001b[K\n");
    context.print(`\u001b[H${picture}\u001b[J`);
    if (detail.endedAt !== null) ended.abort();
    await sleep(interval, undefined, { signal: AbortSignal.any([signal, ended.signal]) }).catch(() => undefined);
  }
  await following;
  return detail;
}
