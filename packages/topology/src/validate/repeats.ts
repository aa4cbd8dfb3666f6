import type { Diagnostic } from "../diagnostics/diagnostic.js";

/** Places that are shown beside the first. */
const mostShown = 3;

/** One cause, one diagnostic: a name that is not there is said once, with the other places that use it. */
export function foldRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const groups = new Map<string, Diagnostic[]>();
  for (const diagnostic of diagnostics) {
    // What has a second place already is a conflict of two, and each of those is one of its own.
    const alone = diagnostic.related !== undefined || diagnostic.path.length === 0;
    const key = JSON.stringify([diagnostic.code, diagnostic.message, alone ? diagnostic.path : null]);
    const group = groups.get(key);
    if (group) group.push(diagnostic);
    else groups.set(key, [diagnostic]);
  }
  return [...groups.values()].flatMap(([first, ...others]): readonly Diagnostic[] => {
    if (first === undefined) return [];
    if (others.length === 0 || !namesSomething.has(first.code)) return [first, ...others];
    const shown = others.slice(0, mostShown);
    const hidden = others.length - shown.length;
    const related = shown.map(({ path }, index) => {
      const more = hidden > 0 && index === shown.length - 1 ? `, and in ${hidden} more places` : "";
      return { message: `also here${more}`, path };
    });
    return [{ ...first, related }];
  });
}

/** Codes of references: one thing is missing, however many places name it. */
const namesSomething: ReadonlySet<string> = new Set(["NN1205", "NN1214", "NN1220", "NN1221", "NN1340"]);
