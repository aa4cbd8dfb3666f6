import { type AsPathAutomaton, type AsPathPattern, compileAsPath } from "@nix-nos/topology";

/** One expression serves many terms of many sessions, and its automaton is always the same. */
const known = new WeakMap<AsPathPattern, AsPathAutomaton>();

/** The automaton of an expression. Validation refuses one that is too large to have any. */
export function automatonOf(pattern: AsPathPattern): AsPathAutomaton {
  const before = known.get(pattern);
  if (before) return before;
  const automaton = compileAsPath(pattern.root);
  if (automaton === null) throw new RangeError(`too large an expression: ${JSON.stringify(pattern.text)}`);
  known.set(pattern, automaton);
  return automaton;
}
