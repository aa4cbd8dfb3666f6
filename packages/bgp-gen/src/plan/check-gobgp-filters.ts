import { familyOf } from "@nix-nos/ipam";
import type { Diagnostic, Family, PolicyTerm } from "@nix-nos/topology";
import { familyNames } from "./family-names.js";
import { fitsRegex } from "./regex-limits.js";
import type { BgpSession, BgpSpeaker, RouteFilter } from "./types.js";

/**
 * What a filter asks of GoBGP that its policies cannot say, once a term: another meaning without a word would be worse
 * than none.
 */
export function checkGobgpFilters(speakers: readonly BgpSpeaker[]): readonly Diagnostic[] {
  const found = new Map<string, Diagnostic>();
  for (const { daemon, node, sessions } of speakers) {
    if (daemon !== "gobgp") continue;
    const looked = new Set<RouteFilter>();
    for (const session of sessions) {
      for (const channel of session.channels) {
        for (const direction of ["import", "export"] as const) {
          const filter = channel[direction];
          if (looked.has(filter)) continue;
          looked.add(filter);
          for (const { term, what, hint } of unsayable(filter, session, channel.family, direction)) {
            const key = JSON.stringify([term.path, what]);
            if (!found.has(key)) found.set(key, diagnostic(node, term, what, hint));
          }
        }
      }
    }
  }
  return [...found.values()];
}

interface Unsayable {
  readonly term: PolicyTerm;
  readonly what: string;
  readonly hint: string;
}

function* unsayable(
  { policies }: RouteFilter,
  session: BgpSession,
  family: Family,
  direction: "import" | "export",
): Generator<Unsayable, void, undefined> {
  let hasNewNextHop = false;
  for (const { terms } of policies) {
    for (const term of terms) {
      yield* inTerm(term, session, family, direction);
      if (direction === "export" && hasNewNextHop && term.match.nextHops !== null) {
        const what = "asks for the next hop that a route had before the policies, also where one has set another";
        yield { term, what, hint: "Ask for the next hop in the first policy" };
      }
    }
    hasNewNextHop ||= terms.some(({ action, set }) => action === "next" && set.nextHop !== null);
  }
}

function* inTerm(
  term: PolicyTerm,
  { kind, localAs, localAddress }: BgpSession,
  family: Family,
  direction: "import" | "export",
): Generator<Unsayable, void, undefined> {
  const { set, action } = term;
  if (!fitsRegex(term.match))
    yield {
      term,
      what: "counts what is repeated in a path to 1000, one repetition inside another multiplied, and reads no expression that comes to more than a million characters",
      hint: "Ask for less at once, in several terms",
    };
  if (action === "reject") return;
  if (set.weight !== null) yield { term, what: "has no weight", hint: "Set `localPref` instead" };
  if (set.localPref === 0) yield { term, what: "cannot set a LOCAL_PREF of 0", hint: "Set `localPref: 1`" };
  if (set.nextHop?.kind === "discard")
    yield { term, what: "installs no routes, so it throws no traffic away", hint: "Remove `blackhole`" };
  if (set.nextHop?.kind === "self" && familyOf(localAddress) !== family)
    yield {
      term,
      what: `has no ${familyNames[family]} address of its own to name over a session that has none`,
      hint: "Write the address as `nextHop`",
    };
  const prepended = set.prepend?.as ?? null;
  if (direction === "export" && kind === "ebgp" && prepended !== null && prepended !== localAs)
    yield {
      term,
      what: `puts the own AS in front before its policies, so AS ${prepended} would come before it`,
      hint: "Prepend the own AS",
    };
  if (set.removeCommunities.some((pattern) => pattern.kind === "extended"))
    yield {
      term,
      what: "leaves an empty attribute where it takes the last extended community away, which neighbours take as malformed",
      hint: "Remove communities of the other kinds alone",
    };
  if (set.replaceCommunities !== null && !set.replaceCommunities.some((community) => community.kind === "extended"))
    yield {
      term,
      what: "cannot take all extended communities away, as `replaceCommunities` does",
      hint: 'Write `removeCommunities: ["*:*", "*:*:*"]` and `addCommunities`',
    };
}

function diagnostic(node: string, { path }: PolicyTerm, what: string, hint: string): Diagnostic {
  return {
    code: "NN3009",
    severity: "error",
    message: `${node} speaks BGP by GoBGP, which ${what}.`,
    path,
    hint: `${hint}, or let BIRD speak for ${node} (\`attach: bird\`).`,
  };
}
