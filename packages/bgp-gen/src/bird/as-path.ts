import {
  type AsPathAutomaton,
  type AsPathNode,
  type AsPathPattern,
  largestAs,
  type NumberRange,
} from "@nix-nos/topology";
import { automatonOf } from "../plan/automatons.js";
import { type BirdItem, type BirdToken, block, expression, joined, statement, symbol } from "./document.js";

/** A condition, and the statements that must stand before it. */
export interface PathCondition {
  readonly before: readonly BirdItem[];
  readonly condition: BirdToken;
}

/**
 * An expression as BIRD can say it: a set or a mask where that is enough, else a loop over the path that runs the
 * expression's automaton.
 *
 * @param index - which of the filter's variables holds the automaton's state
 */
export function pathCondition(pattern: AsPathPattern, index: number): PathCondition {
  const { root } = pattern;
  if (root.kind === "as") return plain(expression`bgp_path ~ [ ${asRanges(root.ranges)} ]`);
  const masks = (root.kind === "choice" ? root.items : [root]).map(maskOf);
  if (masks.every((mask) => mask !== null)) {
    const conditions = masks.map((mask) => expression`bgp_path ~ [= ${mask} =]`);
    return plain(
      conditions.length === 1 && conditions[0] ? conditions[0] : expression`(${joined(conditions, " || ")})`,
    );
  }
  return loop(automatonOf(pattern), stateVariable(index));
}

/**
 * Whether an AS_SET stands in the path: it counts as one however many numbers are in it, and a path that ends in one has
 * 0 as its last number. BIRD's language has no better; one of a single number that others stand behind looks like any.
 *
 * @param index - which of the filter's variables counts
 */
export function asSetCondition(index: number): PathCondition {
  const count = stateVariable(index);
  return {
    before: [statement`${count} = 0`, block`for int ${number} in bgp_path do`([statement`${count} = ${count} + 1`])],
    condition: expression`(${count} > bgp_path.len || (bgp_path.len > 0 && bgp_path.last = 0))`,
  };
}

/** The variable that holds an automaton's state; the filter declares it as an `int`. */
export function stateVariable(index: number): BirdToken {
  return symbol(`path_state_${index}`);
}

function plain(condition: BirdToken): PathCondition {
  return { before: [], condition };
}

/** AS numbers as the items of a set: `64500, 64512..65534`. */
export function asRanges(ranges: readonly NumberRange[]): BirdToken {
  return joined(
    ranges.map(({ min, max }) => (min === max ? expression`${min}` : expression`${min}..${max}`)),
    ", ",
  );
}

/** A row of AS numbers, with `.*` between them, as a path mask; `null` for anything else. */
function maskOf(node: AsPathNode): BirdToken | null {
  const items = [...(node.kind === "sequence" ? node.items : [node])];
  const parts: BirdToken[] = [];
  if (items[0]?.kind === "start") items.shift();
  else parts.push(expression`*`);
  const isOpen = items.at(-1)?.kind !== "end";
  if (!isOpen) items.pop();
  for (const item of items) {
    if (item.kind === "as") parts.push(letter(item.ranges));
    else if (item.kind === "repeat" && isAny(item.item) && item.min === 0 && item.max === null)
      parts.push(expression`*`);
    else return null;
  }
  if (isOpen) parts.push(expression`*`);
  return joined(parts, " ");
}

function letter(ranges: readonly NumberRange[]): BirdToken {
  const [only, ...others] = ranges;
  if (only === undefined) return expression`[ ]`;
  if (isAll(only)) return expression`?`;
  if (others.length === 0 && only.min === only.max) return expression`${only.min}`;
  return expression`[${asRanges(ranges)}]`;
}

function isAny(node: AsPathNode): boolean {
  const [first] = node.kind === "as" ? node.ranges : [];
  return first !== undefined && isAll(first);
}

function isAll({ min, max }: NumberRange): boolean {
  return min === 0 && max === largestAs;
}

const number = symbol("path_as");

function loop({ states }: AsPathAutomaton, state: BirdToken): PathCondition {
  const cases = states.map(({ edges }, own) => {
    // The edge with the most ranges is all the others' complement, and needs no list.
    const rest = edges.reduce((a, b) => (b.ranges.length > a.ranges.length ? b : a));
    const branches = edges
      .filter((edge) => edge !== rest)
      .map(({ ranges, to }) => statement`${asRanges(ranges)}: ${state} = ${to}`);
    if (rest.to !== own) branches.push(statement`else: ${state} = ${rest.to}`);
    return { own, branches };
  });
  const accepting = [...states.entries()].filter(([, { isAccepting }]) => isAccepting);
  const body = cases
    .filter(({ branches }) => branches.length > 0)
    .map(({ own, branches }) => block`${own}: case ${number}`(branches));
  return {
    before: [statement`${state} = 0`, block`for int ${number} in bgp_path do`([block`case ${state}`(body)])],
    condition: expression`${state} ~ [ ${joined(
      accepting.map(([index]) => expression`${index}`),
      ", ",
    )} ]`,
  };
}
