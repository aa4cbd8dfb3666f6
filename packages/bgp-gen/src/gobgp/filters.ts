import { parsePrefix } from "@nix-nos/ipam";
import type { Family, OptionValue, PrefixSet } from "@nix-nos/topology";
import type { BgpSession, BgpSpeaker, RouteFilter } from "../plan/types.js";
import { type FilterPlace, placeConditions } from "./conditions.js";
import { copyStatements } from "./copy-communities.js";
import { type DefinedSets, unusedName } from "./defined-sets.js";
import { policyStatements, type Statement } from "./terms.js";

type Direction = "import" | "export";

/** Policies for every neighbour that has a filter, each with all of its statements on the set of those neighbours. */
export interface CompiledFilters {
  /** In the order in which GoBGP applies them. */
  readonly definitions: readonly OptionValue[];
  /** Name of the set of all these neighbours; `null` where there are none. */
  readonly neighbors: string | null;
}

/**
 * The filters of a speaker's sessions in one direction. GoBGP ignores a neighbour's own policies unless it is a route
 * server's client, so each is part of the global ones and asks for its neighbours; sessions with equal filters share one.
 */
export function compileFilters(speaker: BgpSpeaker, direction: Direction, sets: DefinedSets): CompiledFilters {
  const filtered = speaker.sessions.filter(({ channels }) => channels.some((channel) => isFilter(channel[direction])));
  if (filtered.length === 0) return { definitions: [], neighbors: null };
  // A range may have neighbours without a filter in it, which have to come before it.
  const sessions = filtered.some(({ dynamic }) => dynamic) ? speaker.sessions : filtered;
  const prefixSets = new Map(speaker.prefixSets.map((set) => [set.name, set]));
  const taken = new Set<string>();
  const definitions = groupSessions(sessions, direction).map((group) =>
    definition(group, direction, prefixSets, sets, taken),
  );
  const neighbors = sets.define("neighbor", "neighbours with filters", addressesOf(sessions));
  return { definitions, neighbors };
}

function isFilter({ policies, otherwise }: RouteFilter): boolean {
  return policies.length > 0 || otherwise === "reject";
}

/** Sessions for which one filter means the same. */
interface Group {
  readonly filter: RouteFilter;
  readonly families: readonly Family[];
  readonly isOneOfSeveral: boolean;
  readonly inFront: number | null;
  readonly localAs: number;
  /** Length of the prefix that the neighbours' addresses are in. */
  readonly length: number;
  readonly sessions: BgpSession[];
}

function groupSessions(sessions: readonly BgpSession[], direction: Direction): readonly Group[] {
  const groups = new Map<string, Group>();
  const texts = new Map<RouteFilter, string>();
  const textOf = (filter: RouteFilter) => {
    // Where a policy was written says nothing about what it does.
    const known = texts.get(filter) ?? JSON.stringify(filter, (key, value) => (key === "path" ? undefined : value));
    texts.set(filter, known);
    return known;
  };
  for (const session of sessions) {
    const ofText = new Map<string, { filter: RouteFilter; families: Family[] }>();
    for (const { family, [direction]: filter } of session.channels) {
      const same = ofText.get(textOf(filter));
      if (same) same.families.push(family);
      else ofText.set(textOf(filter), { filter, families: [family] });
    }
    // Over eBGP GoBGP puts the own AS in front before its policies look at a path.
    const inFront = direction === "export" && session.kind === "ebgp" ? session.localAs : null;
    const length = session.dynamic ? (parsePrefix(session.remoteAddress)?.length ?? 0) : singleAddress;
    for (const [text, { filter, families }] of ofText) {
      const isOneOfSeveral = families.length < session.channels.length;
      const key = JSON.stringify([text, families, isOneOfSeveral, inFront, session.localAs, length]);
      const group = groups.get(key);
      if (group) group.sessions.push(session);
      else
        groups.set(key, {
          filter,
          families,
          isOneOfSeveral,
          inFront,
          localAs: session.localAs,
          length,
          sessions: [session],
        });
    }
  }
  // The most exact first: each group decides about all that its set holds, and a range may have others in it.
  return [...groups.values()].sort((a, b) => b.length - a.length);
}

/** Longer than any prefix. */
const singleAddress = 129;

function definition(
  { filter, families, isOneOfSeveral, inFront, localAs, sessions }: Group,
  direction: Direction,
  prefixSets: ReadonlyMap<string, PrefixSet>,
  sets: DefinedSets,
  taken: Set<string>,
): OptionValue {
  const [first, ...others] = sessions.map(({ peer, remoteNode, name }) => peer ?? remoteNode ?? name);
  const whom = `${first}${others.length === 0 ? "" : ` and ${others.length} more`}`;
  const family = isOneOfSeveral ? ` ${families.join(" ")}` : "";
  // gobgpd runs on without any policy when two have one name.
  const name = unusedName(`${direction === "import" ? "from" : "to"} ${whom}${family}`, taken);
  const place: FilterPlace = {
    neighbors: sets.define("neighbor", whom, addressesOf(sessions)),
    families,
    isOneOfSeveral,
    inFront,
    localAs,
    prefixSets,
    sets,
  };
  const statements: readonly { readonly name: string; readonly statement: Statement }[] = [
    ...copyStatements(filter, place).map((statement) => ({ name: "own copy", statement })),
    ...filter.policies.flatMap((policy) =>
      policyStatements(policy, place).map((statement, index) => ({ name: `${policy.name} ${index + 1}`, statement })),
    ),
  ];
  // Not numbered throughout: a policy more or less leaves the names of the others as they are.
  const named = new Set<string>();
  const last: Statement = {
    conditions: placeConditions(place),
    actions: {},
    disposition: filter.otherwise === "accept" ? "accept-route" : "reject-route",
  };
  return {
    name,
    statements: [...statements, { name: "otherwise", statement: last }].map((each) =>
      printStatement(unusedName(`${name}: ${each.name}`, named), each.statement),
    ),
  };
}

/** Neighbours as sets know them: by addresses and prefixes alone. */
export function addressesOf(sessions: readonly BgpSession[]): readonly string[] {
  return sessions.map(({ remoteAddress }) => remoteAddress);
}

/** A statement as GoBGP reads it; its name is unique in the whole configuration. */
export function printStatement(name: string, { conditions, actions, disposition }: Statement): OptionValue {
  return {
    name,
    conditions: {
      ...conditions.top,
      ...(Object.keys(conditions.bgp).length > 0 && { "bgp-conditions": conditions.bgp }),
    },
    actions: {
      ...(Object.keys(actions).length > 0 && { "bgp-actions": actions }),
      ...(disposition !== null && { "route-disposition": disposition }),
    },
  };
}
