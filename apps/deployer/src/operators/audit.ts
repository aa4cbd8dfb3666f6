import type { AuditPage } from "@plasmacloud/deployer-client";
import type { Deployer } from "../deployer.js";
import { keys } from "../keys.js";
import { parseAuditEntry } from "../records/audit-record.js";

/** So many entries are read at once, where only those of one node are wanted. */
const step = 1000;

/** A page of the audit log, the newest first. */
export async function listAudit(
  { store }: Deployer,
  {
    node,
    before,
    limit,
  }: { readonly node?: string | undefined; readonly before?: string | undefined; readonly limit: number },
): Promise<AuditPage> {
  let end = before === undefined ? null : keys.auditEntry(before);
  const found: AuditPage["entries"] = [];
  for (;;) {
    const asked = node === undefined ? limit - found.length : step;
    const { entries, revision } = await store.lastOf(keys.audit, end, asked);
    for (const entry of entries) {
      end = entry.key;
      const parsed = parseAuditEntry(entry);
      if (node === undefined || parsed.node === node) found.push(parsed);
      if (found.length === limit) return { entries: found, next: parsed.id, revision };
    }
    if (entries.length < asked) return { entries: found, next: null, revision };
  }
}
