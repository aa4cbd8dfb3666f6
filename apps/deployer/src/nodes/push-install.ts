import { setTimeout as sleep } from "node:timers/promises";
import { type NodeState, placeOf } from "@plasmacloud/deployer-client";
import { change, stateAfter } from "../change.js";
import type { Deployer } from "../deployer.js";
import { keys } from "../keys.js";
import { buildSystem, systemIn } from "../push/build.js";
import { type Command, names, type Placeholders, runCommand } from "../push/commands.js";
import { type SshSession, withSsh } from "../push/ssh.js";
import { auditPut, type Deed } from "../records/audit-record.js";
import { type NodeRecord, parseNodeRecord, parseOrNull, printNodeRecord } from "../records/node-record.js";
import { type Leadership, StoreUnavailable } from "../store/store.js";
import { workByName } from "../work-by-name.js";

/** Between two tries to reach a node, in milliseconds. */
const pause = 5000;
/** So long a machine that introduced itself may take until it can be logged in to. */
const patience = 120_000;
const bootIdFile = "/proc/sys/kernel/random/boot_id";

/** Where the configuration has `push.install`, the leader installs each machine that is to be, and reboots it. */
export async function pushInstalls(deployer: Deployer, office: Leadership): Promise<void> {
  if (deployer.push.install === null) return;
  await workByName(deployer, office, keys.nodes, {
    isWanted: (value) => {
      const record = value === null ? null : parseOrNull({ value });
      return record !== null && isToBePushed(record.state);
    },
    work: (key, signal) => step(deployer, office, key.slice(keys.nodes.length), signal),
  });
}

function isToBePushed(state: NodeState): boolean {
  return state.name === "Provisioning" && (state.phase === "partition" || state.phase === "reboot");
}

/** The next step of one node, as its record asks for it. */
async function step(deployer: Deployer, office: Leadership, hostname: string, signal: AbortSignal): Promise<void> {
  const entry = await deployer.store.get(keys.node(hostname));
  const record = entry === null ? null : parseNodeRecord(entry);
  if (record === null || !isToBePushed(record.state)) return;
  if (placeOf(record.state) === "Provisioning/reboot") return reboot(deployer, record, signal);
  await note(deployer, office, record, { action: "push-install", message: "push.install is under way" });
  const outcome = await install(deployer, record, signal);
  // What came of an hour's work is not thrown away because the store is away for a while.
  for (let isNoted = false; !isNoted && !signal.aborted; ) {
    isNoted = await note(deployer, office, record, outcome).then(
      () => true,
      (error: unknown) => {
        if (error instanceof StoreUnavailable) return false;
        throw error;
      },
    );
    if (!isNoted) await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}

/** What is to be noted of a node that is installed: a step of its state machine, or only a word. */
type Note =
  | { readonly action: "push-install"; readonly message: string }
  | { readonly action: "failed"; readonly errorType: string; readonly message: string }
  | { readonly action: "installed"; readonly system: string };

async function install(deployer: Deployer, record: NodeRecord, signal: AbortSignal): Promise<Note> {
  const { push, log } = deployer;
  const unreached = await reach(deployer, record, signal);
  if (unreached !== null) return unreached;
  return withSsh(deployer.ssh, record, async (session) => {
    const words = push.install ?? [];
    const values: Placeholders = {
      node: record.hostname,
      address: record.address,
      ...(push.generation === null ? {} : { generation: push.generation }),
    };
    const options = { log, signal, session };
    const failed = (reason: string): Note => ({ action: "failed", errorType: "push-install", message: reason });
    let system = record.wanted_system;
    if (system === null && names(words, "system")) {
      const built = await buildSystem(push, values, options);
      if (built.system === null) return failed(built.reason);
      system = built.system;
    }
    const command: Command = { kind: "install", words, limit: push.limits.install };
    const done = await runCommand(command, system === null ? values : { ...values, system }, options);
    if (!done.isDone) return failed(done.reason);
    if (system !== null) return { action: "installed", system };
    const installed = systemIn("install", done.lastLine);
    return installed.system === null ? failed(installed.reason) : { action: "installed", system: installed.system };
  });
}

/** Waits until the machine can be logged in to; a machine with another host key gets nothing. */
async function reach({ probe, log }: Deployer, record: NodeRecord, signal: AbortSignal): Promise<Note | null> {
  for (const end = performance.now() + patience; ; ) {
    const answer = await probe(record);
    if (answer.outcome === "good" || signal.aborted) return null;
    if (answer.outcome === "another-key") return { action: "failed", errorType: "host-key", message: answer.reason };
    log.warn({ node: record.hostname, reason: answer.reason }, "a machine to be installed cannot be reached");
    if (performance.now() > end) return { action: "failed", errorType: "unreachable", message: answer.reason };
    await sleep(pause, undefined, { signal }).catch(() => undefined);
  }
}

/** Reboots a machine that is still in the boot in which it was installed, and looks after it until it has another. */
async function reboot({ ssh, log }: Deployer, record: NodeRecord, signal: AbortSignal): Promise<void> {
  const ask = (session: SshSession) =>
    session.run(["sh", "-c", `[ "$(cat ${bootIdFile})" != "$1" ] || reboot`, "sh", record.installed_in_boot ?? ""], {
      limit: 30_000,
      signal,
    });
  const answer = await withSsh(ssh, record, ask);
  log.info({ node: record.hostname, answer }, "a machine was asked to reboot");
  await sleep(3 * pause, undefined, { signal }).catch(() => undefined);
}

/** Commits what became of an installation, unless the node is another one by now, or its installation. */
async function note(deployer: Deployer, { compare }: Leadership, before: NodeRecord, what: Note): Promise<void> {
  const { store, now } = deployer;
  await change(store, async () => {
    const entry = await store.get(keys.node(before.hostname));
    const record = entry === null ? null : parseNodeRecord(entry);
    if (entry === null || record === null || !isSame(record, before)) return { commit: null, value: undefined };
    const { next, deeds } = noted(record, what);
    const by = { actor: "deployer", requestId: "push", now: now() };
    return {
      commit: {
        compare: [{ key: entry.key, revision: entry.revision }, ...compare],
        put: [
          { key: entry.key, value: printNodeRecord({ ...next, change_revision: null }) },
          ...deeds.map((deed) => auditPut(deed, by)),
        ],
        remove: [],
      },
      answer: () => undefined,
    };
  });
}

function isSame(a: NodeRecord, b: NodeRecord): boolean {
  return a.node_key === b.node_key && JSON.stringify(a.state) === JSON.stringify(b.state);
}

function noted(record: NodeRecord, what: Note): { readonly next: NodeRecord; readonly deeds: readonly Deed[] } {
  const { state, hostname: node } = record;
  if (what.action === "push-install")
    return { next: { ...record, message: what.message }, deeds: [{ action: what.action, node }] };
  if (what.action === "failed") {
    const { action, errorType, message } = what;
    const to = stateAfter(state, action, errorType);
    return {
      next: { ...record, state: to, message },
      deeds: [{ action, node, from: state, to, details: { errorType, message } }],
    };
  }
  const { system } = what;
  // The command did both, and nobody saw the one without the other.
  const between = stateAfter(state, "partitioned");
  const to = stateAfter(between, "installed");
  const deeds: Deed[] = [
    { action: "partitioned", node, from: state, to: between },
    { action: "installed", node, from: between, to, details: { system } },
  ];
  // Nobody asked for a certain system: what was installed is what has to come up.
  const wanted_system = record.wanted_system ?? system;
  return {
    next: { ...record, state: to, message: null, installed_in_boot: record.boot_id, wanted_system },
    deeds,
  };
}
