import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { quote } from "../diagnostics/nearest.js";
import type { TopologyBgp } from "../document/bgp-schema.js";
import type { Facts } from "./facts.js";
import { entriesOf, itemsOf, type Loose } from "./loose.js";
import { checkTerm, communityName, type LooseTerm, type PolicyNames } from "./policy-terms.js";

type LooseBgp = Loose<TopologyBgp>;

/** The name of the prefix set and of the AS set that every topology has. */
const builtInSet = "bogons";

/** What policies name is there, and every term can hold and be reached. */
export function checkPolicies(bgp: LooseBgp, base: Path, facts: Facts): Diagnostic[] {
  const diagnostics: Diagnostic[] = [];
  const hint = "Give yours another name.";
  for (const [key, what] of [
    ["prefixSets", "prefix set"],
    ["asSets", "AS set"],
  ] as const) {
    if (!Object.hasOwn(bgp[key] ?? {}, builtInSet)) continue;
    const message = `The ${what} ${quote(builtInSet)} is built in.`;
    const path = [...base, key, builtInSet];
    diagnostics.push({ code: "NN1228", severity: "error", message, path, subject: "key", hint });
  }
  const names: PolicyNames = {
    prefixSets: new Map([...Object.entries(bgp.prefixSets ?? {}), [builtInSet, undefined]]),
    asSets: new Set([...Object.keys(bgp.asSets ?? {}), builtInSet]),
    communities: new Set(Object.keys(bgp.communities ?? {})),
    neighbors: new Set([...Object.keys(bgp.peers ?? {}), ...facts.byName.keys()]),
  };
  for (const [name, { communities }] of entriesOf(bgp.vipAdvertisements)) {
    diagnostics.push(...checkCommunityNames(communities, [...base, "vipAdvertisements", name, "communities"], names));
  }
  const uses = usesOf(bgp);
  for (const [name, terms] of entriesOf(bgp.policies)) {
    const used: Used = { import: uses.import.has(name), export: uses.export.has(name) };
    checkPolicy(name, itemsOf(terms), [...base, "policies", name], names, used, diagnostics);
  }
  return diagnostics;
}

/** Whether a policy stands in some peer's `import`, in some peer's `export`. */
type Used = Readonly<Record<"import" | "export", boolean>>;

/** The policies that peers name, wherever in the peer. */
function usesOf(bgp: LooseBgp): Readonly<Record<"import" | "export", ReadonlySet<string>>> {
  const uses = { import: new Set<string>(), export: new Set<string>() };
  const collect = (value: unknown, direction: "import" | "export" | null) => {
    if (typeof value === "string" && direction !== null) uses[direction].add(value);
    if (value === null || typeof value !== "object") return;
    for (const [key, inner] of Object.entries(value)) {
      collect(inner, key === "import" || key === "export" ? key : Array.isArray(value) ? direction : null);
    }
  };
  collect(bgp.peers, null);
  return uses;
}

/** Some changes mean something in one direction alone. */
function checkDirection({ set }: LooseTerm, path: Path, used: Used): Diagnostic[] {
  if (used.import && (set?.nextHop === "self" || set?.nextHop === "unchanged")) {
    const message = `The next hop \`${set.nextHop}\` is for routes that go out, and this policy stands in an \`import\`.`;
    const hint = "Write an address, or move the term to a policy for `export`.";
    return [{ code: "NN1252", severity: "error", message, path: [...path, "set", "nextHop"], hint }];
  }
  if (used.export && !used.import && set?.weight !== undefined) {
    const message = "A weight stays on this node, so a route that goes out does not carry it.";
    const hint = "Set it in a policy for `import`; neighbours hear `med`, `prepend` and communities.";
    return [{ code: "NN1252", severity: "warning", message, path: [...path, "set", "weight"], hint }];
  }
  return [];
}

function checkPolicy(
  name: string,
  terms: readonly [number, LooseTerm][],
  path: Path,
  names: PolicyNames,
  used: Used,
  diagnostics: Diagnostic[],
): void {
  const before = new Map<string, Path>();
  for (const [index, term] of terms) {
    const place: Path = [...path, index];
    diagnostics.push(...checkTerm(term, place, names));
    diagnostics.push(...checkDirection(term, place, used));
    const match = matchText(term.match);
    if (match === null) continue;
    const same = before.get(match);
    if (same !== undefined) {
      const message = `No route reaches this term of ${quote(name)}: an earlier one holds for the same routes.`;
      const related = [{ message: "this one holds for them", path: same }];
      diagnostics.push({ code: "NN1230", severity: "warning", message, path: place, related });
      continue;
    }
    const isLast = index === terms.at(-1)?.[0];
    if (match === "{}" && !isLast) {
      const message = `No route reaches this term of ${quote(name)}: an earlier one holds for every route.`;
      const related = [{ message: "this one holds for every route", path: place }];
      const next = [...path, index + 1];
      diagnostics.push({ code: "NN1230", severity: "warning", message, path: next, related });
      return;
    }
    before.set(match, place);
  }
}

/** What a match asks for; `null` where a part was taken out because it is wrong: it may hold for few routes. */
function matchText(match: LooseTerm["match"]): string | null {
  let isWhole = true;
  const text = JSON.stringify(match ?? {}, (_, value) => {
    if (value === undefined) isWhole = false;
    return value;
  });
  return isWhole ? text : null;
}

export function checkCommunityNames(
  texts: readonly (string | undefined)[] | undefined,
  path: Path,
  { communities }: Pick<PolicyNames, "communities">,
): Diagnostic[] {
  return itemsOf(texts).flatMap(([index, text]) => communityName(text, [...path, index], communities));
}
