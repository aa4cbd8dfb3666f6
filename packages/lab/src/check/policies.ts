import {
  type BgpPlan,
  type BgpSession,
  type BgpSpeaker,
  communityText,
  defaultRouteName,
  defaultRoutes,
  evaluateFilter,
  type FilterSurroundings,
  isDefaultRoute,
  type Route,
} from "@nix-nos/bgp-gen";
import { familyOf } from "@nix-nos/ipam";
import { type LabAnnouncement, type LabPeer, parseCommunity } from "@nix-nos/topology";
import { playerName } from "../design/players.js";
import { isNamed } from "../observe/named-by.js";
import type { RouteReport } from "../observe/route-report.js";
import { expectedHealth, expectedStatic } from "./expected-routes.js";
import { check, type LabCheck } from "./report.js";
import type { Table, Tables } from "./tables.js";

/** Communities that every daemon heeds by itself (RFC 1997): not to other ASes, and to nobody. */
const keptInside = ["65535:65281", "65535:65282", "65535:65283"];

/**
 * What passes between the topology and the neighbours outside, held against the plan's filters: of each announcement,
 * whether it comes in and how it looks then; of each prefix that the plan or a neighbour knows, whether the neighbour
 * hears what the border has to tell of it, and that it hears nothing else. What there is to look at is the plan's to say,
 * whatever the tables hold. Of a table that could not be read nothing is said here.
 */
export function checkPolicies(tables: Tables, plan: BgpPlan, peers: readonly LabPeer[]): readonly LabCheck[] {
  const announced = new Map(peers.map(({ name, announce }) => [name, announce]));
  const originated = [...expectedStatic(plan), ...expectedHealth(plan)].map(({ prefix }) => prefix);
  const foreign = peers.flatMap(({ announce }) => announce.map(({ prefix }) => prefix));
  const prefixes = [...new Set([...originated, ...foreign])];
  return plan.speakers.flatMap((speaker) => {
    const own = tables.get(speaker.node);
    if (own === undefined || own.fault !== null) return [];
    return speaker.sessions.flatMap((session) => {
      const heard = session.peer === null ? undefined : tables.get(playerName(session.peer));
      if (heard === undefined || heard.fault !== null) return [];
      return [
        ...importChecks(speaker, session, announced.get(session.peer ?? "") ?? [], own),
        ...exportChecks(speaker, session, prefixes, own, heard),
      ];
    });
  });
}

function importChecks(
  speaker: BgpSpeaker,
  session: BgpSession,
  announce: readonly LabAnnouncement[],
  own: Table,
): LabCheck[] {
  return announce.flatMap(({ prefix, asPath, communities, med }) => {
    const channel = channelOf(session, prefix);
    if (channel === undefined) return [];
    const route: Route = {
      prefix,
      asPath: session.kind === "ibgp" ? asPath : [session.remoteAs, ...asPath],
      nextHop: session.dynamic ? null : session.remoteAddress,
      localPref: null,
      med,
      weight: 0,
      communities,
    };
    const found = own.routes.find((each) => each.prefix === prefix && isNamed(session, each.protocol));
    const subject = `${prefix} from ${session.peer} into ${session.node}`;
    const ownNumbers = route.asPath.filter((number) => number === session.localAs || number === speaker.localAs);
    if (ownNumbers.length > channel.allowLocalAs)
      return [check("policy", subject, found ? "came in, though it is a loop" : null)];
    const verdict = evaluateFilter(channel.import, route, surroundingsOf(speaker, session));
    if (verdict.verdict === "reject") {
      return [check("policy", subject, found ? "came in, though the import filter rejects it" : null)];
    }
    if (found === undefined) return [check("policy", subject, "did not come in, though the import filter accepts it")];
    return [check("policy", subject, difference(verdict.route, found, true))];
  });
}

function exportChecks(
  speaker: BgpSpeaker,
  session: BgpSession,
  prefixes: readonly string[],
  own: Table,
  heard: Table,
): LabCheck[] {
  const there = new Map(
    heard.routes.filter(({ protocol }) => protocol === "lab_session").map((route) => [route.prefix, route]),
  );
  const told = own.routes.filter(
    (route) =>
      route.primary &&
      !isNamed(session, route.protocol) &&
      (isMade(session, route.prefix) || (/^(BGP|static)$/.test(route.source) && !madeNames.includes(route.protocol))),
  );
  const toldOf = new Map(told.map((route) => [route.prefix, route]));
  const planned = [...prefixes, ...defaults].filter(
    (prefix) => channelOf(session, prefix) !== undefined && (!defaults.includes(prefix) || isMade(session, prefix)),
  );
  const all = new Set([...planned, ...toldOf.keys(), ...there.keys()]);
  const isPlanned = new Set(planned);
  return [...all].flatMap((prefix) => {
    const made = speaker.daemon === "ios" && isMade(session, prefix) ? madeByIos(prefix) : undefined;
    const reason = exportFault(speaker, session, toldOf.get(prefix) ?? made, there.get(prefix));
    const subject = `${prefix} from ${session.node} to ${session.peer}`;
    // A route that the plan does not know of is no check, only a fault where there is one.
    return isPlanned.has(prefix) || reason !== null ? [check("policy", subject, reason)] : [];
  });
}

