import type { CommunityPattern, Family, Policy, PolicyMatch, PolicyTerm, PrefixSet } from "@nix-nos/topology";
import { daemonName } from "../plan/names.js";
import type { BgpSession, BgpSpeaker, SessionChannel } from "../plan/types.js";
import { addCommunities, attributeOf, communityPair, familySuffix, removeCommunities } from "./channel.js";
import {
  type BirdItem,
  type BirdToken,
  blank,
  block,
  comment,
  expression,
  ip,
  joined,
  statement,
  symbol,
} from "./document.js";

const families: readonly Family[] = ["ipv4", "ipv6"];

/** The prefix sets of a speaker's policies, one definition a family: a set of BIRD holds one alone. */
export function prefixSetDefinitions(speaker: BgpSpeaker): readonly BirdItem[] {
  return speaker.prefixSets.flatMap((set) =>
    families.flatMap((family) => {
      const ranges = rangesOf(set, family);
      if (ranges.length === 0) return [];
      return [blank, statement`define ${setName(set.name, family)} = [ ${joined(ranges, ", ")} ]`];
    }),
  );
}

function rangesOf(set: PrefixSet, family: Family): readonly BirdToken[] {
  return set.ranges
    .filter(({ prefix }) => prefix.includes(":") === (family === "ipv6"))
    .map(({ prefix, minLength, maxLength }) => expression`${ip(prefix)}{${minLength},${maxLength}}`);
}

function setName(name: string, family: Family): BirdToken {
  return symbol(daemonName("prefixes", [name, familySuffix(family)]));
}

/** The filters of a session with a neighbour outside, one a family and direction. */
export function sessionFilters(session: BgpSession, speaker: BgpSpeaker): readonly BirdItem[] {
  return session.channels.flatMap((channel) => [
    ...filterOf("import", session, channel, speaker),
    ...filterOf("export", session, channel, speaker),
  ]);
}

type Direction = "import" | "export";

/** Name of a session's filter. */
export function filterName(direction: Direction, session: BgpSession, family: Family): BirdToken {
  return symbol(daemonName(direction, [session.peer ?? "", familySuffix(family)]));
}

function filterOf(
  direction: Direction,
  session: BgpSession,
  channel: SessionChannel,
  speaker: BgpSpeaker,
): readonly BirdItem[] {
  const sets = new Map(speaker.prefixSets.map((set) => [set.name, set]));
  const { policies, otherwise } = channel[direction];
  const steps = policies.flatMap((policy) => policySteps(policy, channel.family, speaker, sets));
  return [
    blank,
    block`filter ${filterName(direction, session, channel.family)}`([
      // Routes of BGP, and static ones that are meant for neighbours; what is only connected is nobody's business.
      ...(direction === "export" ? [statement`if ! (source ~ [ RTS_BGP, RTS_STATIC ]) then reject`] : []),
      ...steps,
      otherwise === "accept" ? statement`accept` : statement`reject`,
    ]),
  ];
}

/** One policy: the first term that holds decides, and `next` leaves the decision to what follows. */
function policySteps(
  policy: Policy,
  family: Family,
  speaker: BgpSpeaker,
  sets: ReadonlyMap<string, PrefixSet>,
): readonly BirdItem[] {
  // From the last term to the first, because what follows a term may become its other branch.
  let reversed: BirdItem[] = [];
  for (const term of policy.terms.toReversed()) {
    const condition = conditionOf(term.match, family, sets);
    if (condition === "never") continue;
    const items = actionsOf(term, speaker);
    if (condition === "always") {
      reversed = items.toReversed();
      continue;
    }
    const holds = block`if ${condition} then`(items);
    // A route that was accepted or rejected is done; only `next` has to step over what is left. Nesting the others too
    // would exhaust BIRD's parser after three thousand terms.
    if (term.action === "next" && reversed.length > 0) reversed = [block`else`(reversed.toReversed())];
    reversed.push(holds);
  }
  const steps = reversed.toReversed();
  return steps.length === 0 ? [] : [comment(policy.name), ...steps];
}

function actionsOf({ set, action }: PolicyTerm, speaker: BgpSpeaker): readonly BirdItem[] {
  if (action === "reject") return [statement`reject`];
  const items: BirdItem[] = [];
  if (set.localPref !== null) items.push(statement`bgp_local_pref = ${set.localPref}`);
  if (set.med !== null) items.push(statement`bgp_med = ${set.med}`);
  for (let count = 0; count < (set.prepend?.times ?? 0); count++)
    items.push(statement`bgp_path.prepend(${set.prepend?.as ?? speaker.localAs})`);
  items.push(...removeCommunities(set.removeCommunities), ...addCommunities(set.addCommunities));
  if (action === "accept") items.push(statement`accept`);
  return items;
}

/** A match as a condition; `never` for a set without a prefix of the family. */
function conditionOf(
  match: PolicyMatch,
  family: Family,
  sets: ReadonlyMap<string, PrefixSet>,
): BirdToken | "always" | "never" {
  const conditions: BirdToken[] = [];
  if (match.prefixSets !== null) {
    const named = match.prefixSets.flatMap((name) => sets.get(name) ?? []);
    const filled = named.filter((set) => rangesOf(set, family).length > 0);
    if (filled.length === 0) return "never";
    conditions.push(anyOf(filled.map((set) => expression`net ~ ${setName(set.name, family)}`)));
  }
  if (match.communities !== null) conditions.push(anyOf(match.communities.map(carries)));
  if (match.asPathLength !== null) {
    const { min, max } = match.asPathLength;
    conditions.push(expression`bgp_path.len >= ${min}`, expression`bgp_path.len <= ${max}`);
  }
  return conditions.length === 0 ? "always" : joined(conditions, " && ");
}

function anyOf(conditions: readonly BirdToken[]): BirdToken {
  const [only, ...others] = conditions;
  return only !== undefined && others.length === 0 ? only : expression`(${joined(conditions, " || ")})`;
}

function carries(pattern: CommunityPattern): BirdToken {
  return expression`${attributeOf(pattern)} ~ [ ${communityPair(pattern)} ]`;
}
