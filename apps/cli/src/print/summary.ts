import type { CheckReport } from "../check/check.js";
import type { Rendered } from "../pipeline.js";
import type { WriteResult } from "../write/tree.js";
import type { Paint } from "./paint.js";
import { count, visible } from "./text.js";

/** What a render did, as `render --json` prints it. */
export interface RenderSummary {
  readonly out: string;
  readonly nodes: number;
  readonly sessions: number;
  /** Number of files by their kind. */
  readonly kinds: Readonly<Record<string, number>>;
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Number of files that were right already. */
  readonly unchanged: number;
  readonly checks: readonly CheckReport[];
  readonly milliseconds: number;
}

export function summarize(render: {
  readonly out: string;
  readonly rendered: Pick<Rendered, "network" | "bgp">;
  readonly result: WriteResult;
  readonly checks: readonly CheckReport[];
  readonly milliseconds: number;
}): RenderSummary {
  const { out, rendered, result, checks, milliseconds } = render;
  const kinds = new Map<string, number>();
  for (const { kind } of result.files) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  const { added, changed, removed, unchanged } = result;
  return {
    out,
    nodes: rendered.network.nodes.length,
    sessions: rendered.bgp.speakers.reduce((sum, { sessions }) => sum + sessions.length, 0),
    kinds: Object.fromEntries([...kinds].sort(([a], [b]) => (a < b ? -1 : 1))),
    added,
    changed,
    removed,
    unchanged: unchanged.length,
    checks,
    milliseconds,
  };
}

/** The same for people, in a few lines. */
export function printSummary(summary: RenderSummary, paint: Paint): string {
  const { out, nodes, sessions, kinds, added, changed, removed, unchanged, checks, milliseconds } = summary;
  const files = Object.values(kinds).reduce((sum, number) => sum + number, 0);
  const list = Object.entries(kinds).map(([kind, number]) => `${number} ${kind}`);
  const lines = [
    `${paint("strong", visible(out))}: ${count(files, "file")} for ${count(nodes, "node")}, ${count(sessions, "BGP session end")}`,
    `  kinds    ${list.join(", ") || "none"}`,
    `  changes  ${added.length} added, ${changed.length} changed, ${removed.length} removed, ${unchanged} unchanged`,
    ...checks.map((check) => `  check    ${checkLine(check, paint)}`),
    `  time     ${(milliseconds / 1000).toFixed(2)} s`,
  ];
  return `${lines.join("\n")}\n`;
}

function checkLine({ tool, package: debian, status, files }: CheckReport, paint: Paint): string {
  if (status === "missing") {
    const advice = `not found, ${count(files, "file")} unchecked (Debian: apt install ${debian})`;
    return `${tool}: ${paint("warning", advice)}`;
  }
  return `${tool}: ${count(files, "file")} ${status}`;
}
