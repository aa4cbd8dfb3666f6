import { fromJson, NixError, printNix } from "@nix-nos/nix-render";
import { hasErrors, parseSource, type Source } from "@nix-nos/topology";
import { type Command, Option } from "commander";
import { parseDocument, stringify, type Tags } from "yaml";
import { Failure, problem, usageFailure } from "../failure.js";
import { exitCodes } from "../io.js";
import { type Language, languageOf, readSource, standardInput } from "../load/read-source.js";
import { refuseExisting, writeDestination } from "../write/destination.js";
import type { Context } from "./context.js";
import { jsonOption } from "./options.js";

interface Flags {
  readonly to?: Language;
  readonly force?: boolean;
  readonly json?: boolean;
}

export function addConvert(program: Command, context: Context): void {
  const command = program
    .command("convert")
    .description("write a topology in another language; from YAML to YAML, comments stay")
    .argument("<in>", "a .yaml, .json or .nix file, or - for YAML on standard input")
    .argument("<out>", "the file to write, or - for standard output")
    .addOption(
      new Option("--to <language>", "the language, where the name does not tell").choices(["yaml", "json", "nix"]),
    )
    .option("--force", "overwrite the file if it exists");
  jsonOption(command).action(async (from: string, to: string, flags: Flags) => {
    const { io, texts } = context;
    const language = flags.to ?? languageTo(to);
    if (to !== standardInput && !flags.force) refuseExisting(io, to);
    const source = await readSource(io, from, texts);
    const { value, diagnostics } = parseSource(source);
    if (value === null || hasErrors(diagnostics)) throw new Failure(diagnostics, exitCodes.refused);
    const text =
      source.format === "yaml" && language === "yaml" ? printAgain(source) : print(value.value, language, from);
    if (to === standardInput) {
      context.print(text);
      return;
    }
    writeDestination(io, to, text);
    if (flags.json) context.printJson({ file: to, language, bytes: Buffer.byteLength(text) });
  });
}

function languageTo(to: string): Language {
  if (to !== standardInput) return languageOf(to);
  throw usageFailure("NN9016", "Standard output has no ending that tells the language.", "Add --to yaml, json or nix.");
}

/** From YAML to YAML, what data does not hold survives: comments, order, anchors, merge keys, blank lines. */
function printAgain(source: Extract<Source, { readonly text: string }>): string {
  return parseDocument(source.text, { customTags: numbersAsWritten, uniqueKeys: false }).toString({ lineWidth: 0 });
}

/** A number stays as it is written, `0123` and `12e03` too: as a key, that is its name. */
function numbersAsWritten(tags: Tags): Tags {
  return tags.map((tag) => {
    if (typeof tag === "string" || tag.collection !== undefined || !numberTags.has(tag.tag)) return tag;
    return { ...tag, stringify: (item) => item.source ?? String(item.value) };
  });
}

const numberTags: ReadonlySet<string> = new Set(["tag:yaml.org,2002:int", "tag:yaml.org,2002:float"]);

function print(value: unknown, language: Language, from: string): string {
  switch (language) {
    case "json":
      refuseNonFinite(value, from);
      return `${JSON.stringify(value, null, 2)}\n`;
    case "yaml":
      // Equal parts stay spelled out, and long texts on one line: a reader edits this file next.
      // Quotes, as around "65000:100", keep older readers from taking a text for a number.
      return stringify(value, { aliasDuplicateObjects: false, lineWidth: 0, compat: "yaml-1.1" });
    case "nix":
      try {
        return printNix(fromJson(value));
      } catch (error) {
        if (!(error instanceof NixError)) throw error;
        throw new Failure([problem("NN9015", `${from} cannot be written in Nix. ${error.message}`)], exitCodes.refused);
      }
  }
}

/** JSON would say `null` instead. */
function refuseNonFinite(value: unknown, from: string): void {
  if (typeof value === "number" && !Number.isFinite(value)) {
    const message = `${from} cannot be written in JSON, which has no literal for ${value}.`;
    throw new Failure([problem("NN9015", message)], exitCodes.refused);
  }
  if (value === null || typeof value !== "object") return;
  for (const inner of Object.values(value)) refuseNonFinite(inner, from);
}
