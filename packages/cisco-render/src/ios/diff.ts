import type { IosLine } from "./document.js";
import {
  canonical,
  containers,
  isDefault,
  isOrdered,
  negated,
  removedWhole,
  replaced,
  slotOf,
  wholeOf,
} from "./grammar.js";

/**
 * The lines that lead a device from one configuration to another, in the order in which they have to be typed: what has to
 * go goes first, whoever names something before what it names; then what is new comes, what is named before whoever names
 * it. A line that takes another one's place is typed alone.
 *
 * @param old - what the device has, from `parseIos`
 * @param wanted - what it is to have
 * @returns lines for `configure terminal`, those below others indented; none where both say the same
 *
 * @example
 * ```ts
 * import { diffIos, parseIos } from "@nix-nos/cisco-render";
 *
 * const old = parseIos("hostname a\nip route 10.0.0.0 255.0.0.0 192.0.2.1\n");
 * diffIos(old, parseIos("hostname b\n")); // => ["no ip route 10.0.0.0 255.0.0.0 192.0.2.1", "hostname b"]
 * ```
 */
export function diffIos(old: readonly IosLine[], wanted: readonly IosLine[]): readonly string[] {
  const before = merged(old);
  const after = merged(wanted);
  const gone = goneWholes(before, after);
  const removals = removalsOf(before, after, gone, []);
  const additions = additionsOf(without(before, gone, []), after, []);
  return [...spelled(removals, 0), ...spelled(additions, 0)];
}

/** One level of a configuration: each line once, and what stands below it; the same block twice is one. */
interface Level extends Map<string, Level> {}

function merged(lines: readonly IosLine[]): Level {
  const level: Level = new Map();
  for (const own of canonical(lines)) {
    const below = level.get(own.text) ?? new Map();
    for (const [text, more] of merged(own.lines)) below.set(text, join(below.get(text), more));
    level.set(own.text, below);
  }
  return level;
}

function join(a: Level | undefined, b: Level): Level {
  if (a === undefined) return b;
  for (const [text, more] of b) a.set(text, join(a.get(text), more));
  return a;
}

/** What one line takes away with all that is said of it, by the block that it is in: a neighbour, a peer-group. */
type Wholes = ReadonlyMap<string, ReadonlySet<string>>;

/** Neighbours that go, or that cannot change without going; a group takes its members with it. */
function goneWholes(before: Level, after: Level): Wholes {
  const found = new Map<string, Set<string>>();
  for (const [text, level] of before) {
    const now = after.get(text);
    if (now === undefined) continue;
    const gone = new Set<string>();
    const [was, is] = [identities(level), identities(now)];
    for (const [whole, identity] of was) if (is.get(whole) !== identity) gone.add(whole);
    for (const [whole, identity] of was) {
      const group = / peer-group (\S+)/.exec(identity)?.[1];
      if (group !== undefined && gone.has(group)) gone.add(whole);
    }
    if (gone.size > 0) found.set(text, gone);
  }
  return found;
}

/** What makes each whole what it is. */
function identities(level: Level): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const text of level.keys()) {
    const whole = wholeOf(text);
    if (whole === null) continue;
    const own = removedWhole.identity.test(text) ? text : "";
    found.set(whole, [found.get(whole) ?? "", own].filter(Boolean).join("; "));
  }
  return found;
}

/** What is left of a configuration when the wholes have gone. */
function without(level: Level, gone: Wholes, path: readonly string[]): Level {
  const names = gone.get(path[0] ?? "");
  const left: Level = new Map();
  for (const [text, below] of level) {
    if (names !== undefined && isOf(text, names)) continue;
    left.set(text, without(below, gone, [...path, text]));
  }
  return left;
}

function isOf(text: string, names: ReadonlySet<string>): boolean {
  const whole = wholeOf(text);
  return whole !== null && names.has(whole);
}

interface Step {
  readonly text: string;
  readonly below: readonly Step[];
}

function removalsOf(before: Level, after: Level, gone: Wholes, path: readonly string[]): readonly Step[] {
  const slots = slotsOf(after, path);
  const names = gone.get(path[0] ?? "") ?? new Set<string>();
  const rewritten = rewrittenLists(before, after);
  const steps: Step[] = [];
  // Last things first: what is named stands before whoever names it.
  for (const [text, below] of [...before].reverse()) {
    if (isOf(text, names)) {
      // Who may call as a neighbour that goes is said by a line of its own, which goes first.
      if (!text.startsWith("neighbor ")) steps.push({ text: negated(text), below: [] });
      continue;
    }
    const now = after.get(text);
    if (now !== undefined && !rewritten.has(isOrdered(text) ?? "")) {
      const inside = removalsOf(below, now, gone, [...path, text]);
      if (inside.length > 0) steps.push({ text, below: inside });
      continue;
    }
    if (now === undefined && containers.test(text)) {
      const inside = removalsOf(below, new Map(), gone, [...path, text]);
      if (inside.length > 0) steps.push({ text, below: inside });
      continue;
    }
    const instead = slots.get(slotOf(text, path) ?? "");
    if (instead !== undefined) steps.push(...replaced(text, instead).gone.map((own) => ({ text: own, below: [] })));
    if (instead !== undefined || isDefault(text)) continue;
    steps.push({ text: negated(text), below: [] });
  }
  // Of a block that stays, its wholes go when what is below it has let go of them.
  const wholes =
    path.length === 1
      ? [...names].reverse().map((whole) => ({ text: removedWhole.command(whole, before), below: [] }))
      : [];
  return [...steps, ...wholes];
}

/** Lists whose lines are read in order: one that has other lines, or in another order, is written anew. */
function rewrittenLists(before: Level, after: Level): ReadonlySet<string> {
  const rows = (level: Level) => {
    const found = new Map<string, string>();
    for (const text of level.keys()) {
      const list = isOrdered(text);
      if (list !== null) found.set(list, `${found.get(list) ?? ""}\n${text}`);
    }
    return found;
  };
  const [was, is] = [rows(before), rows(after)];
  return new Set([...was].filter(([list, text]) => is.has(list) && is.get(list) !== text).map(([list]) => list));
}

/** What a block has one of each of. */
function slotsOf(level: Level, path: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    [...level.keys()].flatMap((text) => {
      const slot = slotOf(text, path);
      return slot === null ? [] : [[slot, text] as const];
    }),
  );
}

function additionsOf(before: Level, after: Level, path: readonly string[]): readonly Step[] {
  const rewritten = rewrittenLists(before, after);
  const slots = slotsOf(before, path);
  return [...after].flatMap(([text, below]): readonly Step[] => {
    const was = rewritten.has(isOrdered(text) ?? "") ? undefined : before.get(text);
    if (was === undefined) {
      const old = slots.get(slotOf(text, path) ?? "") ?? null;
      return replaced(old, text).come.map((own) => ({
        text: own,
        below: additionsOf(new Map(), below, [...path, text]),
      }));
    }
    const inside = additionsOf(was, below, [...path, text]);
    return inside.length === 0 ? [] : [{ text, below: inside }];
  });
}

function spelled(steps: readonly Step[], depth: number): readonly string[] {
  return steps.flatMap(({ text, below }) => {
    const space = " ".repeat(depth);
    const closing = text.startsWith("address-family ") && below.length > 0 ? [`${space}exit-address-family`] : [];
    return [`${space}${text}`, ...spelled(below, depth + 1), ...closing];
  });
}
