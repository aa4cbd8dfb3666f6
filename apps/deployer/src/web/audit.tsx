import type { AuditEntry } from "@plasmacloud/deployer-client";
import { useState } from "preact/hooks";
import { Table } from "./table.js";
import { Ago } from "./time.js";

/** Who did what, the newest first. */
export function Audit({ entries }: { readonly entries: readonly AuditEntry[] }) {
  const [sought, setSought] = useState("");
  const shown = entries.filter((entry) => isSought(entry, sought));
  return (
    <>
      <div class="row">
        <input
          type="search"
          placeholder="node, who, action"
          aria-label="Search the audit log"
          value={sought}
          onInput={(event) => setSought(event.currentTarget.value)}
        />
        <span class="faint">the newest {entries.length}; all of it: nix-nos deploy audit</span>
      </div>
      <Table columns={["when", "who", "did", "node", "state", "details"]}>
        {shown.map((entry) => (
          <tr key={entry.id}>
            <td>
              <Ago at={entry.at} />
            </td>
            <td>{entry.actor}</td>
            <td>{entry.action}</td>
            <td>{entry.node}</td>
            <td>{stepOf(entry)}</td>
            <td class="text">{detailsOf(entry)}</td>
          </tr>
        ))}
      </Table>
    </>
  );
}

function stepOf({ from, to }: AuditEntry): string {
  if (from === null) return to ?? "";
  return to === null || to === from ? from : `${from} → ${to}`;
}

function detailsOf({ details }: AuditEntry): string {
  return Object.entries(details)
    .map(([name, value]) => `${name}: ${value}`)
    .join(", ");
}

function isSought(entry: AuditEntry, sought: string): boolean {
  const text = [entry.actor, entry.action, entry.node, stepOf(entry), detailsOf(entry)].join(" ").toLowerCase();
  return text.includes(sought.trim().toLowerCase());
}