/** What is wrong with what the neighbour heard of a prefix, when the border has that route to tell; `null` if nothing. */
function exportFault(
  speaker: BgpSpeaker,
  session: BgpSession,
  own: RouteReport | undefined,
  found: RouteReport | undefined,
): string | null {
  const channel = own && channelOf(session, own.prefix);
  if (own === undefined || channel === undefined)
    return found ? "went out, and the node has no such route to tell" : null;
  const route = isMade(session, own.prefix) ? { ...routeOf(own), ...blank } : routeOf(own);
  const verdict = evaluateFilter(channel.export, route, surroundingsOf(speaker, session));
  if (verdict.verdict === "reject" || isWithheld(own, session)) return found ? "went out, though it must not" : null;
  // Between members of one AS, whether a route goes on is the reflector's business too.
  const mayLack = session.kind === "ibgp" || own.asPath.includes(session.remoteAs);
  if (found === undefined) return mayLack ? null : "did not go out, though it may";
  const path = session.kind === "ibgp" ? verdict.route.asPath : [session.localAs, ...verdict.route.asPath];
  return difference({ ...verdict.route, asPath: path }, found, false);
}

/** What BIRD keeps back of itself of BGP's routes: by roles (RFC 9234 §5), and by well-known communities. */
function isWithheld(route: RouteReport, session: BgpSession): boolean {
  if (session.daemon === "gobgp" || route.source !== "BGP" || isMade(session, route.prefix)) return false;
  const upwards = session.role === "customer" || session.role === "peer" || session.role === "rs-client";
  if (route.onlyToCustomer !== null && upwards) return true;
  if (session.peering?.interpretsCommunities === false) return false;
  const kept = route.communities.filter((text) => keptInside.includes(text));
  return kept.includes("65535:65282") || (kept.length > 0 && session.kind === "ebgp");
}

const defaults: readonly string[] = Object.values(defaultRoutes);

/** Protocols of routes that begin here for some neighbours alone. */
const madeNames: readonly string[] = (["ipv4", "ipv6"] as const).map(defaultRouteName);

/** A default route that the border makes for the neighbour, whatever it has itself. */
function isMade(session: BgpSession, prefix: string): boolean {
  return isDefaultRoute(prefix) && channelOf(session, prefix)?.defaultOriginate === true;
}

/** A default route that begins at a session of a Cisco device is in no table. */
function madeByIos(prefix: string): RouteReport {
  const nowhere = { protocol: "local", source: "static", primary: true, unreachable: false, nextHop: null };
  return { prefix, ...nowhere, ...blank, onlyToCustomer: null };
}

/** What a route has that begins here. */
const blank = { asPath: [], localPref: null, med: null, communities: [] } satisfies Partial<Route>;

function surroundingsOf(speaker: BgpSpeaker, session: BgpSession): FilterSurroundings {
  return {
    localAs: session.localAs,
    localAddress: session.localAddress,
    prefixSets: new Map(speaker.prefixSets.map((set) => [set.name, set])),
    // No cache of ROAs is in the lab.
    rpki: () => "unknown",
  };
}

function channelOf(session: BgpSession, prefix: string) {
  const family = familyOf(prefix);
  return session.channels.find((channel) => channel.family === family);
}

function routeOf({ prefix, asPath, nextHop, localPref, med, communities }: RouteReport): Route {
  const known = communities.flatMap((text) => parseCommunity(text) ?? []);
  return { prefix, asPath, nextHop, localPref, med, weight: 0, communities: known };
}

/** How a route differs from what the filter makes of it; `null` where it does not. */
function difference(wanted: Route, found: RouteReport, isImport: boolean): string | null {
  const path = wanted.asPath.join(" ");
  if (path !== found.asPath.join(" ")) return `its AS path is "${found.asPath.join(" ")}", not "${path}"`;
  const communities = [...new Set(wanted.communities.map(communityText))].sort().join(" ");
  const carried = [...new Set(found.communities)].sort().join(" ");
  if (communities !== carried) return `it carries the communities "${carried}", not "${communities}"`;
  if (isImport && wanted.localPref !== null && wanted.localPref !== found.localPref)
    return `its local preference is ${found.localPref}, not ${wanted.localPref}`;
  if (isImport && wanted.med !== null && wanted.med !== found.med) return `its MED is ${found.med}, not ${wanted.med}`;
  return null;
}
