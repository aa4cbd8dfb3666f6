import type { Heartbeat, HeartbeatAnswer, NodeState } from "@plasmacloud/deployer-client";
import { change, stateAfter } from "../change.js";
import type { Deployer, Request } from "../deployer.js";
import { keys } from "../keys.js";
import { ApiProblem } from "../problem.js";
import { auditPut, type Deed } from "../records/audit-record.js";
import { changeRevision, type NodeRecord, parseNodeRecord, printNodeRecord } from "../records/node-record.js";
import type { Entry } from "../store/store.js";
import { confirmLater } from "./confirm.js";
import { nextCallSeconds } from "./schedule.js";

/** Boots that are over; a message of one of them is an old one, whatever its sequence. */
const rememberedBoots = 64;

/** A node says that it lives. An old message, as one that was sent again, changes nothing. */
export async function heartbeat(
  deployer: Deployer,
  request: Request,
  hostname: string,
  beat: Heartbeat,
): Promise<HeartbeatAnswer> {
  const { store } = deployer;
  const answer = await change(store, async () => {
    const entry = await store.get(keys.node(hostname));
    if (entry === null) throw new ApiProblem("revoked");
    const record = parseNodeRecord(entry);
    if (isOld(record, beat)) return { commit: null, value: answerOf(deployer, record, false) };
    const { next, deed } = heard(deployer, request, entry, record, beat);
    const audit = deed === null ? [] : [auditPut(deed, { ...request, now: deployer.now() })];
    return {
      commit: {
        compare: [{ key: entry.key, revision: entry.revision }],
        put: [{ key: entry.key, value: printNodeRecord(next) }, ...audit],
        remove: [],
      },
      answer: () => answerOf(deployer, next, true),
    };
  });
  if (isConfirming(answer.state)) confirmLater(deployer, hostname);
  return answer;
}

function isOld(record: NodeRecord, { bootId, sequence }: Heartbeat): boolean {
  if (bootId === record.boot_id) return sequence <= record.sequence;
  return record.retired_boot_ids.includes(bootId);
}

/** The record after a beat, and the step that it was where it was one. */
function heard({ now }: Deployer, request: Request, entry: Entry, record: NodeRecord, beat: Heartbeat) {
  const sameBoot = booted(record, beat.bootId);
  const hasRebooted =
    record.state.name === "Provisioning" &&
    record.state.phase === "reboot" &&
    record.installed_in_boot !== null &&
    record.installed_in_boot !== beat.bootId;
  const state = hasRebooted ? stateAfter(record.state, "rebooted") : record.state;
  const next: NodeRecord = {
    ...sameBoot,
    last_seen: new Date(now()).toISOString(),
    address: request.address,
    sequence: beat.sequence,
    system: beat.system,
    health: beat.health,
    state,
    change_revision: hasRebooted ? null : changeRevision(record, entry),
  };
  const deed: Deed = { action: "rebooted", node: record.hostname, from: record.state, to: state };
  return { next, deed: hasRebooted ? deed : null };
}

/** The record with another boot begun, where the boot id is a new one. */
export function booted(record: NodeRecord, bootId: string): NodeRecord {
  if (bootId === record.boot_id) return record;
  const retired = [...record.retired_boot_ids, record.boot_id].slice(-rememberedBoots);
  return { ...record, boot_id: bootId, retired_boot_ids: retired, sequence: -1, event_sequence: -1 };
}

function isConfirming(state: NodeState): boolean {
  return state.name === "Provisioning" && state.phase === "confirm";
}

function answerOf({ lostTimeout, push }: Deployer, record: NodeRecord, isCurrent: boolean): HeartbeatAnswer {
  return {
    isCurrent,
    state: record.state,
    action: actionOf(record.state, push.install !== null),
    wantedSystem: record.wanted_system,
    nextCallSeconds: nextCallSeconds(lostTimeout),
  };
}

/** @param isPushed - the deployer installs it from outside, and two must not be at its disks */
function actionOf(state: NodeState, isPushed: boolean): HeartbeatAnswer["action"] {
  if (state.name === "Active") return "none";
  if (state.name !== "Provisioning") return "wait";
  const install = isPushed ? "wait" : "install";
  return ({ partition: install, install, reboot: "reboot", confirm: "none" } as const)[state.phase];
}
