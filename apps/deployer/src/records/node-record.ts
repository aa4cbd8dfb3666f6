import { healthSchema, livenessOf, type Node, type NodeState, nodeStateSchema } from "@plasmacloud/deployer-client";
import { z } from "zod";
import { ApiProblem } from "../problem.js";
import type { Entry } from "../store/store.js";

const common = {
  hostname: z.string(),
  bootstrap_key_hash: z.string(),
  ssh_pubkey: z.string(),
  ssh_host_keys: z.array(z.string()),
  last_seen: z.string(),
  node_key: z.string(),
  fingerprint: z.string(),
  site: z.string().nullable(),
  address: z.string(),
  boot_id: z.string(),
  sequence: z.int(),
  event_sequence: z.int(),
  retired_boot_ids: z.array(z.string()),
  installed_in_boot: z.string().nullable(),
  system: z.string().nullable(),
  wanted_system: z.string().nullable(),
  health: healthSchema.nullable(),
  message: z.string().nullable(),
  is_locked: z.boolean(),
  created_at: z.string(),
  change_revision: z.int().nullable(),
};

/**
 * A node as it is kept under `deployer/nodes/<hostname>`, for other programs to read too: its status in one word, and
 * in snake case like everything of the cloud in ChainFire.
 *
 * A beat changes the record as well. `change_revision` then remembers the revision of the last change that was more, so
 * that an operator who read the node before the beat has not read something else.
 */
const nodeRecordSchema = z.discriminatedUnion("status", [
  z.strictObject({ status: z.literal("Pending"), ...common }),
  z.strictObject({ status: z.literal("Provisioning"), phase: z.string(), failures: z.int(), ...common }),
  z.strictObject({ status: z.literal("Failed"), phase: z.string(), error_type: z.string(), count: z.int(), ...common }),
  z.strictObject({ status: z.literal("Active"), ...common }),
]);

/** A node as the deployer works with it. */
export interface NodeRecord extends z.infer<z.ZodObject<typeof common>> {
  readonly state: NodeState;
}

export function printNodeRecord({ state, ...fields }: NodeRecord): string {
  const { name: status, ...rest } = state;
  const { errorType, ...own } = { errorType: undefined, ...rest };
  const error = errorType === undefined ? {} : { error_type: errorType };
  return JSON.stringify({ status, ...own, ...error, ...fields });
}

/** @throws ApiProblem `internal`, with the key, for what is no node's record */
export function parseNodeRecord(entry: Pick<Entry, "key" | "value">): NodeRecord {
  const record = parseOrNull(entry);
  if (record === null) throw new ApiProblem("internal", { detail: `What the store has as ${entry.key} is no node.` });
  return record;
}

/** The same; `null` for what is no node's record, as after another program wrote it. */
export function parseOrNull({ value }: Pick<Entry, "value">): NodeRecord | null {
  try {
    return parse(value);
  } catch {
    return null;
  }
}

function parse(value: string): NodeRecord {
  const record = nodeRecordSchema.parse(JSON.parse(value));
  const {
    status: name,
    phase,
    failures,
    error_type: errorType,
    count,
    ...fields
  } = {
    phase: undefined,
    failures: undefined,
    error_type: undefined,
    count: undefined,
    ...record,
  };
  const own = Object.entries({ name, phase, failures, errorType, count }).filter(([, value]) => value !== undefined);
  return { ...fields, state: nodeStateSchema.parse(Object.fromEntries(own)) };
}

/** The revision that an operator's `If-Match` is held against. */
export function changeRevision(record: NodeRecord, { revision }: Pick<Entry, "revision">): number {
  return record.change_revision ?? revision;
}

/** The node as operators see it. */
export function toNode(
  record: NodeRecord,
  entry: Pick<Entry, "revision">,
  at: { readonly now: number; readonly lostTimeout: number; readonly isPlanned: boolean },
): Node {
  return {
    id: record.hostname,
    revision: changeRevision(record, entry),
    state: record.state,
    liveness: livenessOf(at.now - Date.parse(record.last_seen), at.lostTimeout),
    lastSeen: record.last_seen,
    isPlanned: at.isPlanned,
    isLocked: record.is_locked,
    site: record.site,
    nodeKey: record.node_key,
    sshHostKeys: record.ssh_host_keys,
    fingerprint: record.fingerprint,
    address: record.address,
    bootId: record.boot_id,
    system: record.system,
    wantedSystem: record.wanted_system,
    health: record.health,
    message: record.message,
    createdAt: record.created_at,
  };
}
