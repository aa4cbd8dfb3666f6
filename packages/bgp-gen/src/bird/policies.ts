import type { AsSet, Family, Policy, PrefixSet } from "@nix-nos/topology";
import { daemonName } from "../plan/names.js";
import type { BgpSession, BgpSpeaker, RouteFilter, SessionChannel } from "../plan/types.js";
import { actionsOf } from "./actions.js";
import { exportHead } from "./announced.js";
import { asRanges, stateVariable } from "./as-path.js";
import { familySuffix } from "./channel.js";
import { asSetName, conditionOf, prefixSetName, rangesOf, roaTable } from "./conditions.js";
import {
  type BirdItem,
  type BirdToken,
  blank,
  block,
  comment,
  expression,
  joined,
  statement,
  symbol,
} from "./document.js";

const families: readonly Family[] = ["ipv4", "ipv6"];

/** What the filters of a speaker's sessions name: prefix sets, sets of AS numbers, the tables of ROAs. */
export function filterDefinitions({ sessions, prefixSets }: BgpSpeaker): readonly BirdItem[] {
  // A mesh of a thousand has many sessions and a handful of different channels.
  const channels = new Set(sessions.flatMap((session) => session.channels));
  const filters = [...channels].flatMap((channel) => [channel.import, channel.export]);
  return definitionsOf(filters, prefixSets);
}

/** What filters name. */
export function definitionsOf(filters: readonly RouteFilter[], prefixSets: readonly PrefixSet[]): readonly BirdItem[] {
  const policies = new Set(filters.flatMap((filter) => filter.policies));
  const matches = [...policies].flatMap(({ terms }) => terms.map(({ match }) => match));
  const asSets = new Map<string, AsSet>();
  for (const { originAs } of matches) {
    if (originAs !== null && originAs.name !== null && originAs.ranges.length > 0) asSets.set(originAs.name, originAs);
  }
  const asksRoas = matches.some(({ rpki }) => rpki !== null);
  return [
    ...prefixSets.flatMap((set) =>
      // One definition a family: a set of BIRD holds one alone.
      families.flatMap((family) => {
        const ranges = rangesOf(set, family);
        if (ranges.length === 0) return [];
        return [blank, statement`define ${prefixSetName(set.name, family)} = [ ${joined(ranges, ", ")} ]`];
      }),
    ),
    ...[...asSets].flatMap(([name, { ranges }]) => [
      blank,
      statement`define ${asSetName(name)} = [ ${asRanges(ranges)} ]`,
    ]),
    ...(asksRoas ? [blank, statement`roa4 table ${roaTable("ipv4")}`, statement`roa6 table ${roaTable("ipv6")}`] : []),
  ];
}

/** The two ways through a channel. */
export type Direction = "import" | "export";

/** The filters of a session with a neighbour outside, one a family and direction. */
export function sessionFilters(session: BgpSession, speaker: BgpSpeaker): readonly BirdItem[] {
  return session.channels.flatMap((channel) =>
    (["import", "export"] as const).flatMap((direction) => {
      const name = filterName(direction, session, channel.family);
      return filterDefinition(name, direction, channel, session, speaker);
    }),
  );
}

/** Name of an outside neighbour's filter. */
export function filterName(direction: Direction, session: BgpSession, family: Family): BirdToken {
  return symbol(daemonName(direction, [session.peer ?? "", familySuffix(family)]));
}

/** One way through a channel as a filter. */
export function filterDefinition(
  name: BirdToken,
  direction: Direction,
  channel: SessionChannel,
  session: BgpSession,
  speaker: BgpSpeaker,
): readonly BirdItem[] {
  return [
    blank,
    block`filter ${name}`([
      ...filterBody(channel[direction], { ...session, family: channel.family, prefixSets: speaker.prefixSets }, [
        ...(direction === "export" ? exportHead(channel, session, speaker) : []),
      ]),
    ]),
  ];
}

/** What a filter is printed for. */
export interface FilterBodyContext extends Pick<BgpSession, "localAs" | "localAddress"> {
  readonly family: Family;
  readonly prefixSets: readonly PrefixSet[];
}

/** The statements of a filter, its variables first (BIRD rejects a route over one without a value); `first` are those that stand before every policy. */
export function filterBody(
  { policies, otherwise }: RouteFilter,
  context: FilterBodyContext,
  first: readonly BirdItem[] = [],
): readonly BirdItem[] {
  const variables = { automatons: 0, isDone: false };
  const prefixSets = new Map(context.prefixSets.map((set) => [set.name, set]));
  const steps = policies.flatMap((policy) => policySteps(policy, { ...context, prefixSets }, variables));
  return [
    ...Array.from({ length: variables.automatons }, (_, index) => statement`int ${stateVariable(index)} = 0`),
    ...(variables.isDone ? [statement`bool ${isDone} = false`] : []),
    ...first,
    ...steps,
    otherwise === "accept" ? statement`accept` : statement`reject`,
  ];
}

/** Set by a term that leaves the decision to the next policy: those that follow in its own are stepped over. */
const isDone = symbol("policy_done");

interface Variables {
  automatons: number;
  isDone: boolean;
}

/**
 * One policy: the first term that holds decides. All terms stand side by side: nesting them would exhaust BIRD's parser
 * after three thousand.
 */
function policySteps(
  policy: Policy,
  context: Omit<FilterBodyContext, "prefixSets"> & Parameters<typeof conditionOf>[1],
  variables: Variables,
): readonly BirdItem[] {
  const steps: BirdItem[] = [];
  let mayBeDone = false;
  for (const [index, term] of policy.terms.entries()) {
    const match = conditionOf(term.match, context);
    if (match === null) continue;
    variables.automatons = Math.max(variables.automatons, match.variables);
    const items = [...actionsOf(term, context)];
    const isLast = match.condition === null || index === policy.terms.length - 1;
    const conditions = [...(mayBeDone ? [expression`! ${isDone}`] : []), ...(match.condition ? [match.condition] : [])];
    if (term.action === "next" && !isLast) {
      if (!mayBeDone) steps.unshift(statement`${isDone} = false`);
      mayBeDone = true;
      variables.isDone = true;
      items.push(statement`${isDone} = true`);
    }
    steps.push(...match.before);
    if (conditions.length === 0) steps.push(...items);
    else if (items.length > 0) steps.push(block`if ${joined(conditions, " && ")} then`(items));
    if (match.condition === null) break;
  }
  return steps.length === 0 ? [] : [comment(policy.name), ...steps];
}
