import type { AsPathNode } from "./policy.js";
import { largestAs, mergeRanges, type NumberRange } from "./ranges.js";

/** A deterministic automaton that reads a path from its first AS number to its last; the first state is the start. */
export interface AsPathAutomaton {
  readonly states: readonly AsPathState[];
}

export interface AsPathState {
  /** The expression holds for a path that ends here. */
  readonly isAccepting: boolean;
  /** Where each AS number leads: every number is in one of the edges. */
  readonly edges: readonly { readonly ranges: readonly NumberRange[]; readonly to: number }[];
}

/** Larger ones print as files that no daemon should read. */
const mostSteps = 4000;
const mostStates = 256;

/** A nondeterministic automaton's step: over one AS number, or over nothing where the path's end is (or anywhere). */
type Step =
  | { readonly kind: "as"; readonly from: number; readonly to: number; readonly ranges: readonly NumberRange[] }
  | { readonly kind: "free" | "start" | "end"; readonly from: number; readonly to: number };

/**
 * Makes the smallest automaton of an expression: the one meaning that the interpreter and the daemons' printers share.
 *
 * @param root - from `parseAsPath`
 * @returns `null` for an expression that would need more than 256 states
 *
 * @example
 * ```ts
 * import { compileAsPath, parseAsPath } from "@nix-nos/topology";
 *
 * const { pattern } = parseAsPath("^64500");
 * compileAsPath(pattern.root)?.states.map(({ isAccepting }) => isAccepting); // => [false, false, true]
 * ```
 */
export function compileAsPath(root: AsPathNode): AsPathAutomaton | null {
  const steps = stepsOf(root);
  if (steps === null) return null;
  const bySource = new Map<number, Step[]>();
  for (const step of steps.list) {
    const own = bySource.get(step.from);
    if (own) own.push(step);
    else bySource.set(step.from, [step]);
  }
  const letters = lettersOf(steps.list);
  const closure = (states: Iterable<number>, atStart: boolean, atEnd: boolean): ReadonlySet<number> => {
    const reached = new Set(states);
    for (const state of reached) {
      for (const { kind, to } of bySource.get(state) ?? []) {
        if (kind === "free" || (kind === "start" && atStart) || (kind === "end" && atEnd)) reached.add(to);
      }
    }
    return reached;
  };
  const indexes = new Map<string, number>();
  const sets: { readonly members: ReadonlySet<number>; readonly atStart: boolean }[] = [];
  const indexOf = (members: ReadonlySet<number>, atStart: boolean): number => {
    const key = `${atStart} ${[...members].sort((a, b) => a - b).join(" ")}`;
    const known = indexes.get(key);
    if (known !== undefined) return known;
    indexes.set(key, sets.length);
    sets.push({ members, atStart });
    return sets.length - 1;
  };
  indexOf(closure([steps.start], true, false), true);
  const rows: { readonly isAccepting: boolean; readonly targets: readonly number[] }[] = [];
  for (const { members, atStart } of sets) {
    if (sets.length > 4 * mostStates) return null;
    const isAccepting = closure(members, atStart, true).has(steps.accept);
    const targets = letters.map(({ sample }) => {
      const next: number[] = [];
      for (const state of members) {
        for (const step of bySource.get(state) ?? []) {
          if (step.kind === "as" && contains(step.ranges, sample)) next.push(step.to);
        }
      }
      return indexOf(closure(next, false, false), false);
    });
    rows.push({ isAccepting, targets });
  }
  return minimal(rows, letters);
}

/**
 * The state that a path leads to, and whether the expression holds for the path.
 *
 * @example
 * ```ts
 * import { asPathHolds, compileAsPath, parseAsPath } from "@nix-nos/topology";
 *
 * asPathHolds(compileAsPath(parseAsPath("64501 64502$").pattern.root), [64500, 64501, 64502]); // => true
 * ```
 */
export function asPathHolds({ states }: AsPathAutomaton, path: readonly number[]): boolean {
  let state = states[0];
  for (const number of path) {
    const edge = state?.edges.find(({ ranges }) => contains(ranges, number));
    state = edge && states[edge.to];
  }
  return state?.isAccepting ?? false;
}

/** Whether there is a path at all for which the automaton holds. */
export function asPathCanHold({ states }: AsPathAutomaton): boolean {
  return states.some(({ isAccepting }) => isAccepting);
}

function contains(ranges: readonly NumberRange[], number: number): boolean {
  return ranges.some(({ min, max }) => min <= number && number <= max);
}

