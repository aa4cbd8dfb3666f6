import { topologyJsonSchema } from "@nix-nos/topology";
import { clusterConfigJsonSchema } from "@plasmacloud/cluster";
import { Argument, type Command } from "commander";
import { extensions } from "../extensions.js";
import type { Context } from "./context.js";
import { jsonOption } from "./options.js";

export function addSchema(program: Command, context: Context): void {
  const what = new Argument("[document]", "of which document")
    .choices(["topology", "cluster-config"])
    .default("topology");
  const command = program.command("schema").description("print the JSON Schema of a document").addArgument(what);
  jsonOption(command).action((document: "topology" | "cluster-config") => {
    context.printJson(document === "topology" ? topologyJsonSchema(extensions) : clusterConfigJsonSchema());
  });
}
