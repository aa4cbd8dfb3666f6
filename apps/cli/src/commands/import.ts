import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { importOpenwrt, type OpenwrtImport, UciError } from "@nix-nos/openwrt-render";
import type { Diagnostic } from "@nix-nos/topology";
import type { Command } from "commander";
import { stringify } from "yaml";
import { Failure, systemReason, toolFailure, usageFailure } from "../failure.js";
import { exitCodes } from "../io.js";
import type { Context } from "./context.js";
import { jsonOption } from "./options.js";

/** Beyond it, a file is no router's configuration. */
const largest = 4 * 2 ** 20;

export function addImport(program: Command, context: Context): void {
  const group = program.command("import").description("a topology from what devices have");
  const command = group
    .command("openwrt")
    .description("a router's own /etc/config as a topology with one node, on standard output")
    .argument("<dir>", "a copy of the device's /etc/config, or of its root");
  jsonOption(command).action((dir: string, flags: { readonly json?: boolean }) => {
    const { folder, files } = readConfig(context, dir);
    for (const [file, text] of Object.entries(files)) context.texts.set(join(folder, file), text);
    const imported = importFiles(files, folder);
    const warnings = imported.notes.map(({ file, line, message }): Diagnostic => {
      return {
        code: "NN6010",
        severity: "warning",
        message,
        path: [],
        file: join(folder, file),
        line,
        column: columnOf(files[file], line),
      };
    });
    context.warnOfAll(warnings);
    if (flags.json) return context.printJson({ document: imported.document, diagnostics: warnings });
    context.print(stringify(imported.document, { aliasDuplicateObjects: false, lineWidth: 0, compat: "yaml-1.1" }));
  });
}

function importFiles(files: Readonly<Record<string, string>>, folder: string): OpenwrtImport {
  try {
    return importOpenwrt(files);
  } catch (error) {
    if (!(error instanceof UciError)) throw error;
    const [file = ""] = error.message.split(":");
    const place =
      error.line === null
        ? {}
        : { file: join(folder, file), line: error.line, column: columnOf(files[file], error.line) };
    const message = error.message.slice(error.message.indexOf(": ") + 2);
    const hint = "OpenWrt's own `uci` refuses the file too, or loses a part of it.";
    throw new Failure([{ code: "NN6011", severity: "error", message, path: [], hint, ...place }], exitCodes.refused);
  }
}

/** Where a line's words begin. */
function columnOf(text: string | undefined, line: number): number {
  return Math.max(0, text?.split("\n")[line - 1]?.search(/\S/) ?? 0) + 1;
}

/** Every file of the folder by its name; of a device's root, those of its `etc/config`. */
function readConfig({ io }: Context, dir: string) {
  const inRoot = join(dir, "etc", "config");
  const folder = isFolder(resolve(io.cwd, inRoot)) ? inRoot : dir;
  const path = resolve(io.cwd, folder);
  if (!isFolder(path)) throw usageFailure("NN9016", `${dir} is no folder.`, "Name a copy of the device's /etc/config.");
  const files: Record<string, string> = {};
  try {
    for (const entry of readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (!entry.isFile() || entry.name.startsWith(".")) continue;
      const file = join(path, entry.name);
      if (statSync(file).size > largest)
        throw usageFailure("NN9016", `${join(folder, entry.name)} is larger than 4 MiB.`);
      files[entry.name] = readFileSync(file, "utf8");
    }
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw toolFailure("NN9002", `${folder} cannot be read: ${systemReason(error)}.`);
  }
  if (!Object.hasOwn(files, "network")) {
    throw usageFailure("NN9016", `${folder} has no \`network\`.`, "Name a copy of the device's /etc/config.");
  }
  return { folder, files };
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
