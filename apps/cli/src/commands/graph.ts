import { type Graph, type GraphView, planGraph, printDot, printMermaid, printSvg } from "@nix-nos/graph";
import { type Command, Option } from "commander";
import { usageFailure } from "../failure.js";
import { planTopology } from "../pipeline.js";
import { refuseExisting, writeDestination } from "../write/destination.js";
import type { Context } from "./context.js";
import { jsonOption, requireTopology, topologyArgument } from "./options.js";

type Format = "svg" | "mermaid" | "dot";

interface Flags {
  readonly view: GraphView;
  readonly format?: Format;
  readonly out?: string;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function addGraph(program: Command, context: Context): void {
  const command = topologyArgument(program.command("graph"))
    .description("a picture of the topology: its cables, or its BGP sessions")
    .addOption(new Option("--view <view>", "what it shows").choices(["physical", "bgp"]).default("bgp"))
    .addOption(new Option("--format <format>", "instead of the one that FILE's ending names").choices(formats))
    .option("--out <file>", "where to write it, instead of standard output: .svg, .mmd or .dot")
    .option("--force", "overwrite the file if it exists");
  jsonOption(command).action(async (named: string | undefined, { view, format, out, force, json }: Flags) => {
    const { io, texts } = context;
    const topology = requireTopology(named);
    const print = printers[format ?? (out === undefined ? "svg" : formatOf(out))];
    if (out !== undefined && !force) refuseExisting(io, out);
    const { network, bgp, warnings } = await planTopology(io, { topology, texts });
    const graph = planGraph(network, bgp, view);
    context.warn(warnings);
    if (out !== undefined) writeDestination(io, out, print(graph));
    if (json) context.printJson(graph);
    else if (out === undefined) context.print(print(graph));
  });
}

const printers: Readonly<Record<Format, (graph: Graph) => string>> = {
  svg: printSvg,
  mermaid: printMermaid,
  dot: printDot,
};

const formats = Object.keys(printers);

function formatOf(file: string): Format {
  const format = endings.get(/\.[^./]*$/.exec(file)?.[0].toLowerCase() ?? "");
  if (format !== undefined) return format;
  throw usageFailure("NN9016", `${file} does not tell the format by its ending.`, "Add --format svg, mermaid or dot.");
}

const endings: ReadonlyMap<string, Format> = new Map([
  [".svg", "svg"],
  [".mmd", "mermaid"],
  [".mermaid", "mermaid"],
  [".dot", "dot"],
  [".gv", "dot"],
]);
