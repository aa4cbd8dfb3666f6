import { type PolicyRow, policyTable } from "@nix-nos/bgp-gen";
import type { Command } from "commander";
import { planTopology } from "../pipeline.js";
import { printTable, terminalWidth } from "../print/table.js";
import { count } from "../print/text.js";
import type { Context } from "./context.js";
import { jsonOption, requireTopology, topologyArgument } from "./options.js";

export function addBgpPolicies(bgp: Command, context: Context): void {
  const policies = topologyArgument(bgp.command("policies")).description(
    "what passes each session, term by term; between own nodes everything does",
  );
  jsonOption(policies).action(async (named: string | undefined, flags: { readonly json?: boolean }) => {
    const topology = requireTopology(named);
    const { bgp: plan, warnings } = await planTopology(context.io, { topology, texts: context.texts });
    const rows = policyTable(plan);
    context.warn(warnings);
    if (flags.json) return context.printJson(rows);
    const table = rows.length === 0 ? "" : printTable(columns, rows.flatMap(lines), terminalWidth(context.io.stdout));
    context.print(`${table}${count(rows.length, "filter")}\n`);
  });
}

const columns = ["node", "session", "family", "direction", "policy", "when", "changes", "then"];

/** One line a term, and one for what no term decides; what a line shares with the one before is left out. */
function lines(row: PolicyRow): readonly (readonly string[])[] {
  const head = [row.node, row.session, row.family, row.direction];
  const rest = { policy: "", when: "else", changes: "", action: row.otherwise };
  return [...row.terms, rest].map(({ policy, when, changes, action }, index) => [
    ...(index === 0 ? head : head.map(() => "")),
    policy,
    when,
    changes,
    action,
  ]);
}
