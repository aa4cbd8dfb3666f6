import type { Command } from "commander";
import { renderTopology } from "../pipeline.js";
import type { Context } from "./context.js";
import { jsonOption, requireTopology, topologyArgument } from "./options.js";

export function addValidate(program: Command, context: Context): void {
  const command = topologyArgument(program.command("validate")).description(
    "show every mistake at once, each with its place",
  );
  jsonOption(command).action(async (named: string | undefined, flags: { readonly json?: boolean }) => {
    const topology = requireTopology(named);
    // A topology is right when every stage says so; what is rendered is thrown away.
    const { network, artifacts, warnings } = await renderTopology(context.io, { topology, texts: context.texts });
    let files = 0;
    for (const _ of artifacts) files++;
    context.warn(warnings);
    if (flags.json) context.printJson({ diagnostics: warnings, nodes: network.nodes.length, files });
    else context.print(`${topology} is valid: ${network.nodes.length} nodes, ${files} files to render\n`);
  });
}
