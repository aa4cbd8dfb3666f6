import type { RouteFilter } from "@nix-nos/bgp-gen";
import type { PolicyTerm } from "@nix-nos/topology";
import { block, type IosLine, line, word } from "../ios/document.js";
import { type ActionPlace, hopLine, newNextHop, setLines } from "./actions.js";
import { type Entry, shared } from "./shared.js";
import { afterActions, asItCame, type RouteState, stateKey } from "./state.js";
import { type Way, waysOf } from "./ways.js";

/** What a filter becomes a route-map for. */
export interface RouteMapPlace extends ActionPlace {
  /** Next hop of what goes out and has none of its own of the family; `null` leaves it to IOS. */
  readonly ownNextHop: string | null;
}

/** An entry of a route-map that has no name yet: what says the same is one map. */
export interface RouteMapEntry {
  readonly action: "permit" | "deny";
  readonly number: number;
  readonly lines: readonly IosLine[];
}

/** IOS numbers entries up to here. */
const lastNumber = 65_535;

/**
 * A filter as a route-map. Each policy is a row of entries; one that leaves the decision to the next policy continues
 * there. Where a later condition asks for what an earlier policy has changed, the policies behind stand once for each
 * answer, because neither IOS nor FRR would be asked the same question.
 *
 * @returns its entries; more than IOS can number are refused at the first term
 */
export function routeMap(filter: RouteFilter, place: RouteMapPlace): readonly RouteMapEntry[] {
  const entries: Entry[] = [];
  let labels: string[] = [];
  const put = (action: Entry["action"], lines: readonly IosLine[], next: string | null) => {
    entries.push({ labels, action, lines, next });
    labels = [];
  };
  let count = 0;
  let level = new Map<string, RouteState>([["", asItCame]]);
  for (const [index, policy] of filter.policies.entries()) {
    const later = filter.policies.slice(index + 1);
    const following = new Map<string, RouteState>();
    const labelOf = (state: RouteState) => {
      const key = stateKey(state, later, place.ownNextHop !== null);
      if (!following.has(key)) following.set(key, state);
      return `${index + 1} ${key}`;
    };
    const rows = [...level];
    for (const [row, [key, state]] of rows.entries()) {
      labels.push(`${index} ${key}`);
      let isOpen = true;
      for (const [number, term] of policy.terms.entries()) {
        const about = `${policy.name}-${number + 1}`;
        const ways = waysOf(term, state, place, about);
        for (const way of ways) {
          const after = behind(term, state, ways, place);
          const verdict = term.action === "next" ? labelOf(after) : null;
          const [sets, ...further] = term.action === "reject" ? [[]] : setLines(term, state, place, about);
          const hop = term.action === "accept" ? ownHop(after, place) : [];
          const skip = `skip ${++count}`;
          for (const path of way.paths.slice(0, -1)) {
            const go = `go ${++count}`;
            put("permit", [line`match as-path ${path}`], go);
            put("permit", [], skip);
            labels.push(go);
          }
          const last = way.paths.at(-1);
          const asked = [...(last === undefined ? [] : [line`match as-path ${last}`]), ...way.matches];
          const parts = [[...asked, ...sets, ...hop], ...further];
          for (const [part, lines] of parts.entries()) {
            const go = part === parts.length - 1 ? null : `go ${++count}`;
            put(term.action === "reject" ? "deny" : "permit", lines, go ?? verdict);
            // Who was not asked for goes past the rest.
            if (go !== null && part === 0 && asked.length > 0) put("permit", [], skip);
            if (go !== null) labels.push(go);
          }
          labels.push(skip);
        }
        isOpen = !ways.some(({ matches, paths }) => matches.length === 0 && paths.length === 0);
        if (!isOpen) break;
        if (entries.length > lastNumber) return tooMany(term, place);
      }
      if (!isOpen) {
        labels = [];
        continue;
      }
      const behindAll = labelOf(state);
      const falls = row === rows.length - 1 && [...following.keys()][0] === behindAll.slice(`${index + 1} `.length);
      if (!falls) put("permit", [], behindAll);
    }
    level = following;
  }
  const ends = [...level];
  for (const [key, state] of ends) {
    labels.push(`${filter.policies.length} ${key}`);
    put(
      filter.otherwise === "accept" ? "permit" : "deny",
      filter.otherwise === "accept" ? ownHop(state, place) : [],
      null,
    );
  }
  return numbered(shared(entries));
}

/** The entries of a route-map, by its name. */
export function routeMapLines(name: string, entries: readonly RouteMapEntry[]): readonly IosLine[] {
  return entries.map(({ action, number, lines }) =>
    block`route-map ${word(name)} ${{ token: action }} ${number}`(lines),
  );
}

function tooMany(term: PolicyTerm, { refuse }: RouteMapPlace): readonly RouteMapEntry[] {
  refuse(term, `numbers at most ${lastNumber} entries of a route-map`, "Ask for less that other policies change");
  return [];
}

/** What is known of a route that a term has let go on. */
function behind(term: PolicyTerm, state: RouteState, ways: readonly Way[], place: RouteMapPlace): RouteState {
  const changed = afterActions(state, term.set, newNextHop(term.set.nextHop, place));
  const asked = ways.flatMap(({ inside }) => inside ?? []);
  if (asked.length === 0) return changed;
  const names = [...new Set(asked.map((own) => own.names))].join(" ");
  return { ...changed, inside: { names, ranges: asked.flatMap(({ ranges }) => ranges) } };
}

function ownHop({ nextHop }: RouteState, { ownNextHop }: RouteMapPlace): readonly IosLine[] {
  return ownNextHop === null || nextHop !== null ? [] : [hopLine(ownNextHop)];
}

function numbered(entries: readonly Entry[]): readonly RouteMapEntry[] {
  const step = entries.length * 10 > lastNumber ? 1 : 10;
  const numbers = new Map(entries.flatMap(({ labels }, index) => labels.map((label) => [label, (index + 1) * step])));
  return entries.map(({ action, lines, next }, index) => {
    const target = next === null ? undefined : numbers.get(next);
    if (next !== null && target === undefined) throw new TypeError(`no entry ${next}`);
    const more = target === undefined ? [] : [line`continue ${target}`];
    return { action, number: (index + 1) * step, lines: [...lines, ...more] };
  });
}
