import { familyOf, parseAddress, parsePrefix } from "@nix-nos/ipam";
import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { didYouMean, quote } from "../diagnostics/nearest.js";
import { parseAsPath } from "../document/as-path.js";
import { parseCommunity } from "../document/community.js";
import type { TopologyPolicyTerm } from "../document/policy-schema.js";
import { parsePrefixRange } from "../document/prefix-range.js";
import { asPathCanHold, compileAsPath } from "../network/as-path-automaton.js";
import { itemsOf, type Loose } from "./loose.js";

export type LooseTerm = Loose<TopologyPolicyTerm>;
type LooseMatch = NonNullable<LooseTerm["match"]>;
type LooseSet = NonNullable<LooseTerm["set"]>;

/** What terms may name. */
export interface PolicyNames {
  /** A set whose value is not known may have any prefix. */
  readonly prefixSets: ReadonlyMap<string, unknown>;
  readonly asSets: ReadonlySet<string>;
  readonly communities: ReadonlySet<string>;
  readonly neighbors: ReadonlySet<string>;
}

/** What a term names is there, what it asks for can be, and what it changes makes sense. */
export function checkTerm(term: LooseTerm, path: Path, names: PolicyNames): Diagnostic[] {
  return [
    ...checkNames(term.match ?? {}, [...path, "match"], names),
    ...checkPaths(term.match ?? {}, [...path, "match"]),
    ...checkPrefixes(term.match ?? {}, [...path, "match"], names),
    ...checkSet(term, [...path, "set"], names),
  ];
}

/** One value or a list of them, with where each stands. */
function each(value: string | readonly (string | undefined)[] | undefined, path: Path): readonly [string, Path][] {
  if (value === undefined) return [];
  if (typeof value === "string") return [[value, path]];
  return itemsOf(value).map(([index, text]) => [text, [...path, index]]);
}

function checkNames(match: LooseMatch, path: Path, names: PolicyNames): Diagnostic[] {
  const found: Diagnostic[] = [];
  const unknown = (what: string, text: string, place: Path, known: Iterable<string>, where: string) => {
    const hint = didYouMean(text, known) ?? where;
    found.push({ code: "NN1221", severity: "error", message: `Unknown ${what} ${quote(text)}.`, path: place, hint });
  };
  for (const [text, place] of each(match.prefixSet, [...path, "prefixSet"])) {
    if (names.prefixSets.has(text)) continue;
    unknown("prefix set", text, place, names.prefixSets.keys(), "Prefix sets stand under `bgp.prefixSets`.");
  }
  for (const [text, place] of each(match.community, [...path, "community"])) {
    found.push(...communityName(text, place, names.communities));
  }
  const { originAs } = match;
  if (typeof originAs === "object" && "set" in originAs && originAs.set !== undefined) {
    const place = [...path, "originAs", "set"];
    if (!names.asSets.has(originAs.set)) {
      unknown("AS set", originAs.set, place, names.asSets, "Sets of AS numbers stand under `bgp.asSets`.");
    }
  }
  for (const [text, place] of each(match.neighbor, [...path, "neighbor"])) {
    if (names.neighbors.has(text) || parseAddress(text) !== null || parsePrefix(text) !== null) continue;
    unknown("neighbour", text, place, names.neighbors, "A neighbour is a peer, a node, an address or a prefix.");
  }
  return found;
}

/** A text without a colon is the name of a community. */
export function communityName(text: string, path: Path, known: ReadonlySet<string>): Diagnostic[] {
  if (text.includes(":") || known.has(text)) return [];
  const hint = didYouMean(text, known) ?? "Names of communities stand under `bgp.communities`.";
  return [{ code: "NN1221", severity: "error", message: `Unknown community ${quote(text)}.`, path, hint }];
}

function checkPaths(match: LooseMatch, path: Path): Diagnostic[] {
  const found: Diagnostic[] = [];
  const { min, max } = match.asPathLength ?? {};
  if (min !== undefined && max !== undefined && min > max) {
    const message = `No path is at least ${min} and at most ${max} AS numbers long.`;
    found.push({ code: "NN1105", severity: "error", message, path: [...path, "asPathLength"] });
  }
  for (const [text, place] of each(match.asPath, [...path, "asPath"])) {
    const { pattern } = parseAsPath(text);
    if (pattern === null) continue;
    const automaton = compileAsPath(pattern.root);
    if (automaton === null) {
      const message = `${quote(text)} is too large: it counts too far, or branches too often.`;
      const hint = "Divide it into several expressions, or match `asPathLength` as well.";
      found.push({ code: "NN1250", severity: "error", message, path: place, hint });
    } else if (!asPathCanHold(automaton)) {
      const message = `No path is ${quote(text)}.`;
      const hint = "`^` is where a path begins, the neighbour's end; `$` is where it ends, at the origin.";
      found.push({ code: "NN1251", severity: "error", message, path: place, hint });
    }
  }
  return found;
}

/** A set without a prefix of the term's family matches nothing. */
function checkPrefixes({ prefixSet, family }: LooseMatch, path: Path, { prefixSets }: PolicyNames): Diagnostic[] {
  const places = each(prefixSet, [...path, "prefixSet"]);
  const isEmpty = ([name]: readonly [string, Path]) => {
    const texts = prefixSets.get(name);
    if (!Array.isArray(texts)) return false;
    return texts.every((text) => {
      const range = typeof text === "string" ? parsePrefixRange(text) : null;
      return range !== null && family !== undefined && familyOf(range.prefix) !== family;
    });
  };
  if (places.length === 0 || !places.every(isEmpty)) return [];
  const of = family === undefined ? "" : family === "ipv4" ? "IPv4 " : "IPv6 ";
  const message = `No route is in ${places.map(([name]) => quote(name)).join(" or ")}: there is no ${of}prefix in it.`;
  return [{ code: "NN1251", severity: "warning", message, path: [...path, "prefixSet"] }];
}

function checkSet({ set, then }: LooseTerm, path: Path, names: PolicyNames): Diagnostic[] {
  const found: Diagnostic[] = [];
  const known = names.communities;
  for (const key of ["addCommunities", "removeCommunities", "replaceCommunities"] as const) {
    for (const [text, place] of each(set?.[key], [...path, key])) found.push(...communityName(text, place, known));
  }
  for (const [at, text] of itemsOf(set?.addLargeCommunities)) {
    if (parseCommunity(text)?.kind === "large") continue;
    const message = `${quote(text)} is no large community: expected three numbers, as 65000:1:1.`;
    const hint = "`addCommunities` takes communities of any kind.";
    found.push({ code: "NN1209", severity: "error", message, path: [...path, "addLargeCommunities", at], hint });
  }
  if (set === undefined) return found;
  const others = ["addCommunities", "addLargeCommunities", "removeCommunities"] satisfies (keyof LooseSet)[];
  const other = others.find((key) => Object.hasOwn(set, key));
  if (Object.hasOwn(set, "replaceCommunities") && other !== undefined) {
    const message = `\`replaceCommunities\` says all that the route carries, so \`${other}\` has no place beside it.`;
    const hint = "Write all communities into `replaceCommunities`, or none.";
    found.push({ code: "NN1252", severity: "error", message, path: [...path, other], hint });
  }
  if (then === "reject" && Object.keys(set).length > 0) {
    const message = "A route that is rejected is gone, so nothing of it changes.";
    found.push({ code: "NN1252", severity: "warning", message, path, hint: "Remove `set`, or let the route through." });
  }
  return found;
}
