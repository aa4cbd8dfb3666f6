import { join } from "node:path";
import { topologyJsonSchema } from "@nix-nos/topology";
import type { Command } from "commander";
import { extensions } from "../extensions.js";
import { visible } from "../print/text.js";
import { refuseExisting, writeDestination } from "../write/destination.js";
import type { Context } from "./context.js";
import { jsonOption } from "./options.js";
import { startingTopology } from "./starting-topology.js";

export function addInit(program: Command, context: Context): void {
  const command = program
    .command("init")
    .description("write a starting topology, and the schema by which an editor completes it")
    .argument("[dir]", "the folder to write into; it is made if need be", ".")
    .option("--force", "overwrite the files if they exist");
  jsonOption(command).action((dir: string, flags: { readonly force?: boolean; readonly json?: boolean }) => {
    const { io } = context;
    const topology = join(dir, "topology.yaml");
    // The schema lies beside it, so that the editor needs no network and completes what this version knows.
    const schema = join(dir, "topology.schema.json");
    const files = [schema, topology];
    if (!flags.force) for (const file of files) refuseExisting(io, file);
    writeDestination(io, schema, `${JSON.stringify(topologyJsonSchema(extensions), null, 2)}\n`);
    writeDestination(io, topology, startingTopology);
    if (flags.json) context.printJson({ topology, schema });
    else context.print(nextSteps(topology, schema, join(dir, "out")));
  });
}

function nextSteps(topology: string, schema: string, out: string): string {
  const file = shellWord(topology);
  return `${visible(topology)} and ${visible(schema)} written.

Next:
  edit ${visible(topology)}: an editor that reads YAML schemas completes and explains each key
  nix-nos validate ${file}
  nix-nos render ${file} --out ${shellWord(out)} --check
`;
}

/** A path as a shell takes it for one word. */
function shellWord(path: string): string {
  return /^[\w./@%+=:,-]+$/.test(path) ? path : `'${visible(path).replaceAll("'", "'\\''")}'`;
}
