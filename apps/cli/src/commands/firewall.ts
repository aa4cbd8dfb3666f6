import { printNftables } from "@nix-nos/nix-render";
import { type FirewallPlan, type FirewallRow, firewallTable } from "@nix-nos/topology";
import type { Command } from "commander";
import { usageFailure } from "../failure.js";
import { planTopology } from "../pipeline.js";
import { printTable, terminalWidth } from "../print/table.js";
import { count } from "../print/text.js";
import { checkSelection } from "./check-selection.js";
import type { Context } from "./context.js";
import { jsonOption, readSelection, topologyArgument } from "./options.js";

interface Flags {
  readonly node?: readonly string[];
  readonly json?: boolean;
  readonly nft?: boolean;
}

export function addFirewall(program: Command, context: Context): void {
  const command = topologyArgument(program.command("firewall"))
    .description("what each node lets in and through, and why")
    .option("--node <names...>", "only these nodes")
    .option("--nft", "print one node's zones as a ruleset for `nft -f`");
  jsonOption(command).action(async (named: string | undefined, flags: Flags) => {
    const { topology, selection } = readSelection(named, flags);
    const { network, firewall, warnings } = await planTopology(context.io, { topology, texts: context.texts });
    checkSelection(selection, network);
    context.warn(warnings);
    if (flags.nft) return context.print(ruleset(firewall, [...selection.nodes]));
    const isShown = (node: string) => selection.nodes.size === 0 || selection.nodes.has(node);
    const rows = firewallTable(firewall).filter(({ node }) => isShown(node));
    if (flags.json) return context.printJson(rows);
    const table = rows.length === 0 ? "" : printTable(columns, rows.map(cells), terminalWidth(context.io.stdout));
    context.print(`${table}${count(rows.length, "rule")}\n`);
  });
}

function ruleset({ firewallByNode }: FirewallPlan, nodes: readonly string[]): string {
  const [node, ...others] = nodes;
  if (node === undefined || others.length > 0) {
    throw usageFailure("NN9016", "`--nft` prints the ruleset of one node.", "Name it with `--node NAME`.");
  }
  const firewall = firewallByNode.get(node);
  const text = firewall === undefined ? "" : printNftables(firewall);
  if (text !== "") return text;
  const message = `No interface of ${JSON.stringify(node)} is in a zone, so there is no ruleset.`;
  throw usageFailure("NN9010", message, "Without `--nft`, what it lets in is shown.");
}

const columns = ["node", "from", "to", "senders", "what", "then", "why"];

function cells({ node, from, to, sources, match, action, why }: FirewallRow): readonly string[] {
  return [node, from, to, sources.join(", "), match, action, why];
}
