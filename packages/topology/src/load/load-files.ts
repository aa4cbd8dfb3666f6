import type { Diagnostic, Outcome, Position } from "../diagnostics/diagnostic.js";
import { quote } from "../diagnostics/nearest.js";
import { isIncludePath } from "../document/text.js";
import type { Extension } from "../extension.js";
import { type LoadedTopology, validateSource } from "./load-topology.js";
import { mergeSources } from "./merge.js";
import { parseSource } from "./parse-source.js";
import type { ParsedSource, Source } from "./source.js";

/**
 * Reads a file that another one includes.
 *
 * @param file - as it stands in `include`
 * @param from - `file` of the source that it stands in
 * @returns the source, whose `file` is one name for one file whatever way leads there; or why it cannot be read; or
 *   what is wrong inside it, where the caller reads its language
 */
export type IncludeReader = (
  file: string,
  from: string,
) => Promise<Source | { readonly fault: string } | { readonly diagnostics: readonly Diagnostic[] }>;

/**
 * Reads and validates a topology of several files: the main one, and those that `include` names.
 *
 * @param source - the main file
 * @param read - reads the others; every file is read once
 * @param options - `extensions`: whose parts of `services` are validated; without any, `services` is ignored
 * @returns one document, or every error in all files at once, each with its file and place
 *
 * @example
 * ```ts
 * import { loadTopologyFiles } from "@nix-nos/topology";
 *
 * const text = "include: [tokyo.yaml]\nnix-nos: { sites: { tokyo: {} }, clusters: {} }";
 * const tokyo = "nix-nos: { clusters: { t: { site: tokyo, nodes: { n1: { role: worker, ip: 10.0.0.1 } } } } }";
 * const read = async (file: string) => ({ file, format: "yaml" as const, text: tokyo });
 * const { value } = await loadTopologyFiles({ file: "main.yaml", format: "yaml", text }, read);
 *
 * Object.keys(value?.document["nix-nos"].clusters ?? {}); // => ["t"]
 * ```
 */
export async function loadTopologyFiles(
  source: Source,
  read: IncludeReader,
  options: { readonly extensions?: readonly Extension[] } = {},
): Promise<Outcome<LoadedTopology>> {
  const parsed: ParsedSource[] = [];
  const diagnostics: Diagnostic[] = [];
  const done = new Set<string>();

  const add = async (own: Source, trail: readonly string[]): Promise<void> => {
    done.add(own.file);
    const outcome = parseSource(own);
    diagnostics.push(...outcome.diagnostics);
    if (outcome.value === null) return;
    const { included, rest } = splitIncludes(outcome.value);
    parsed.push(rest);
    for (const { file, place } of included) {
      const refuse = (code: string, message: string, hint: string) =>
        diagnostics.push({ code, severity: "error", message, path: ["include"], ...place, hint });
      const next = await read(file, own.file);
      if ("fault" in next) {
        refuse("NN1011", `${quote(file)} cannot be included: ${next.fault}.`, `Paths are relative to ${own.file}.`);
        continue;
      }
      if ("diagnostics" in next) {
        diagnostics.push(...next.diagnostics);
        continue;
      }
      const way = [...trail, own.file];
      if (way.includes(next.file)) {
        const circle = [...way.slice(way.indexOf(next.file)), next.file].join(" → ");
        refuse("NN1012", `Files include each other in a circle: ${circle}.`, "Remove one of the entries.");
        continue;
      }
      // Two files may include a third one: it is there once.
      if (!done.has(next.file)) await add(next, way);
    }
  };
  await add(source, []);
  if (parsed.length === 0 || diagnostics.length > 0) return { value: null, diagnostics };
  const merged = mergeSources(parsed);
  const validated = validateSource(merged.value, options);
  if (merged.diagnostics.length === 0) return validated;
  return { value: null, diagnostics: [...merged.diagnostics, ...validated.diagnostics] };
}

interface Included {
  readonly file: string;
  readonly place: Position | object;
}

/** The files that a document includes, and the document without that list. A list of a wrong shape stays for validation. */
function splitIncludes(source: ParsedSource): { readonly included: readonly Included[]; readonly rest: ParsedSource } {
  const { value, sourceMap } = source;
  if (value === null || typeof value !== "object" || !("include" in value)) return { included: [], rest: source };
  const { include, ...rest } = value;
  if (!Array.isArray(include) || !include.every((file) => typeof file === "string" && isIncludePath(file))) {
    return { included: [], rest: source };
  }
  const included = include.map((file: string, index) => ({ file, place: sourceMap.locate(["include", index]) ?? {} }));
  return { included, rest: { value: rest, sourceMap } };
}
