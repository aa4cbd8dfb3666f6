import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { diffIos, type IosLine, IosSyntaxError, parseIos } from "@nix-nos/cisco-render";
import type { Command } from "commander";
import { systemReason, toolFailure } from "../failure.js";
import type { Context } from "./context.js";
import { jsonOption } from "./options.js";

export function addCisco(program: Command, context: Context): void {
  const group = program.command("cisco").description("Cisco devices");
  const command = group
    .command("diff")
    .description("the lines that lead a device from one configuration to another, in the order in which to type them")
    .argument("<old>", "what the device has, as nodes/edge01/cisco/ios.cfg of the last rendering")
    .argument("<new>", "what it is to have");
  jsonOption(command).action((old: string, wanted: string, flags: { readonly json?: boolean }) => {
    const lines = diffIos(readIos(context, old), readIos(context, wanted));
    if (flags.json) context.printJson(lines);
    else context.print(lines.map((line) => `${line}\n`).join(""));
  });
}

function readIos({ io }: Context, file: string): readonly IosLine[] {
  try {
    return parseIos(readFileSync(resolve(io.cwd, file), "utf8"));
  } catch (error) {
    const reason = error instanceof IosSyntaxError ? error.message : `${systemReason(error)}.`;
    throw toolFailure("NN9001", `${file} cannot be read: ${reason}`);
  }
}
