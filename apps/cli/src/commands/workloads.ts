import { type WorkloadRow, workloadTable } from "@nix-nos/topology";
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

export function addWorkloads(program: Command, context: Context): void {
  const command = topologyArgument(program.command("workloads"))
    .description("what runs on each node, when, and with which ports")
    .option("--node <names...>", "only these nodes");
  jsonOption(command).action(async (named: string | undefined, flags: Flags) => {
    const { topology, selection } = readSelection(named, flags);
    const { network, warnings } = await planTopology(context.io, { topology, texts: context.texts });
    checkSelection(selection, network);
    context.warn(warnings);
    const rows = workloadTable(network).filter(({ node }) => selection.nodes.size === 0 || selection.nodes.has(node));
    if (flags.json) return context.printJson(rows);
    const table = rows.length === 0 ? "" : printTable(columns, rows.map(cells), terminalWidth(context.io.stdout));
    context.print(`${table}${summary(rows)}\n`);
  });
}

function summary(rows: readonly WorkloadRow[]): string {
  const workloads = new Set(rows.map(({ cluster, workload }) => JSON.stringify([cluster, workload])));
  const nodes = new Set(rows.map(({ node }) => node));
  return `${count(workloads.size, "workload")} on ${count(nodes.size, "node")}`;
}

const columns = ["node", "workload", "kind", "when", "ports", "what", "unit"];

function cells({ node, workload, image, command, schedule, ports, unit }: WorkloadRow): readonly string[] {
  const what = image === null ? command : [image, ...command];
  return [
    node,
    workload,
    image === null ? "program" : "container",
    whenText(schedule),
    ports.map(portText).join(", "),
    what.join(" "),
    unit,
  ];
}

function whenText(schedule: WorkloadRow["schedule"]): string {
  if (schedule === null) return "always";
  const { calendar, randomDelay } = schedule;
  return randomDelay === null ? calendar : `${calendar}, up to ${randomDelay} s later`;
}

/** `8080/tcp`, or of the node and inside: `5000:5001/tcp`. */
function portText({ name, node, container, protocol }: WorkloadRow["ports"][number]): string {
  const port = node === container ? `${node}/${protocol}` : `${node}:${container}/${protocol}`;
  return name === null ? port : `${name} ${port}`;
}
