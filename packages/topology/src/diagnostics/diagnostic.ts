/** How serious a diagnostic is: an `error` stops the run before anything is rendered, a `warning` does not. */
export type Severity = "error" | "warning";

/** The way from the document's root to a value: map keys and list indexes, as in `["nix-nos", "clusters", "c1"]`. */
export type Path = readonly (string | number)[];

/** A place in a source file; `line` and `column` count from 1. */
export interface Position {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Column just past the value's end, when the value ends on the same line. */
  readonly endColumn?: number;
}

/** The other half of a conflict: where it stands and what it is. */
export interface RelatedPlace {
  readonly message: string;
  readonly path: Path;
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
}

/**
 * One thing that is wrong, or worth a warning, with the place where it stands.
 *
 * A stage after loading knows the `path` alone; {@link locateDiagnostics} adds `file`, `line` and `column`.
 */
export interface Diagnostic {
  /** Stable code, as `NN1203`; each is explained in docs/diagnostics.md. */
  readonly code: string;
  readonly severity: Severity;
  /** One sentence: what is wrong and what was expected. */
  readonly message: string;
  readonly path: Path;
  /** The key at `path` is what is wrong, rather than its value. */
  readonly subject?: "key";
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly endColumn?: number;
  /** What to do about it. */
  readonly hint?: string;
  readonly related?: readonly RelatedPlace[];
}

/** What a stage of the flow gives back: its value, or `null` when errors forbid one, and everything it has to say. */
export interface Outcome<T> {
  readonly value: T | null;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Whether any diagnostic is an error.
 *
 * @example
 * ```ts
 * import { hasErrors } from "@nix-nos/topology";
 *
 * hasErrors([{ code: "NN1101", severity: "error", message: "Unknown key.", path: [] }]); // => true
 * ```
 */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((diagnostic) => diagnostic.severity === "error");
}

/**
 * The value of an outcome, for callers that prefer an exception.
 *
 * @throws {@link DiagnosticError} when the outcome has errors or no value.
 *
 * @example
 * ```ts
 * import { unwrap } from "@nix-nos/topology";
 *
 * unwrap({ value: 42, diagnostics: [] }); // => 42
 * ```
 */
export function unwrap<T>(outcome: Outcome<T>): T {
  if (outcome.value === null || hasErrors(outcome.diagnostics)) throw new DiagnosticError(outcome.diagnostics);
  return outcome.value;
}

/** Thrown by code that cannot go on; carries every diagnostic of the stage that failed. */
export class DiagnosticError extends Error {
  override readonly name = "DiagnosticError";
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((diagnostic) => `${diagnostic.code}: ${diagnostic.message}`).join("\n"));
    this.diagnostics = diagnostics;
  }
}
