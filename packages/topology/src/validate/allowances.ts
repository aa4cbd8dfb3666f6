import { append } from "../append.js";
import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { quote } from "../diagnostics/nearest.js";
import { parseServicePorts, type TopologyAllow } from "../document/firewall-schema.js";
import { itemsOf, type Loose } from "./loose.js";

/** One service or range of ports where it is written; `from` is empty for anybody. */
interface Written {
  readonly name: string;
  readonly from: readonly string[];
  readonly path: Path;
}

/** Ports of one protocol that an entry opens. */
interface Open {
  readonly first: number;
  readonly last: number;
  readonly entry: Written;
  /** How many such ranges the entry opens: DNS has one of each protocol. */
  readonly of: number;
}

/** An entry that lets in nothing that is not let in anyway was meant to be another. */
export function checkAllowances(allow: Loose<TopologyAllow> | undefined, path: Path): readonly Diagnostic[] {
  const entries = writtenEntries(allow, path);
  const groups = new Map<string, Open[]>();
  const keyOf = (protocol: string, from: readonly string[]) => JSON.stringify([protocol, ...from]);
  for (const entry of entries) {
    const ports = parseServicePorts(entry.name) ?? [];
    for (const { protocol, first, last } of ports) {
      const key = keyOf(protocol, entry.from);
      append(groups, key, { first, last, entry, of: ports.length });
    }
  }
  const covers = new Map([...groups].map(([key, open]) => [key, coverOf(open)]));
  return entries.flatMap((entry): readonly Diagnostic[] => {
    const found = (parseServicePorts(entry.name) ?? []).map(({ protocol, ...range }) => {
      const own = covers.get(keyOf(protocol, entry.from))?.(range, entry);
      // What is open for anybody is open for some senders too.
      return own ?? (entry.from.length === 0 ? undefined : covers.get(keyOf(protocol, []))?.(range, entry));
    });
    const [cover] = found;
    if (cover === undefined || found.includes(undefined)) return [];
    const message = `${quote(entry.name)} is allowed already.`;
    const related = [{ message: "here", path: cover.path }];
    const hint = "Remove one of the two.";
    return [{ code: "NN1345", severity: "warning", message, path: entry.path, hint, related }];
  });
}

/** Finds another entry that opens a whole range; of two that open the same, the one with more besides, or the first. */
function coverOf(open: readonly Open[]) {
  const sorted = [...open].sort((a, b) => a.first - b.first || b.last - a.last || b.of - a.of);
  const reach: Open[] = [];
  for (const own of sorted) {
    const before = reach.at(-1);
    reach.push(before !== undefined && before.last >= own.last ? before : own);
  }
  return ({ first, last }: Pick<Open, "first" | "last">, entry: Written): Written | undefined => {
    // The last of those that begin no later: with it ends all that may cover the range.
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sorted[middle]?.first ?? 0) <= first) low = middle + 1;
      else high = middle;
    }
    const widest = reach[low - 1];
    return widest !== undefined && widest.last >= last && widest.entry !== entry ? widest.entry : undefined;
  };
}

function writtenEntries(allow: Loose<TopologyAllow> | undefined, path: Path): readonly Written[] {
  return itemsOf<NonNullable<Loose<TopologyAllow>[number]>>(allow).flatMap(([index, entry]): readonly Written[] => {
    if (typeof entry === "string") return [{ name: entry, from: [], path: [...path, index] }];
    if (entry.from === undefined) return [];
    const from = [...new Set(itemsOf(entry.from).map(([, text]) => text))].sort();
    return itemsOf(entry.ports).map(([at, name]) => ({ name, from, path: [...path, index, "ports", at] }));
  });
}
