import type { OptionValue, Policy, PolicyTerm } from "@nix-nos/topology";
import { actionSteps } from "./actions.js";
import { actionText, type CommunityKind, communityAction, communityRegex, marks } from "./communities.js";
import { askFor, type Conditions, type FilterPlace, matchConditions, placeConditions } from "./conditions.js";

/** One of GoBGP's statements, but for its name. */
export interface Statement {
  readonly conditions: Conditions;
  readonly actions: { readonly [key: string]: OptionValue };
  /** `null` goes on to the next statement. */
  readonly disposition: "accept-route" | "reject-route" | null;
}

/**
 * The statements of one policy of a filter. GoBGP goes through all statements until one decides, so where a term leaves
 * the route to the next policy and terms of its own follow, it marks the route, and those pass by what is marked.
 */
export function policyStatements(policy: Policy, place: FilterPlace): readonly Statement[] {
  const terms = policy.terms.map((term, index) => ({
    term,
    ways: matchConditions(term.match, place, `${policy.name} ${index + 1}`),
  }));
  const firstLeaving = terms.findIndex(({ term }, index) => term.action === "next" && index < terms.length - 1);
  if (firstLeaving === -1) return terms.flatMap(({ term, ways }) => termStatements(term, ways, place, []));
  const later = terms
    .slice(firstLeaving + 1)
    .flatMap(({ ways }) => ways.map(({ communities }) => guardKind(communities)));
  const kinds = [...new Set(later)];
  const forget: Statement = {
    conditions: placeConditions(place),
    actions: Object.assign(
      {},
      ...kinds.map((kind) => communityAction(kind, "remove", [communityRegex(marks.left[kind])])),
    ),
    disposition: null,
  };
  const statements = terms.flatMap(({ term, ways }, index) => {
    const guarded = index <= firstLeaving ? ways : ways.map((way) => unlessLeft(way, place));
    const isLast = index === terms.length - 1;
    return termStatements(term, guarded, place, term.action === "next" && !isLast ? kinds : []);
  });
  // Nobody can send a mark in, and none goes on.
  return [forget, ...statements, forget];
}

type GuardKind = "large" | "standard";

/** A statement asks for one list of each kind, so the mark is of a kind that it does not ask for. */
function guardKind(asked: CommunityKind | null): GuardKind {
  return asked === "large" ? "standard" : "large";
}

function unlessLeft(way: Conditions, { sets }: FilterPlace): Conditions {
  const kind = guardKind(way.communities);
  const set = sets.define(kind, `left ${kind}`, [communityRegex(marks.left[kind])]);
  return { ...way, bgp: { ...way.bgp, ...askFor(kind, "invert", set) } };
}

function termStatements(
  term: PolicyTerm,
  ways: readonly Conditions[],
  place: FilterPlace,
  leaves: readonly GuardKind[],
): readonly Statement[] {
  const disposition = dispositions[term.action];
  if (term.action === "reject") return ways.map((conditions) => ({ conditions, actions: {}, disposition }));
  const left = leaves.map((kind) => marks.left[kind]);
  const steps = actionSteps(term.set, place.localAs, left);
  const [only] = steps;
  // What holds in two ways would be done twice where nothing ends it.
  const isRepeated = ways.length > 1 && disposition === null && Object.keys(only).length > 0;
  if (steps.length === 1 && !isRepeated) return ways.map((conditions) => ({ conditions, actions: only, disposition }));
  if (ways.length === 0) return [];
  const always = placeConditions(place);
  const set = place.sets.define("large", "held", [communityRegex(marks.hit)]);
  const held: Conditions = { ...always, bgp: { ...always.bgp, ...askFor("large", "any", set) } };
  return [
    { conditions: always, actions: communityAction("large", "remove", [communityRegex(marks.hit)]), disposition: null },
    ...ways.map((conditions) => ({
      conditions,
      actions: communityAction("large", "add", [actionText(marks.hit)]),
      disposition: null,
    })),
    // What replaces all large communities keeps the mark, without which the next statement would not hold.
    ...actionSteps(term.set, place.localAs, left, [marks.hit]).map((actions) => ({
      conditions: held,
      actions,
      disposition: null,
    })),
    {
      conditions: held,
      actions: communityAction("large", "remove", [communityRegex(marks.hit)]),
      disposition,
    },
  ];
}

const dispositions = { accept: "accept-route", reject: "reject-route", next: null } as const;
