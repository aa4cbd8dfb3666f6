import { countsInWords, type RolloutDetail, rolloutInWords, rolloutNodeInWords } from "@plasmacloud/deployer-client";
import type { Paint } from "./paint.js";
import { printTable } from "./table.js";
import { count, visible } from "./text.js";

/** A rollout with all its nodes. */
export function printRollout(detail: RolloutDetail, width: number | null, paint: Paint): string {
  const { id, generation, createdAt, createdBy, endedAt, strategy, notes, nodes } = detail;
  const { canary, batch, maxParallel, maxFailures } = strategy;
  const limits = [
    canary === 1 ? "1 canary" : `${canary} canaries`,
    `batches of ${batch}`,
    `${maxParallel} at once`,
    `stops at ${count(maxFailures, "failure")}`,
  ];
  const lines: (readonly [string, string])[] = [
    ["rollout", id],
    ["of", generation],
    ["state", rolloutInWords(detail)],
    ["nodes", countsInWords(detail.counts)],
    ["begun", `${utc(createdAt)} by ${createdBy}`],
    ["ended", endedAt === null ? "" : utc(endedAt)],
    ["limits", limits.join(", ")],
    ...notes.map((note) => ["note", note] as const),
  ];
  const head = lines
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `${name.padEnd(9)}${visible(value)}\n`)
    .join("");
  const rows = nodes.map((node) => [node.id, node.state, utc(node.since), rolloutNodeInWords(node)]);
  return `${paint("strong", head.slice(0, head.indexOf("\n")))}${head.slice(head.indexOf("\n"))}\n${printTable(["node", "state", "since (UTC)", "why"], rows, width, ["since (UTC)"])}`;
}

function utc(time: string): string {
  return time.slice(0, 19).replace("T", " ");
}
