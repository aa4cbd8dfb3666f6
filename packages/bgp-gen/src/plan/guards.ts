import {
  anyRoute,
  type BgpDaemon,
  type Community,
  noChange,
  type Peer,
  type Policy,
  type PolicyActions,
  type PolicyMatch,
  type PolicyTerm,
} from "@nix-nos/topology";
import { blackholeSetName } from "./blackhole-sets.js";
import { lowestPreference } from "./drain.js";
import { bogonPath, firstAsIsNot } from "./guard-paths.js";
import type { RouteFilter } from "./types.js";
import { blackhole, gracefulShutdown, keptBack, leakMark, noExport, stale } from "./well-known.js";

/** What the policies that a session has besides its written ones follow from. */
export interface Draft {
  readonly peer: Peer;
  readonly daemon: BgpDaemon;
  readonly isInternal: boolean;
  /** A speaker of the network does not know what roles put on routes, so leaks are told by a community too. */
  readonly marksLeaks: boolean;
  /** The daemon itself heeds no-export and the like (RFC 1997); where it does not, the filter does. */
  readonly interpretsCommunities: boolean;
}

/**
 * What comes in from a neighbour outside: first what no policy may let through, then blackholes, then the written
 * policies, with LOCAL_PREF as a neighbour's or the own maintenance asks. Each is a policy like those written, named
 * `nix-nos …`, which no written one can be.
 *
 * An import without written policies takes nothing (RFC 8212), blackholes neither.
 */
export function guardImport(asked: RouteFilter, draft: Draft): RouteFilter {
  if (asked.policies.length === 0) return asked;
  const { peer, daemon, isInternal, marksLeaks } = draft;
  const written = marksLeaks && isFromUp(peer) ? { ...asked, policies: asked.policies.map(keepLeakMark) } : asked;
  const policy = maker(peer);
  const before: Policy[] = [];
  const checksFirstAs = !isInternal && (peer.enforceFirstAs ?? peer.role !== "rs-client");
  // GoBGP has no such check, and IOS one for all neighbours alike.
  if (daemon !== "bird" && checksFirstAs)
    before.push(policy("first AS", { asPaths: [firstAsIsNot(peer.remoteAs)] }, {}, "reject"));
  if (peer.rejectAsSets) before.push(policy("AS set", { hasAsSet: true }, {}, "reject"));
  if (peer.rejectBogonAs) before.push(policy("bogon AS", { asPaths: [bogonPath] }, {}, "reject"));
  if (peer.maxAsPathLength !== null)
    before.push(
      policy("AS path length", { asPathLength: { min: peer.maxAsPathLength + 1, max: 65_535 } }, {}, "reject"),
    );
  if (marksLeaks) before.push(...leakImport(peer, policy));
  if (peer.blackhole !== null) {
    const match = { prefixSets: [blackholeSetName(peer.blackhole)], communities: [blackhole] };
    const set: Partial<PolicyActions> = { nextHop: { kind: "discard" }, addCommunities: [noExport] };
    before.push(policy("blackhole", match, set, "accept"));
  }
  if (peer.rejectInvalid) before.push(policy("RPKI", { rpki: ["invalid"] }, {}, "reject"));
  if (peer.maintenance) {
    const drained = written.policies.map((own) => ({ ...own, terms: own.terms.map(withoutLocalPref) }));
    return {
      ...written,
      policies: [...before, policy("maintenance", {}, { localPref: lowestPreference(daemon) }, "next"), ...drained],
    };
  }
  if (isInternal) return { ...written, policies: [...before, ...written.policies] };
  return { ...written, policies: [...before, ...honourShutdown(written.policies, policy, lowestPreference(daemon))] };
}

/**
 * What goes out: nothing that is to stay inside or would be a leak, and the wish to be avoided where the session is
 * drained.
 */
export function guardExport(
  written: RouteFilter,
  { peer, daemon, isInternal, marksLeaks, interpretsCommunities }: Draft,
): RouteFilter {
  if (written.policies.length === 0) return written;
  const policy = maker(peer);
  const before: Policy[] = [];
  if (!interpretsCommunities) {
    // BIRD looks for this one along with the others, and GoBGP for none.
    const old = daemon === "bird" && peer.longLivedGracefulRestart === null ? [stale] : [];
    const communities = [...keptBack[isInternal ? "ibgp" : "ebgp"], ...old];
    before.push(policy("well-known communities", { communities }, {}, "reject"));
  }
  if (marksLeaks && isFromUp(peer)) before.push(policy("route leak", { communities: [leakMark] }, {}, "reject"));
  if (!peer.maintenance) return { ...written, policies: [...before, ...written.policies] };
  before.push(policy("maintenance", {}, { addCommunities: [gracefulShutdown] }, "next"));
  const drained = written.policies.map((own) => ({
    ...own,
    terms: own.terms.map((term) => withShutdown(isInternal ? withoutLocalPref(term) : term)),
  }));
  return { ...written, policies: [...before, ...drained] };
}