/** Thompson's construction, with a loop before and after, because an expression may stand anywhere in the path. */
function stepsOf(root: AsPathNode): { list: readonly Step[]; start: number; accept: number } | null {
  const list: Step[] = [];
  let count = 0;
  const state = () => count++;
  const build = (node: AsPathNode, from: number): number => {
    if (list.length > mostSteps) return from;
    switch (node.kind) {
      case "as": {
        const to = state();
        list.push({ kind: "as", from, to, ranges: node.ranges });
        return to;
      }
      case "start":
      case "end": {
        const to = state();
        list.push({ kind: node.kind, from, to });
        return to;
      }
      case "sequence":
        return node.items.reduce((at, item) => build(item, at), from);
      case "choice": {
        const to = state();
        for (const item of node.items) list.push({ kind: "free", from: build(item, from), to });
        return to;
      }
      case "repeat": {
        let at = from;
        for (let times = 0; times < node.min; times++) at = build(node.item, at);
        if (node.max === null) {
          const loop = state();
          list.push({ kind: "free", from: at, to: loop });
          list.push({ kind: "free", from: build(node.item, loop), to: loop });
          return loop;
        }
        const to = state();
        list.push({ kind: "free", from: at, to });
        for (let times = node.min; times < node.max; times++) {
          at = build(node.item, at);
          list.push({ kind: "free", from: at, to });
        }
        return to;
      }
    }
  };
  const start = state();
  const any = [{ min: 0, max: largestAs }];
  list.push({ kind: "as", from: start, to: start, ranges: any });
  // A state of its own, or a choice's or a loop's way back would lead into the loop before the expression.
  const first = state();
  list.push({ kind: "free", from: start, to: first });
  const last = build(root, first);
  const accept = state();
  list.push({ kind: "free", from: last, to: accept }, { kind: "as", from: accept, to: accept, ranges: any });
  return list.length > mostSteps ? null : { list, start, accept };
}

/** AS numbers that no step tells apart are one letter. */
interface Letter {
  readonly sample: number;
  readonly ranges: readonly NumberRange[];
}

function lettersOf(steps: readonly Step[]): readonly Letter[] {
  const sets = [...new Set(steps.flatMap((step) => (step.kind === "as" ? [step.ranges] : [])))];
  const starts = new Set([0]);
  for (const ranges of sets) {
    for (const { min, max } of ranges) {
      starts.add(min);
      if (max < largestAs) starts.add(max + 1);
    }
  }
  const sorted = [...starts].sort((a, b) => a - b);
  const letters = new Map<string, { sample: number; ranges: { min: number; max: number }[] }>();
  for (const [index, min] of sorted.entries()) {
    const max = (sorted[index + 1] ?? largestAs + 1) - 1;
    const key = sets.map((ranges) => (contains(ranges, min) ? "1" : "0")).join("");
    const letter = letters.get(key);
    const last = letter?.ranges.at(-1);
    if (!letter) letters.set(key, { sample: min, ranges: [{ min, max }] });
    else if (last && last.max + 1 === min) last.max = max;
    else letter.ranges.push({ min, max });
  }
  return [...letters.values()];
}

/** Moore's algorithm: states that no path tells apart become one. */
function minimal(
  rows: readonly { readonly isAccepting: boolean; readonly targets: readonly number[] }[],
  letters: readonly Letter[],
): AsPathAutomaton | null {
  let groups = rows.map(({ isAccepting }) => (isAccepting ? 1 : 0) as number);
  for (let count = 0; ; ) {
    const keys = new Map<string, number>();
    const next = rows.map(({ targets }, index) => {
      const key = `${groups[index]} ${targets.map((target) => groups[target]).join(" ")}`;
      const known = keys.get(key);
      if (known !== undefined) return known;
      keys.set(key, keys.size);
      return keys.size - 1;
    });
    groups = next;
    if (keys.size === count) break;
    count = keys.size;
  }
  const states: AsPathState[] = [];
  for (const [index, { isAccepting, targets }] of rows.entries()) {
    const own = groups[index] ?? 0;
    if (own !== states.length) continue;
    const edges = new Map<number, NumberRange[]>();
    for (const [letter, target] of targets.entries()) {
      const to = groups[target] ?? 0;
      edges.set(to, [...(edges.get(to) ?? []), ...(letters[letter]?.ranges ?? [])]);
    }
    states.push({
      isAccepting,
      edges: [...edges].map(([to, ranges]) => ({ to, ranges: mergeRanges(ranges) })),
    });
  }
  return states.length > mostStates ? null : { states };
}
