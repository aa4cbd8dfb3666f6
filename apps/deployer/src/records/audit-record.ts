import { randomBytes } from "node:crypto";
import { type AuditEntry, auditEntrySchema, type NodeState, placeOf } from "@plasmacloud/deployer-client";
import { keys } from "../keys.js";
import type { Entry } from "../store/store.js";

/** What an action says of itself; who, when and in which request is added. */
export interface Deed {
  readonly action: string;
  readonly node: string | null;
  /** A node's state, or the name of a rollout's or of a node's in a rollout. */
  readonly from?: NodeState | string;
  readonly to?: NodeState | string;
  readonly details?: AuditEntry["details"];
}

let count = 0;

/** The entry of the store that belongs into the commit of what it tells. */
export function auditPut(deed: Deed, by: { readonly actor: string; readonly requestId: string; readonly now: number }) {
  const at = new Date(by.now).toISOString();
  // Sorted by time; in one millisecond by their order here; and those of several deployers are told apart by chance.
  const order = String(count++ % 1_000_000).padStart(6, "0");
  const id = `${at}-${order}-${randomBytes(4).toString("hex")}`;
  const entry: AuditEntry = {
    id,
    at,
    actor: by.actor,
    action: deed.action,
    node: deed.node,
    from: named(deed.from),
    to: named(deed.to),
    details: deed.details ?? {},
    requestId: by.requestId,
  };
  return { key: keys.auditEntry(id), value: JSON.stringify(entry) };
}

function named(state: NodeState | string | undefined): string | null {
  return typeof state === "object" ? placeOf(state) : (state ?? null);
}

export function parseAuditEntry({ value }: Pick<Entry, "value">): AuditEntry {
  return auditEntrySchema.parse(JSON.parse(value));
}
