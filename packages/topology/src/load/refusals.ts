import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { TextSource } from "./source.js";

/** A line that is neither blank nor a comment. */
const hasContent = /^[^\S\n]*[^\s#]/m;

/** More levels than any topology has; further down, recursion of whoever reads it would come to its end. */
export const deepestLevel = 100;

const mebi = 1024 * 1024;

/** More text than any topology has; what is larger is a wrong file or an attack. */
const maximumCharacters = 32 * mebi;

/** Reading YAML costs a second and a hundred megabytes of memory for each megabyte of text; JSON far less. */
const maximumOfYaml = 4 * mebi;

/** From this size on, a text is looked at before it is parsed. */
const largeText = mebi / 4;

/** Each file of a topology has one of these keys. */
const topLevelKey = /nix-nos|services|include/;

/** What is wrong with a text before any parser sees it; `null` when nothing is. */
export function refuseText(source: TextSource, text: string): Diagnostic | null {
  const { file } = source;
  const binary = binaryAt(text);
  if (binary !== null) return refuseBinary(file, text, binary);
  if (!hasContent.test(text)) {
    return refuse(file, "NN1002", "The file is empty.", "A topology starts with the key `nix-nos:`.");
  }
  if (text.length > largeText && !topLevelKey.test(text)) {
    const message = "The file is large, and none of the keys `nix-nos`, `services` and `include` is in it.";
    return refuse(file, "NN1005", message, "Is it the right file?");
  }
  if (text.length > maximumCharacters) {
    return refuse(
      file,
      "NN1005",
      "The file is larger than 32 MiB.",
      "No topology is that large; is it the right file?",
    );
  }
  if (source.format === "yaml" && text.length > maximumOfYaml) {
    const hint = "Divide it into files that one of them lists in `include`, or write it in JSON.";
    return refuse(file, "NN1005", "The file is larger than 4 MiB, which is the most that is read of YAML.", hint);
  }
  return null;
}

/** A text on which a parser's recursion ends before the text does. */
export function nestsTooDeep(file: string): Diagnostic {
  return refuse(file, "NN1005", "The file nests too deep.", "No topology nests deeper than a dozen levels.");
}

function refuse(file: string, code: string, message: string, hint: string): Diagnostic {
  return { code, severity: "error", message, path: [], file, line: 1, column: 1, hint };
}

function refuseBinary(file: string, text: string, at: number): Diagnostic {
  const start = text.slice(0, 1000);
  const isWide = (start.match(/\0/g)?.length ?? 0) > start.length / 4;
  const hint = isWide
    ? "It looks like UTF-16: save it as UTF-8."
    : "A topology is YAML, JSON or Nix in UTF-8; is it the right file?";
  const before = text.slice(0, at);
  const line = before.split("\n").length;
  const column = at - before.lastIndexOf("\n");
  return { ...refuse(file, "NN1003", "The file is not text.", hint), line, column };
}

/** NUL and most control characters stand in no text, and U+FFFD is what a decoder puts for bytes that are none. */
function binaryAt(text: string): number | null {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0xfffd || (code < 32 && code !== 9 && code !== 10 && code !== 13)) return index;
  }
  return null;
}
