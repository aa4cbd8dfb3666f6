import { basename, extname, resolve } from "node:path";
import {
  designLab,
  type LabDesign,
  LabError,
  type LabFault,
  labDown,
  labExec,
  labStatus,
  labTest,
  labUp,
  type SessionStatus,
  type UpReport,
} from "@nix-nos/lab";
import { hash32 } from "@nix-nos/topology";
import type { Command } from "commander";
import { Failure, toolFailure, usageFailure } from "../failure.js";
import { type ExitCode, exitCodes } from "../io.js";
import { renderTopology } from "../pipeline.js";
import { printLabReport } from "../print/lab-report.js";
import { printTable, terminalWidth } from "../print/table.js";
import { count } from "../print/text.js";
import type { Context } from "./context.js";
import { watchSessions } from "./lab-watch.js";
import { jsonOption, requireTopology, topologyArgument } from "./options.js";

interface Flags {
  readonly name?: string;
  readonly json?: boolean;
}

interface FaultFlags {
  readonly kill?: string;
  readonly cut?: string;
}

/** The topology alive: its nodes as network namespaces, with the rendered daemons inside. */
export function addLab(program: Command, context: Context): void {
  const lab = program.command("lab").description("the topology alive, in network namespaces (Linux, root)");
  const named = (command: Command) =>
    command.option("--name <id>", "the lab's name, instead of one made of the file's");

  jsonOption(named(topologyArgument(lab.command("up"))))
    .description("bring it up, or change what is up to what the topology says now")
    .action(async (file: string | undefined, flags: Flags) => {
      const { design, warnings } = await prepare(context, file, flags);
      context.warn(warnings);
      const report = await guarded(() => labUp(design));
      if (flags.json) context.printJson(report);
      else context.print(upText(report));
    });

  jsonOption(named(topologyArgument(lab.command("status"))))
    .description("every planned session, live")
    .option("--watch", "show it again and again, until Ctrl-C; in a pipe, a line for each change")
    .action(async (file: string | undefined, flags: Flags & { readonly watch?: boolean }) => {
      if (flags.watch && flags.json)
        throw usageFailure(
          "NN9016",
          "`--watch` has no end, and `--json` prints one document.",
          "Leave one of them out.",
        );
      const { design, plan } = await prepare(context, file, flags);
      const look = () => guarded(() => labStatus(design, plan));
      const tableOf = (rows: readonly SessionStatus[]) => statusText(rows, terminalWidth(context.io.stdout));
      if (flags.watch) return watchSessions(context, look, tableOf);
      const rows = await look();
      if (flags.json) context.printJson(rows);
      else context.print(tableOf(rows));
    });

  jsonOption(named(topologyArgument(lab.command("test"))))
    .description("hold it against the plan: sessions, loopbacks, VIPs, and what policies let pass")
    .option("--kill <node>", "then: what survives when the node dies; it is restarted")
    .option("--cut <a:b>", "then: what survives when the two nodes lose their cable; it is put back")
    .action(async (file: string | undefined, flags: Flags & FaultFlags) => {
      const faults = faultsOf(flags);
      const { design, plan, peers } = await prepare(context, file, flags);
      const report = await guarded(() => labTest(design, plan, { peers, faults }));
      if (flags.json) context.printJson(report);
      else context.print(printLabReport(report));
      if (!report.passed) context.exit(exitCodes.refused);
    });

  named(lab.command("exec").argument("<topology>").argument("<node>").argument("<command...>"))
    .description("run a command on a node, or on an outside neighbour: peer.NAME")
    .action(async (file: string, node: string, command: readonly string[], flags: Flags) => {
      const { design } = await prepare(context, file, flags);
      // The command's own exit code, whatever it is.
      context.exit((await guarded(() => labExec(design, node, command))) as ExitCode);
    });

  jsonOption(named(topologyArgument(lab.command("down"))))
    .description("remove it, also after a crash")
    .action(async (file: string | undefined, flags: Flags) => {
      const report = await guarded(() => labDown(labId(context, requireTopology(file), flags)));
      if (flags.json) return context.printJson(report);
      const { namespaces, daemons } = report;
      if (namespaces.length === 0 && daemons === 0) return context.print(`${report.id}: nothing was up\n`);
      context.print(`${report.id}: ${count(namespaces.length, "namespace")} and ${count(daemons, "daemon")} removed\n`);
    });
}

const columns = ["node", "neighbour", "address", "state", "since", "routes in", "out", "why"];

function statusText(rows: readonly SessionStatus[], width: number | null): string {
  const cells = rows.map((row) => [
    row.node,
    row.neighbor,
    row.remoteAddress,
    row.state,
    row.since,
    String(row.received),
    String(row.sent),
    row.detail,
  ]);
  const up = rows.filter(({ established }) => established).length;
  const table = rows.length === 0 ? "" : printTable(columns, cells, width);
  return `${table}${count(rows.length, "session end")}, ${up} Established\n`;
}

function faultsOf({ kill, cut }: FaultFlags): readonly LabFault[] {
  const faults: LabFault[] = kill === undefined ? [] : [{ kind: "kill", node: kill }];
  if (cut === undefined) return faults;
  const [a, b, ...more] = cut.split(":");
  if (!a || !b || more.length > 0)
    throw usageFailure("NN9016", "`--cut` takes two nodes, A:B.", "As --cut leaf01:spine01.");
  return [...faults, { kind: "cut", nodes: [a, b] }];
}

async function prepare(context: Context, file: string | undefined, flags: Flags) {
  const topology = requireTopology(file);
  const rendered = await renderTopology(context.io, { topology, texts: context.texts, layers: new Set([1, 2]) });
  const id = labId(context, topology, flags);
  const design: LabDesign = designLab(rendered.network, rendered.bgp, rendered.artifacts, id);
  return { design, plan: rendered.bgp, peers: rendered.network.lab.peers, warnings: rendered.warnings };
}

/** The same for every run on one file, so that an edited topology changes its lab instead of making another. */
function labId(context: Context, topology: string, { name }: Flags): string {
  if (name !== undefined) return name;
  const path = resolve(context.io.cwd, topology);
  const word = basename(path, extname(path))
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  return `${word.slice(0, 20) || "lab"}-${hash32(path).toString(16)}`.replace(/-{2,}/g, "-");
}

async function guarded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof LabError && !(error instanceof Failure))
      throw toolFailure("NN9021", error.message, error.hint ?? undefined);
    throw error;
  }
}

function upText(report: UpReport): string {
  const parts = [
    [report.made, "made"],
    [report.removed, "removed"],
    [report.rewired, "rewired"],
    [report.started, "started"],
    [report.reconfigured, "reconfigured"],
  ] as const;
  const lines = parts.filter(([list]) => list.length > 0).map(([list, word]) => `${word}: ${list.join(", ")}`);
  const secrets = report.secrets.map((file) => `${file} is played by a throwaway file`);
  const said = lines.length === 0 ? ["up as it was"] : lines;
  return [...said, ...secrets].map((line) => `${report.id}: ${line}\n`).join("");
}
