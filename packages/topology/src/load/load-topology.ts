import type { Outcome } from "../diagnostics/diagnostic.js";
import { locateDiagnostics, type SourceMap } from "../diagnostics/locate.js";
import type { Topology } from "../document/schema.js";
import type { Extension } from "../extension.js";
import { validateTopology } from "../validate/validate-topology.js";
import { parseSource } from "./parse-source.js";
import type { ParsedSource, Source } from "./source.js";

/** A document that is known to be right, and where its parts stand. */
export interface LoadedTopology {
  readonly document: Topology;
  readonly sourceMap: SourceMap;
}

/**
 * Reads and validates a topology.
 *
 * @param source - text in YAML or JSON, or data that was read elsewhere
 * @param options - `extensions`: whose parts of `services` are validated; without any, `services` is ignored
 * @returns the document, or every error in it at once, each with its place
 *
 * @example
 * ```ts
 * import { loadTopology } from "@nix-nos/topology";
 *
 * const text = "nix-nos: { clusters: { lab: { nodes: { n1: { role: worker, ip: 256.1.1.1 } } } } }";
 * const { diagnostics } = loadTopology({ file: "lab.yaml", text, format: "yaml" });
 * [diagnostics[0]?.code, diagnostics[0]?.line, diagnostics[0]?.column]; // => ["NN1201", 1, 64]
 * ```
 */
export function loadTopology(
  source: Source,
  options: { readonly extensions?: readonly Extension[] } = {},
): Outcome<LoadedTopology> {
  const parsed = parseSource(source);
  if (parsed.value === null) return { value: null, diagnostics: parsed.diagnostics };
  const loaded = validateSource(parsed.value, options);
  const { sourceMap } = parsed.value;
  const included = loaded.value?.document.include;
  if (included === undefined || included.length === 0) return loaded;
  const message = "The topology includes other files, which are not read here.";
  const hint = "loadTopologyFiles reads them.";
  const refusal = { code: "NN1011", severity: "error", message, path: ["include"], hint } as const;
  return { value: null, diagnostics: locateDiagnostics([refusal, ...loaded.diagnostics], sourceMap) };
}

/** Validates plain data, and gives each diagnostic its place. */
export function validateSource(
  { value, sourceMap }: ParsedSource,
  options: { readonly extensions?: readonly Extension[] },
): Outcome<LoadedTopology> {
  const validated = validateTopology(value, options);
  return {
    value: validated.value && { document: validated.value, sourceMap },
    diagnostics: locateDiagnostics(validated.diagnostics, sourceMap),
  };
}
