import { type NodeEvent, type NodeEvents, type NodeEventsAnswer, nextState } from "@plasmacloud/deployer-client";
import { change } from "../change.js";
import type { Deployer, Request } from "../deployer.js";
import { keys } from "../keys.js";
import { ApiProblem } from "../problem.js";
import { auditPut, type Deed } from "../records/audit-record.js";
import { type NodeRecord, parseNodeRecord, printNodeRecord } from "../records/node-record.js";
import { booted } from "./heartbeat.js";

type Result = NodeEventsAnswer["results"][number];

/** A node tells how its installation goes on. All events of a message are taken in one commit, each once. */
export async function nodeEvents(
  deployer: Deployer,
  request: Request,
  hostname: string,
  { bootId, events }: NodeEvents,
): Promise<NodeEventsAnswer> {
  const { store, now } = deployer;
  return change(store, async () => {
    const entry = await store.get(keys.node(hostname));
    if (entry === null) throw new ApiProblem("revoked");
    const before = parseNodeRecord(entry);
    const isOfOldBoot = before.retired_boot_ids.includes(bootId);
    let record = isOfOldBoot ? before : booted(before, bootId);
    const results: Result[] = [];
    const deeds: Deed[] = [];
    for (const event of events) {
      const { sequence } = event;
      if (isOfOldBoot || sequence <= record.event_sequence) {
        results.push({ sequence, outcome: "duplicate" });
        continue;
      }
      const told = tell({ ...record, event_sequence: sequence }, event);
      record = told.record;
      if (told.deed !== null) deeds.push(told.deed);
      results.push({ sequence, outcome: told.outcome });
    }
    const answer = { results, state: record.state };
    if (results.every(({ outcome }) => outcome === "duplicate")) return { commit: null, value: answer };
    const at = now();
    const seen = { ...record, last_seen: new Date(at).toISOString(), change_revision: null };
    return {
      commit: {
        compare: [{ key: entry.key, revision: entry.revision }],
        put: [
          { key: entry.key, value: printNodeRecord(seen) },
          ...deeds.map((deed) => auditPut(deed, { ...request, now: at })),
        ],
        remove: [],
      },
      answer: () => answer,
    };
  });
}

function tell(
  record: NodeRecord,
  event: NodeEvent,
): { readonly record: NodeRecord; readonly deed: Deed | null; readonly outcome: Result["outcome"] } {
  if (event.type === "progress")
    return { record: { ...record, message: event.message }, deed: null, outcome: "applied" };
  const { state, hostname } = record;
  const isOfThisPhase = event.type !== "failed" || (state.name === "Provisioning" && state.phase === event.phase);
  const next = isOfThisPhase
    ? nextState(state, event.type, event.type === "failed" ? event.errorType : undefined)
    : null;
  if (next === null) return { record, deed: null, outcome: "out-of-place" };
  const deed = { action: event.type, node: hostname, from: state, to: next, details: detailsOf(event) };
  return { record: { ...record, ...changesOf(record, event), state: next }, deed, outcome: "applied" };
}

function changesOf(record: NodeRecord, event: NodeEvent): Partial<NodeRecord> {
  if (event.type === "failed") return { message: event.message };
  if (event.type !== "installed") return {};
  // Nobody asked for a certain system: what was installed is what has to come up.
  return { installed_in_boot: record.boot_id, wanted_system: record.wanted_system ?? event.system };
}

function detailsOf(event: NodeEvent): NonNullable<Deed["details"]> {
  if (event.type === "failed") return { errorType: event.errorType, message: event.message };
  return event.type === "installed" ? { system: event.system } : {};
}
