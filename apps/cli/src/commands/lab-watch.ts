import { setTimeout } from "node:timers/promises";
import type { SessionStatus } from "@nix-nos/lab";
import { terminalWidth } from "../print/table.js";
import type { Context } from "./context.js";
import { untilInterrupted } from "./until-interrupted.js";

/** Seconds between two looks. */
const interval = 2;

/**
 * Shows sessions again and again, until Ctrl-C or the reader of a pipe goes: on a terminal the table, drawn anew in
 * place; in a pipe a line for each session at first, then one for each that changes.
 */
export async function watchSessions(
  context: Context,
  look: () => Promise<readonly SessionStatus[]>,
  tableOf: (rows: readonly SessionStatus[]) => string,
): Promise<void> {
  const { stdout } = context.io;
  const isTerminal = terminalWidth(stdout) !== null;
  let before = new Map<string, string>();
  await untilInterrupted(context.io, async (signal) => {
    while (!signal.aborted) {
      const rows = await look();
      // Home, an empty screen, and the table (ECMA-48: CUP, ED).
      if (isTerminal) context.print(`\u001b[H\u001b[2J${tableOf(rows)}`);
      else before = printChanges(context, rows, before);
      await setTimeout(interval * 1000, undefined, { signal }).catch(() => {});
    }
  });
}

function printChanges(
  context: Context,
  rows: readonly SessionStatus[],
  before: ReadonlyMap<string, string>,
): Map<string, string> {
  const now = new Map<string, string>();
  for (const { node, neighbor, name, state, detail } of rows) {
    const said = detail === "" ? state : `${state}: ${detail}`;
    now.set(`${node} ${name}`, said);
    if (before.get(`${node} ${name}`) === said) continue;
    context.print(`${new Date(context.io.now()).toISOString()} ${node} to ${neighbor} (${name}) ${said}\n`);
  }
  return now;
}
