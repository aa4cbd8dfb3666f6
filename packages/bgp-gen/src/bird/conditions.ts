import { familyOf } from "@nix-nos/ipam";
import type { AsSet, CommunityPattern, Family, PolicyMatch, PrefixSet, RpkiState } from "@nix-nos/topology";
import { daemonName } from "../plan/names.js";
import { asRanges, asSetCondition, pathCondition } from "./as-path.js";
import { attributeOf, communityPair, familySuffix } from "./channel.js";
import { type BirdItem, type BirdToken, expression, ip, joined, symbol } from "./document.js";

/** What a condition is printed for. */
export interface ConditionContext {
  readonly family: Family;
  readonly localAs: number;
  readonly prefixSets: ReadonlyMap<string, PrefixSet>;
}

/** A term's match: `null` is every route. */
export interface BirdCondition {
  readonly before: readonly BirdItem[];
  readonly condition: BirdToken | null;
  /** How many variables for automatons it needs. */
  readonly variables: number;
}

/** A match as a condition; `null` where it can hold for no route of the family. */
export function conditionOf(match: PolicyMatch, context: ConditionContext): BirdCondition | null {
  const before: BirdItem[] = [];
  const conditions: BirdToken[] = [];
  if (match.prefixSets !== null) {
    const named = match.prefixSets.flatMap((name) => context.prefixSets.get(name) ?? []);
    const filled = named.filter((set) => rangesOf(set, context.family).length > 0);
    if (filled.length === 0) return null;
    conditions.push(anyOf(filled.map((set) => expression`net ~ ${prefixSetName(set.name, context.family)}`)));
  }
  if (match.communities !== null) {
    if (match.communities.length === 0) return null;
    conditions.push(anyOf(match.communities.map(carries)));
  }
  if (match.asPathLength !== null) {
    const { min, max } = match.asPathLength;
    conditions.push(expression`bgp_path.len >= ${min}`, expression`bgp_path.len <= ${max}`);
  }
  if (match.originAs !== null) {
    if (match.originAs.ranges.length === 0) return null;
    // The last number of an empty path, and of one that ends in a set, is 0 to BIRD.
    if (match.originAs.ranges.some(({ min }) => min === 0))
      conditions.push(expression`(bgp_path.last != 0 || bgp_path ~ [= * 0 =])`);
    conditions.push(expression`bgp_path.last ~ ${asSetToken(match.originAs)}`);
  }
  if (match.nextHops !== null) {
    const hops = match.nextHops.map((prefix) => expression`bgp_next_hop ~ ${ip(prefix)}`);
    conditions.push(expression`defined(bgp_next_hop)`, anyOf(hops));
  }
  if (match.rpki !== null) conditions.push(anyOf(match.rpki.map((state) => rpkiIs(state, context))));
  let variables = 0;
  if (match.asPaths !== null) {
    const paths = match.asPaths.map((pattern) => {
      const path = pathCondition(pattern, variables);
      if (path.before.length > 0) variables++;
      before.push(...path.before);
      return path.condition;
    });
    conditions.push(anyOf(paths));
  }
  if (match.hasAsSet !== null) {
    const found = asSetCondition(variables++);
    before.push(...found.before);
    conditions.push(found.condition);
  }
  return { before, condition: conditions.length === 0 ? null : joined(conditions, " && "), variables };
}

/** The ranges of a set that are of a family, as the items of a set of BIRD, which holds one family alone. */
export function rangesOf(set: PrefixSet, family: Family): readonly BirdToken[] {
  return set.ranges
    .filter(({ prefix }) => familyOf(prefix) === family)
    .map(({ prefix, minLength, maxLength }) => expression`${ip(prefix)}{${minLength},${maxLength}}`);
}

export function prefixSetName(name: string, family: Family): BirdToken {
  return symbol(daemonName("prefixes", [name, familySuffix(family)]));
}

export function asSetName(name: string): BirdToken {
  return symbol(daemonName("asns", [name]));
}

function asSetToken({ name, ranges }: AsSet): BirdToken {
  return name === null ? expression`[ ${asRanges(ranges)} ]` : asSetName(name);
}

/** The table of a family's ROAs. */
export function roaTable(family: Family): BirdToken {
  return symbol(`roas_${familySuffix(family)}`);
}

/**
 * A route without a path begins here, so its origin is the own AS (RFC 6811 §2). In BIRD, `&&` binds no closer than `||`,
 * hence the parentheses.
 */
function rpkiIs(state: RpkiState, { family, localAs }: ConditionContext): BirdToken {
  const word = roaWords[state];
  const table = roaTable(family);
  return expression`((bgp_path.len > 0 && roa_check(${table}, net, bgp_path.last) = ${word}) || (bgp_path.len = 0 && roa_check(${table}, net, ${localAs}) = ${word}))`;
}

const roaWords: Readonly<Record<RpkiState, BirdToken>> = {
  valid: expression`ROA_VALID`,
  invalid: expression`ROA_INVALID`,
  unknown: expression`ROA_UNKNOWN`,
};

function carries(pattern: CommunityPattern): BirdToken {
  return expression`${attributeOf(pattern)} ~ [ ${communityPair(pattern)} ]`;
}

function anyOf(conditions: readonly BirdToken[]): BirdToken {
  const [only, ...others] = conditions;
  return only !== undefined && others.length === 0 ? only : expression`(${joined(conditions, " || ")})`;
}
