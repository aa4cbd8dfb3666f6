import type { Diagnostic, Outcome } from "../diagnostics/diagnostic.js";
import { parseData } from "./data.js";
import { parseJson } from "./json.js";
import type { ParsedSource, Source, TextSource } from "./source.js";
import { parseYaml } from "./yaml.js";

/** A line that is neither blank nor a comment. */
const hasContent = /^[^\S\n]*[^\s#]/m;

/** More text than any topology has; what is larger is a wrong file or an attack. */
const maximumCharacters = 32 * 1024 * 1024;

/**
 * Reads a source into plain data and remembers where each part stands. Syntax only: nothing is validated.
 *
 * @param source - text in YAML or JSON, or data that was read elsewhere
 * @returns the data and its source map, or diagnostics NN1001 to NN1005
 *
 * @example
 * ```ts
 * import { parseSource } from "@nix-nos/topology";
 *
 * parseSource({ file: "t.yaml", text: "a: [1, 2]", format: "yaml" }).value?.value; // => { "a": [1, 2] }
 * parseSource({ file: "t.json", text: "{", format: "json" }).diagnostics[0]?.code; // => "NN1001"
 * ```
 */
export function parseSource(source: Source): Outcome<ParsedSource> {
  if (source.format === "data") return parseData(source);
  const text = source.text.startsWith("\uFEFF") ? source.text.slice(1) : source.text;
  const refusal = refuseText(source, text);
  if (refusal !== null) return { value: null, diagnostics: [refusal] };
  const clean = { ...source, text };
  return source.format === "json" ? parseJson(clean) : parseYaml(clean);
}

function refuseText(source: TextSource, text: string): Diagnostic | null {
  const refuse = (code: string, message: string, hint: string): Diagnostic => {
    return { code, severity: "error", message, path: [], file: source.file, line: 1, column: 1, hint };
  };
  if (text.length > maximumCharacters) {
    return refuse("NN1005", "The file is larger than 32 MiB.", "No topology is that large; is it the right file?");
  }
  if (hasBinary(text)) {
    return refuse("NN1003", "The file is not text.", "A topology is YAML, JSON or Nix; is it the right file?");
  }
  if (!hasContent.test(text)) {
    return refuse("NN1002", "The file is empty.", "A topology starts with the key `nix-nos:`.");
  }
  return null;
}

/** NUL and most control characters stand in no text, and U+FFFD is what a decoder puts for bytes that are none. */
function hasBinary(text: string): boolean {
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === 0xfffd || (code < 32 && code !== 9 && code !== 10 && code !== 13)) return true;
  }
  return false;
}
