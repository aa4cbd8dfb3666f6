import { setTimeout as sleep } from "node:timers/promises";
import { type RolloutNodeCause, systemSchema } from "@plasmacloud/deployer-client";
import { change } from "../change.js";
import type { Deployer } from "../deployer.js";
import { keys } from "../keys.js";
import { activationOn, type NodeAnswer, type NodeReport } from "../push/activation.js";
import { buildSystem } from "../push/build.js";
import { runCommand } from "../push/commands.js";
import { judge, type Standing } from "../push/judge.js";
import type { SshSession } from "../push/ssh.js";
import { type NodeRecord, parseNodeRecord, printNodeRecord } from "../records/node-record.js";
import type { RolloutNodeRecord, RolloutRecord } from "../records/rollout-record.js";
import type { Leadership } from "../store/store.js";
import { readRollout } from "./read.js";
import { type RolloutStep, stepRolloutNode } from "./step.js";

/** A deployer that leads. */
export type Leader = Deployer & { readonly office: Leadership };

/** What a node's state asks for ends with this step. */
type Step = Pick<RolloutStep, "cause" | "more">;

/** One node of a rollout, as its records are. */
interface Work {
  readonly leader: Leader;
  readonly rollout: RolloutRecord;
  readonly node: string;
  readonly own: RolloutNodeRecord;
  /** Ends with the leader's office, and when nobody wants it any more: then no step is taken. */
  readonly signal: AbortSignal;
  /** The node, and a connection to it that is shared by all that is done; `null` where it is not known any more. */
  readonly reach: () => Promise<Reached | null>;
}

interface Reached {
  readonly known: NodeRecord;
  readonly session: SshSession;
}

/** Between two questions to a node, in milliseconds. */
const pause = 500;
/** So long a node that was not changed yet may not answer, in milliseconds. */
const patience = 30_000;

/**
 * Brings a node as far as it may go by itself: to `ready`, or from there to its end. All that it knows is in the records
 * and on the node, so whoever leads can go on at any place.
 */
export async function advance(leader: Leader, id: string, node: string, signal: AbortSignal): Promise<void> {
  let reached: Reached | null = null;
  const reach = async () => {
    if (reached !== null) return reached;
    const known = await nodeOf(leader, node);
    if (known !== null) reached = { known, session: await leader.ssh(known) };
    return reached;
  };
  try {
    while (!signal.aborted) {
      const { record: rollout, nodes } = await readRollout(leader, id);
      const own = nodes.get(node)?.record;
      const does = own === undefined ? undefined : duties[own.state];
      if (own === undefined || does === undefined) return;
      const step = await does({ leader, rollout, node, own, signal, reach });
      if (step === null || signal.aborted) return;
      const after = await stepRolloutNode(leader, { rollout: id, node, ...step, compare: leader.office.compare });
      if (after === null || after.state === "ready") return;
    }
  } finally {
    // A closure may have set it, which the compiler does not see.
    await (reached as Reached | null)?.session.close();
  }
}

/** What each state asks for; one that is not here asks for nothing. */
const duties: Partial<Record<RolloutNodeRecord["state"], (work: Work) => Promise<Step | null> | Step>> = {
  waiting: () => ({ cause: "build" }),
  building: build,
  ready: () => ({ cause: "start" }),
  copying: copy,
  activating: activate,
  confirming: confirm,
};

async function build({ leader, rollout, node, signal }: Work): Promise<Step | null> {
  const { push, log } = leader;
  const known = await nodeOf(leader, node);
  if (known === null) return null;
  const values = { node, address: known.address, generation: rollout.generation };
  const { system, reason } = await buildSystem(push, values, { log, signal });
  return system === null ? failed(reason) : { cause: "built", more: { system } };
}

async function copy(work: Work): Promise<Step | null> {
  const { leader, rollout, node, own, signal } = work;
  const { push, log } = leader;
  const reached = await work.reach();
  if (reached === null || own.system === null) return failed("the node is not known any more");
  const { known, session } = reached;
  const { system } = own;
  const calls = activationOn(session, activationOf(work, system), signal);
  let answer = await calls.ask();
  for (const end = performance.now() + patience; answer.outcome === "unreachable" && performance.now() < end; ) {
    await wait(signal);
    if (signal.aborted) return null;
    answer = await calls.ask();
  }
  if (answer.outcome !== "told") return failed(answer.reason);
  const previous = systemSchema.safeParse(answer.report.system);
  const values = { node, address: known.address, generation: rollout.generation, system };
  const command = { kind: "copy", words: push.copy, limit: push.limits.copy } as const;
  const copied = await runCommand(command, values, { log, signal, session });
  if (!copied.isDone) return failed(copied.reason);
  return { cause: "copied", more: { previous: previous.success ? previous.data : null } };
}