/** Routes of a provider, a peer or a route server may go to customers alone (RFC 9234 §5, without its attribute). */
function leakImport(peer: Peer, policy: PolicyMaker): readonly Policy[] {
  if (isFromUp(peer)) return [policy("route leak", {}, { addCommunities: [leakMark] }, "next")];
  if (peer.role === "provider" || peer.role === "rs")
    return [policy("route leak", { communities: [leakMark] }, {}, "reject")];
  return [];
}

/** The neighbour is a provider, a peer or a route server. */
function isFromUp({ role }: Peer): boolean {
  return role === "customer" || role === "peer" || role === "rs-client";
}

/** A written term may take communities away, and the mark has to stay. */
function keepLeakMark(policy: Policy): Policy {
  const terms = policy.terms.map((term) => {
    const { replaceCommunities, removeCommunities, addCommunities } = term.set;
    if (term.action === "reject" || (replaceCommunities === null && removeCommunities.length === 0)) return term;
    return { ...term, set: { ...term.set, addCommunities: [...addCommunities, leakMark] } };
  });
  return { ...policy, terms };
}

/**
 * Routes that a neighbour drains get LOCAL_PREF 0 (RFC 8326 §4.2), whatever the written terms set: each that sets it
 * has one without it before it, for such routes. Where the term asks for communities of its own, a mark says that a
 * route has one of those and is drained: two lists cannot both be asked for.
 */
function honourShutdown(written: readonly Policy[], policy: PolicyMaker, localPref: number): readonly Policy[] {
  const marks: { readonly mark: Community; readonly of: PolicyMatch["communities"] }[] = [];
  const split = written.map((own) => ({
    ...own,
    terms: own.terms.flatMap((term): readonly PolicyTerm[] => {
      if (term.set.localPref === null || term.action === "reject") return [term];
      let asked: Community = gracefulShutdown;
      if (term.match.communities !== null) {
        asked = { kind: "large", asn: reservedAs, data1: 8326, data2: marks.length + 1 };
        marks.push({ mark: asked, of: term.match.communities });
      }
      return [withoutLocalPref({ ...term, match: { ...term.match, communities: [asked] } }), term];
    }),
  }));
  const first = policy("graceful shutdown", { communities: [gracefulShutdown] }, { localPref }, "next");
  if (marks.length === 0) return [first, ...split];
  const all = marks.map(({ mark }) => mark);
  const [template] = first.terms;
  const unmark: Policy = {
    ...first,
    terms: [
      ...first.terms,
      ...(template ? [{ ...template, match: anyRoute, set: { ...noChange, removeCommunities: all } }] : []),
    ],
  };
  // No mark leaves the filter, and none that a neighbour sent comes into it.
  const clean = policy("graceful shutdown marks", {}, { removeCommunities: all }, "next");
  const marking = marks.map(({ mark, of }, index) =>
    policy(`graceful shutdown mark ${index + 1}`, { communities: of }, { addCommunities: [mark] }, "next"),
  );
  const unmarked = split.map((own) => ({
    ...own,
    terms: own.terms.map((term) => (term.action === "accept" ? withoutMarks(term, all) : term)),
  }));
  return [clean, ...marking, unmark, ...unmarked];
}

/** No AS has this number (RFC 7300), so no neighbour means anything by such a community. */
const reservedAs = 4_294_967_295;

function withoutMarks(term: PolicyTerm, marks: readonly Community[]): PolicyTerm {
  if (term.set.replaceCommunities !== null) return term;
  return { ...term, set: { ...term.set, removeCommunities: [...term.set.removeCommunities, ...marks] } };
}

function withoutLocalPref(term: PolicyTerm): PolicyTerm {
  return term.set.localPref === null ? term : { ...term, set: { ...term.set, localPref: null } };
}

/** A written term may take all communities away, and this one has to stay. */
function withShutdown(term: PolicyTerm): PolicyTerm {
  if (term.action === "reject") return term;
  return { ...term, set: { ...term.set, addCommunities: [...term.set.addCommunities, gracefulShutdown] } };
}

type PolicyMaker = ReturnType<typeof maker>;

/** Policies of one term, which stand where the peer does. */
function maker({ path }: Peer) {
  return (
    what: string,
    match: Partial<PolicyMatch>,
    set: Partial<PolicyActions>,
    action: PolicyTerm["action"],
  ): Policy => ({
    name: `nix-nos ${what}`,
    terms: [{ match: { ...anyRoute, ...match }, set: { ...noChange, ...set }, action, path }],
    path,
  });
}
