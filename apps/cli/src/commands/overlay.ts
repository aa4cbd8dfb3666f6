import { type NetworkServices, type OverlayCluster, type OverlayNode, planOverlay } from "@plasmacloud/network";
import type { Command } from "commander";
import { planTopology } from "../pipeline.js";
import { printTable, terminalWidth } from "../print/table.js";
import { count } from "../print/text.js";
import { checkSelection } from "./check-selection.js";
import type { Context } from "./context.js";
import { jsonOption, readSelection, topologyArgument } from "./options.js";

interface Flags {
  readonly node?: readonly string[];
  readonly json?: boolean;
}

export function addOverlay(program: Command, context: Context): void {
  const command = topologyArgument(program.command("overlay"))
    .description("who is on PrismNET's overlay, where tunnels end, and each node's range")
    .option("--node <names...>", "only these nodes");
  jsonOption(command).action(async (named: string | undefined, flags: Flags) => {
    const { topology, selection } = readSelection(named, flags);
    const { network, services, warnings } = await planTopology(context.io, { topology, texts: context.texts });
    checkSelection(selection, network);
    context.warn(warnings);
    const plan = planOverlay(network, services as NetworkServices);
    const isShown = ({ node }: OverlayNode) => selection.nodes.size === 0 || selection.nodes.has(node);
    const rows = (plan?.clusters ?? []).flatMap((cluster) =>
      cluster.nodes.filter(isShown).map((own) => rowOf(plan?.encapsulation ?? "", cluster, own)),
    );
    if (flags.json) return context.printJson(rows);
    if (plan === null) return context.print("no overlay\n");
    const width = terminalWidth(context.io.stdout);
    const table = rows.length === 0 ? "" : printTable(columns, rows.map(cells), width, ["cluster", "encapsulation"]);
    context.print(`${table}${count(rows.length, "node")}\n`);
  });
}

function rowOf(encapsulation: string, { cluster, mtu }: OverlayCluster, own: OverlayNode) {
  const { node, endpoint, underlayMtu, ranges, central } = own;
  const databases = central === null ? null : central.founds ? ("founds" as const) : ("joins" as const);
  return { node, cluster, databases, endpoint, encapsulation, mtu, underlayMtu, ranges };
}

const columns = ["node", "cluster", "databases", "endpoint", "encapsulation", "mtu", "ranges"];

function cells(row: ReturnType<typeof rowOf>): readonly string[] {
  const { node, cluster, databases, endpoint, encapsulation, mtu, ranges } = row;
  const given = Object.values(ranges).filter((range) => range !== null);
  return [node, cluster, databases ?? "", endpoint, encapsulation, String(mtu), given.join(", ")];
}
