import { setTimeout as sleep } from "node:timers/promises";
import { isOn, isUnbegun, isUnderway, nextNodes } from "@plasmacloud/deployer-client";
import type { Deployer } from "../deployer.js";
import { keys } from "../keys.js";
import { type Leadership, StoreUnavailable } from "../store/store.js";
import { workByName } from "../work-by-name.js";
import { advance } from "./advance.js";
import { readFleet } from "./fleet.js";
import { giveUp, type Held } from "./give-up.js";
import { type ReadRollout, readRollout, situationOf } from "./read.js";
import { reasonToSkip } from "./select.js";
import { stepRolloutNode } from "./step.js";

/** Between one look at a rollout and the next, in milliseconds: pauses, aborts and who is lost are seen so. */
const interval = 1000;
/** So many systems are built at once. */
const builders = 4;

/** The leader's duty: carries the one rollout that has not ended to its end. Another leader goes on by the records. */
export function executeRollouts(deployer: Deployer, office: Leadership): Promise<void> {
  return workByName(deployer, office, keys.rolloutCurrent, {
    isWanted: (value) => value !== null,
    work: async (key, signal) => {
      const current = await deployer.store.get(key);
      if (current !== null) await carryOut(deployer, office, current.value, signal);
    },
  });
}

/** Somebody at work on a node. */
interface Task {
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

async function carryOut(deployer: Deployer, office: Leadership, id: string, signal: AbortSignal): Promise<void> {
  const { log } = deployer;
  const patience = deployer.rollouts.patienceSeconds * 1000;
  const tasks = new Map<string, Task>();
  /** Since when nobody can go on, while this process leads and the store is there: else no node could have called. */
  let stuckSince: number | null = null;
  let wake = () => {};

  const begin = (node: string) => {
    const controller = new AbortController();
    const own = AbortSignal.any([controller.signal, signal]);
    const done = advance({ ...deployer, office }, id, node, own)
      .catch((error: unknown) => log.warn({ rollout: id, node, err: error }, "a step failed, and is tried again"))
      .finally(() => {
        tasks.delete(node);
        wake();
      });
    tasks.set(node, { controller, done });
  };

  try {
    while (!signal.aborted) {
      try {
        const rollout = await readRollout(deployer, id);
        if (rollout.record.endedAt !== null) return;
        const { nodes, held } = await wanted(deployer, office, rollout, tasks);
        for (const node of nodes) if (!tasks.has(node)) begin(node);
        stuckSince = held.length === 0 ? null : (stuckSince ?? performance.now());
        if (stuckSince !== null && performance.now() - stuckSince >= patience) await giveUp(deployer, office, id, held);
      } catch (error) {
        // Those at work go on meanwhile, as far as they can.
        if (!(error instanceof StoreUnavailable)) throw error;
        log.warn({ rollout: id, err: error }, "the rollout cannot be read now");
        stuckSince = null;
      }
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
      });
      await Promise.race([woken, sleep(interval, undefined, { signal }).catch(() => undefined)]);
    }
  } finally {
    for (const { controller } of tasks.values()) controller.abort();
    await Promise.all([...tasks.values()].map(({ done }) => done));
  }
}

interface Wanted {
  /** The nodes that somebody is to be at now. */
  readonly nodes: readonly string[];
  /** All that have not begun, where none of them can, nobody is at work, and no person paused it. */
  readonly held: readonly Held[];
}

/** What is to be done now. What nobody wants any more is ended. */
async function wanted(
  deployer: Deployer,
  { compare }: Leadership,
  rollout: ReadRollout,
  tasks: ReadonlyMap<string, Task>,
): Promise<Wanted> {
  const { record, nodes } = rollout;
  const those = (is: (state: ReturnType<typeof stateOf>) => boolean) =>
    [...nodes.keys()].filter((node) => is(stateOf(node)));
  const stateOf = (node: string) => nodes.get(node)?.record.state ?? "waiting";
  const underway = those(isUnderway);
  const unbegun = those(isUnbegun);
  if (!isOn(record.state)) {
    for (const node of unbegun) tasks.get(node)?.controller.abort();
    return { nodes: underway, held: [] };
  }
  const { records } = await readFleet(deployer);
  for (const node of unbegun) {
    const message = reasonToSkip(records.get(node));
    if (message === null) continue;
    tasks.get(node)?.controller.abort();
    await stepRolloutNode(deployer, { rollout: record.id, node, cause: "skip", more: { message }, compare });
  }
  if (record.state === "Paused") return { nodes: underway, held: [] };
  const { start, waits } = nextNodes(await situationOf(deployer, rollout));
  const toBuild = those((state) => state === "waiting" || state === "building");
  const free = builders - toBuild.filter((node) => tasks.has(node)).length;
  const next = [...underway, ...start, ...toBuild.filter((node) => !tasks.has(node)).slice(0, Math.max(0, free))];
  const isStuck = next.length === 0 && tasks.size === 0;
  const held = [...waits].map(([node, own]): Held => ({ node, record: records.get(node), waits: own }));
  return { nodes: next, held: isStuck ? held : [] };
}
