import { type Diagnostic, hasErrors, locateDiagnostics, type Outcome, type SourceMap } from "@nix-nos/topology";

/** A stage could not go on; what was found so far is the way's outcome. */
class Stop extends Error {
  override readonly name = "Stop";
}

export type Findings = ReturnType<typeof createFindings>;

/** What the stages have said so far, each with its place. */
export function createFindings(sourceMap: SourceMap) {
  const found: Diagnostic[] = [];
  const all = () => locateDiagnostics(withoutRepeats(found), sourceMap);
  /** Adds what a stage has to say, and gives its value. */
  function add<T>({ value, diagnostics }: Outcome<T>): T | null {
    found.push(...locateDiagnostics(diagnostics, sourceMap));
    return value;
  }
  /** The same for a stage without whose value there is no going on. */
  function need<T>(outcome: Outcome<T>): T {
    const value = add(outcome);
    if (value === null || hasErrors(outcome.diagnostics)) throw new Stop();
    return value;
  }
  /** The outcome of a way whose stages are in `walk`. */
  function outcome<T>(walk: () => T | null): Outcome<T> {
    try {
      return { value: walk(), diagnostics: all() };
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      return { value: null, diagnostics: all() };
    }
  }
  return { add, need, outcome, hasErrors: () => hasErrors(found) };
}

/** Two stages may trip over one mistake. */
function withoutRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  return [...new Map(diagnostics.map((each) => [JSON.stringify([each.code, each.path, each.message]), each])).values()];
}
