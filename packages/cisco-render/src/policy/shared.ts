import type { IosLine } from "../ios/document.js";

/** An entry of a route-map that has no number yet. */
export interface Entry {
  /** By which others go on with it. */
  readonly labels: readonly string[];
  readonly action: "permit" | "deny";
  readonly lines: readonly IosLine[];
  /** Label of the entry, behind this one, that a route which this one holds for goes on with; `null` where it ends. */
  readonly next: string | null;
}

/**
 * The same route-map with every row of entries once: where two rows do the same to any route from some entry on, those who
 * go on with the later one go on with the earlier one, and what nobody comes to any more is left out.
 */
export function shared(entries: readonly Entry[]): readonly Entry[] {
  const indexOf = new Map(entries.flatMap(({ labels }, index) => labels.map((label) => [label, index] as const)));
  const kinds: number[] = [];
  const kindOf = new Map<string, number>();
  const kindAt = (label: string | null) => {
    const kind = label === null ? null : kinds[indexOf.get(label) ?? -1];
    if (kind === undefined) throw new TypeError(`no entry ${label}`);
    return kind;
  };
  for (const [index, { action, lines, next }] of [...entries.entries()].reverse()) {
    const otherwise = isAsking(lines) ? kinds[index + 1] : null;
    const key = JSON.stringify([action, lines, kindAt(next), otherwise]);
    const kind = kindOf.get(key) ?? kindOf.size;
    kindOf.set(key, kind);
    kinds[index] = kind;
  }
  const targets = entries.map(({ next }, index) => {
    const wanted = kindAt(next);
    return wanted === null ? null : kinds.indexOf(wanted, index + 1);
  });
  const reached = new Set([0]);
  for (const index of entries.keys()) {
    if (!reached.has(index)) continue;
    if (isAsking(entries[index]?.lines ?? [])) reached.add(index + 1);
    reached.add(targets[index] ?? index);
  }
  return entries.flatMap((entry, index) => {
    if (!reached.has(index)) return [];
    const target = targets[index] ?? null;
    return [{ ...entry, labels: [String(index)], next: target === null ? null : String(target) }];
  });
}

/** Whether some routes go past an entry. */
function isAsking(lines: readonly IosLine[]): boolean {
  return lines.some(({ text }) => text.startsWith("match "));
}
