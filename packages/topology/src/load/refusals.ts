import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { TextSource } from "./source.js";

/** A line that is neither blank nor a comment. */
const hasContent = /^[^\S\n]*[^\s#]/m;

/** More text than any topology has; what is larger is a wrong file or an attack. */
const maximumCharacters = 32 * 1024 * 1024;

/** What is wrong with a text before any parser sees it; `null` when nothing is. */
export function refuseText(source: TextSource, text: string): Diagnostic | null {
  if (text.length > maximumCharacters) {
    return refuse(
      source.file,
      "NN1005",
      "The file is larger than 32 MiB.",
      "No topology is that large; is it the right file?",
    );
  }
  if (hasBinary(text)) {
    return refuse(
      source.file,
      "NN1003",
      "The file is not text.",
      "A topology is YAML, JSON or Nix; is it the right file?",
    );
  }
  if (!hasContent.test(text)) {
    return refuse(source.file, "NN1002", "The file is empty.", "A topology starts with the key `nix-nos:`.");
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

/** NUL and most control characters stand in no text, and U+FFFD is what a decoder puts for bytes that are none. */
function hasBinary(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0xfffd || (code < 32 && code !== 9 && code !== 10 && code !== 13)) return true;
  }
  return false;
}
