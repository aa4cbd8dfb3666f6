// The examples of docs/diagnostics.md, read from tests/diagnostics/CODE/, which a test runs.
//
// A folder has `wrong.*`, `right.*` and `expected.txt`, what nix-nos says of the wrong one. Where a file alone does not
// show it, `wrong.sh` and `right.sh` have the commands, the last of which counts; in the same folder, the right ones
// after the wrong ones. Where no command can show it either, `example.md` says it in words.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const examplesFolder = fileURLToPath(new URL("../tests/diagnostics", import.meta.url));

/** Codes that have a folder. */
export function exampleCodes() {
  return readdirSync(examplesFolder).sort();
}

/**
 * The example of a code: `{ words }`, or the files to start from, the two runs, and what the wrong one prints.
 *
 * @throws Error when the folder is missing or incomplete
 */
export function readExample(code) {
  const folder = join(examplesFolder, code);
  if (!existsSync(folder)) throw new Error(`tests/diagnostics/${code} is missing: every code has an example`);
  const texts = readTexts(folder);
  if ("example.md" in texts) return { words: texts["example.md"] };
  const { "expected.txt": expected = "", "wrong.sh": wrongCommands, "right.sh": rightCommands, ...files } = texts;
  return {
    files,
    wrong: commandsOf(code, wrongCommands, "wrong", files),
    right: commandsOf(code, rightCommands, "right", files),
    expected,
  };
}

/** Command lines as a shell reads them; without any, validating the file of that name is meant. */
function commandsOf(code, commands, side, files) {
  if (commands !== undefined) return commands.trimEnd().split("\n");
  const topology = Object.keys(files).find((file) => file.startsWith(`${side}.`));
  if (topology === undefined) throw new Error(`tests/diagnostics/${code} has no ${side} example`);
  return [`nix-nos validate ${topology}`];
}

function readTexts(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = entries.map((entry) => relative(folder, join(entry.parentPath, entry.name))).sort();
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}
