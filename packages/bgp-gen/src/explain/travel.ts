import type { BgpPlan, BgpSession, BgpSpeaker } from "../plan/types.js";
import { bestOf, compareRoutes } from "./best-route.js";
import { type Crossing, type CrossingSurroundings, receive, send } from "./crossing.js";
import type { HeldRoute } from "./held-route.js";

/** Where a prefix is once every speaker has told its neighbours. */
export interface Travel {
  /** The route that each node uses; a node without one is not in it. */
  readonly best: ReadonlyMap<string, HeldRoute>;
  /** Other routes of a node that are as good, as far as a plan can say. */
  readonly asGood: (node: string) => readonly HeldRoute[];
  /** Policies can make routes go round for ever; then this is only how it was when we stopped looking. */
  readonly isSettled: boolean;
}

/** Rounds after which a network that still changes is taken for one that never rests. */
const mostRounds = 200;

/**
 * Lets a prefix travel from the nodes that have it over every session, until nothing changes any more.
 *
 * @param origins - what nodes have of their own, or from outside
 */
export function travel(
  plan: BgpPlan,
  origins: readonly { readonly node: string; readonly held: HeldRoute }[],
  surroundings: CrossingSurroundings,
): Travel {
  const known = new Map<string, Map<string, HeldRoute>>();
  const best = new Map<string, HeldRoute>();
  const tables = new Map<string, ReadonlyMap<string, BgpSession>>();
  const put = (node: string, from: string, held: HeldRoute | null): boolean => {
    const own = known.get(node) ?? new Map<string, HeldRoute>();
    known.set(node, own);
    if (held === null) own.delete(from);
    else own.set(from, held);
    const chosen = bestOf([...own.values()], plan.speakerByNode.get(node));
    if (sameRoute(chosen, best.get(node) ?? null)) return false;
    if (chosen) best.set(node, chosen);
    else best.delete(node);
    return true;
  };
  const asGood = (node: string) => {
    const [speaker, chosen] = [plan.speakerByNode.get(node), best.get(node)];
    if (speaker === undefined || chosen === undefined) return [];
    const others = [...(known.get(node)?.values() ?? [])].filter((held) => held !== chosen);
    return others.filter((held) => compareRoutes(chosen, held, speaker) === 0);
  };
  let changed = new Set<string>();
  for (const { node, held } of origins) {
    if (put(node, held.session ?? "", held)) changed.add(node);
  }
  for (let round = 0; changed.size > 0; round++) {
    if (round > mostRounds) return { best, asGood, isSettled: false };
    const next = new Set<string>();
    for (const node of changed) {
      const speaker = plan.speakerByNode.get(node);
      for (const session of speaker?.sessions ?? []) {
        const there = session.remoteNode === null ? undefined : plan.speakerByNode.get(session.remoteNode);
        const theirs = there && otherEnd(session, there, tables);
        if (!speaker || !there || !theirs) continue;
        const crossing = across(speaker, session, there, theirs, best.get(node) ?? null, surroundings);
        if (put(there.node, theirs.name, crossing?.held ?? null)) next.add(there.node);
      }
    }
    changed = next;
  }
  return { best, asGood, isSettled: true };
}

/** Both ends of a session, one after the other; `null` where the sender has nothing. */
export function across(
  speaker: BgpSpeaker,
  session: BgpSession,
  there: BgpSpeaker,
  theirs: BgpSession,
  held: HeldRoute | null,
  surroundings: CrossingSurroundings,
): Crossing | null {
  if (held === null) return null;
  const sent = send(speaker, session, held, surroundings);
  return sent.passes ? receive(there, theirs, sent.held, surroundings) : sent;
}

/** The session as its other end has it. */
export function otherEnd(
  session: BgpSession,
  there: BgpSpeaker,
  tables: Map<string, ReadonlyMap<string, BgpSession>>,
): BgpSession | undefined {
  let table = tables.get(there.node);
  if (table === undefined) {
    table = new Map(there.sessions.map((own) => [`${own.remoteNode} ${own.localAddress} ${own.remoteAddress}`, own]));
    tables.set(there.node, table);
  }
  return table.get(`${session.node} ${session.remoteAddress} ${session.localAddress}`);
}

function sameRoute(a: HeldRoute | null, b: HeldRoute | null): boolean {
  return a === b || (a !== null && b !== null && JSON.stringify(a) === JSON.stringify(b));
}
