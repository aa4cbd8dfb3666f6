import type { Outcome } from "../diagnostics/diagnostic.js";
import { parseData } from "./data.js";
import { parseJson } from "./json.js";
import { refuseText } from "./refusals.js";
import type { ParsedSource, Source } from "./source.js";
import { parseYaml } from "./yaml.js";

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
