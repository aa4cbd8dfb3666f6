import { Command } from "commander";
import { addBgp } from "./commands/bgp.js";
import { addCerts } from "./commands/certs.js";
import { addCisco } from "./commands/cisco.js";
import type { Context } from "./commands/context.js";
import { addConvert } from "./commands/convert.js";
import { addDeploy } from "./commands/deploy.js";
import { addDiff } from "./commands/diff.js";
import { addFirewall } from "./commands/firewall.js";
import { addGraph } from "./commands/graph.js";
import { addImport } from "./commands/import.js";
import { addInit } from "./commands/init.js";
import { addIpam } from "./commands/ipam.js";
import { addLab } from "./commands/lab.js";
import { addOpenwrt } from "./commands/openwrt.js";
import { addOverlay } from "./commands/overlay.js";
import { addRender } from "./commands/render.js";
import { addSchema } from "./commands/schema.js";
import { addValidate } from "./commands/validate.js";
import { addWorkloads } from "./commands/workloads.js";
import { version } from "./version.js";

/** The tree of commands; each is one file that reads, calls the libraries and prints. */
export function createProgram(context: Context): Command {
  const { stdout, stderr } = context.io;
  const program = new Command("nix-nos")
    .description("Renders a bare-metal cloud's configuration from one topology.")
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      writeErr: (text) => stderr.write(text),
    })
    .showHelpAfterError("(nix-nos help shows what there is)")
    .addHelpText(
      "after",
      "\nExit codes: 0 done, 1 the topology has errors or the deployer refuses, 2 wrong usage, 3 a tool, file or server failed.",
    );
  for (const add of [
    addInit,
    addRender,
    addValidate,
    addCisco,
    addDiff,
    addBgp,
    addFirewall,
    addWorkloads,
    addOverlay,
    addGraph,
    addCerts,
    addIpam,
    addLab,
    addConvert,
    addImport,
    addOpenwrt,
    addSchema,
    addDeploy,
  ])
    add(program, context);
  return program;
}