/** Begins the activation, once, and waits until the node runs the system, or what it ran before. */
function activate(work: Work): Promise<Step | null> {
  return askUntil(work, null, async (standing, { begin }) => {
    if (standing.is === "to-begin") return begin();
    return standing.is === "activated" || standing.is === "confirmed" ? { cause: "activated" } : null;
  });
}

/** Confirms over connections of their own until the node is healthy, or has gone back. */
function confirm(work: Work): Promise<Step | null> {
  const { leader, rollout, node, own } = work;
  return askUntil(work, own.previous, async (standing, calls) => {
    if (standing.is === "to-begin") return calls.begin();
    if (standing.is === "activated") return calls.confirm();
    if (standing.is !== "confirmed") return null;
    if (rollout.reboot && !standing.isRestarted) {
      await calls.restart();
      return null;
    }
    await want(leader, node, own.system);
    return { cause: "confirmed" };
  });
}

/**
 * Asks a node what became of its activation, and does what that asks for, until there is a step to take. A node that does
 * not answer for longer than it could take to go back by itself is lost.
 */
async function askUntil(
  work: Work,
  previous: string | null,
  act: (standing: Standing, calls: ReturnType<typeof activationOn>) => Promise<Step | NodeAnswer | null>,
): Promise<Step | null> {
  const { leader, rollout, own, signal } = work;
  const { limits } = leader.push;
  const reached = await work.reach();
  if (reached === null || own.system === null) return lost("the node is not known any more");
  const calls = activationOn(reached.session, activationOf(work, own.system), signal);
  const reboot = rollout.reboot ? limits.reboot : 0;
  const longest = (rollout.confirmSeconds + 2 * limits.activate + reboot) * 1000;
  let heard = performance.now();
  let answer = await calls.ask();
  while (!signal.aborted) {
    if (answer.outcome === "told") {
      heard = performance.now();
      const standing = judge(answer.report, own.system, previous);
      if (standing.is === "rolled-back") return { cause: "rolled-back", more: { message: standing.why } };
      if (standing.is === "astray") return lost(standing.why);
      const next = await act(standing, calls);
      if (next !== null && "cause" in next) return next;
      // Nothing was changed on it, and trying again changes nothing of that.
      if (next?.outcome === "refused") return failed(next.reason);
      if (next?.outcome === "told" && hasChanged(answer.report, next.report)) {
        answer = next;
        continue;
      }
    } else if (performance.now() - heard > longest) return lost(answer.reason);
    await wait(signal);
    answer = await calls.ask();
  }
  return null;
}

function hasChanged(before: NodeReport, after: NodeReport): boolean {
  return before.status !== after.status || before.isAlive !== after.isAlive;
}

function activationOf({ leader: { push }, rollout }: Work, system: string) {
  const { limits, health } = push;
  return {
    id: rollout.id,
    system,
    confirmSeconds: rollout.confirmSeconds,
    limit: limits.activate,
    health: health ?? [],
  };
}

async function nodeOf({ store }: Leader, hostname: string): Promise<NodeRecord | null> {
  const entry = await store.get(keys.node(hostname));
  return entry === null ? null : parseNodeRecord(entry);
}

/** From now on the node is to run this. */
async function want({ store, office }: Leader, hostname: string, system: string | null): Promise<void> {
  await change(store, async () => {
    const entry = await store.get(keys.node(hostname));
    const record = entry === null ? null : parseNodeRecord(entry);
    if (entry === null || record === null || record.wanted_system === system) return { commit: null, value: undefined };
    const value = printNodeRecord({ ...record, wanted_system: system, change_revision: null });
    const compare = [{ key: entry.key, revision: entry.revision }, ...office.compare];
    return { commit: { compare, put: [{ key: entry.key, value }], remove: [] }, answer: () => undefined };
  });
}

function failed(message: string): Step {
  return { cause: "failed" satisfies RolloutNodeCause, more: { message } };
}

function lost(message: string): Step {
  return { cause: "lost" satisfies RolloutNodeCause, more: { message } };
}

async function wait(signal: AbortSignal): Promise<void> {
  await sleep(pause, undefined, { signal }).catch(() => undefined);
}
