import { sessionCells, sessionColumns, sessionTable } from "@nix-nos/bgp-gen";
import type { Command } from "commander";
import { planTopology } from "../pipeline.js";
import { printTable, terminalWidth } from "../print/table.js";
import { count } from "../print/text.js";
import type { Context } from "./context.js";
import { jsonOption, requireTopology, topologyArgument } from "./options.js";

export function addBgpSessions(bgp: Command, context: Context): void {
  const sessions = topologyArgument(bgp.command("sessions")).description("who speaks BGP with whom");
  jsonOption(sessions).action(async (named: string | undefined, flags: { readonly json?: boolean }) => {
    const topology = requireTopology(named);
    const { bgp: plan, warnings } = await planTopology(context.io, { topology, texts: context.texts });
    const rows = sessionTable(plan);
    context.warn(warnings);
    if (flags.json) context.printJson(rows);
    else
      context.print(
        `${rows.length === 0 ? "" : printTable(sessionColumns, rows.map(sessionCells), terminalWidth(context.io.stdout))}${count(rows.length, "session end")}\n`,
      );
  });
}
