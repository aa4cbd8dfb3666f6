import {
  anyRoute,
  type BgpDaemon,
  type Network,
  type Node,
  noChange,
  type Policy,
  type PolicyActions,
  type PolicyMatch,
  type PolicyTerm,
} from "@nix-nos/topology";
import type { RouteFilter } from "./types.js";
import { gracefulShutdown, keptBack } from "./well-known.js";

/** What decides how an end of a session between two of the topology's own speakers treats routes. */
export interface InnerEnd {
  readonly daemon: BgpDaemon;
  /** LOCAL_PREF crosses iBGP and a confederation's inner borders, and no other session. */
  readonly relation: "ibgp" | "confederation" | "ebgp";
  /** The node is in maintenance. */
  readonly isDrained: boolean;
}

/** The end that a node has of a session. */
export function innerEnd({ name, bgpDaemon }: Node, { bgp }: Network, relation: InnerEnd["relation"]): InnerEnd {
  return { daemon: bgpDaemon, relation, isDrained: bgp.speakers.get(name)?.maintenance ?? false };
}

/** The LOCAL_PREF of what is drained: 0 (RFC 8326 §4.2), which GoBGP cannot set. */
export function lowestPreference(daemon: BgpDaemon): number {
  return daemon === "gobgp" ? 1 : 0;
}

/**
 * What comes in from one of the topology's own speakers: everything. Over eBGP, what is drained somewhere on its way is
 * preferred to nothing but no route at all; always, so that only the drained node itself is configured anew.
 */
export function innerImport({ relation, daemon }: InnerEnd): RouteFilter {
  return relation === "ibgp" ? acceptAll : honouring[daemon];
}

/**
 * What goes out to one of the topology's own speakers: everything but what says itself that it is to stay, which BIRD
 * and IOS heed of their own accord and GoBGP does not; from a node in maintenance, with the wish to be avoided. The community says
 * it beyond the AS too, where the route goes on.
 */
export function innerExport({ isDrained, relation, daemon }: InnerEnd): RouteFilter {
  const told = !isDrained ? acceptAll : relation === "ebgp" ? draining.outside : draining[daemon];
  if (daemon !== "gobgp") return told;
  return { ...told, policies: [...keeping[relation].policies, ...told.policies] };
}

const acceptAll: RouteFilter = { policies: [], otherwise: "accept" };

// One object for all sessions that have it, because a mesh of a thousand has a million ends.
const honouring = {
  bird: honour("bird"),
  gobgp: honour("gobgp"),
  ios: honour("ios"),
};

const draining = {
  bird: drain({ localPref: lowestPreference("bird") }),
  gobgp: drain({ localPref: lowestPreference("gobgp") }),
  ios: drain({ localPref: lowestPreference("ios") }),
  outside: drain({}),
};

const keeping = { ibgp: keep("ibgp"), confederation: keep("confederation"), ebgp: keep("ebgp") };

function keep(relation: InnerEnd["relation"]): RouteFilter {
  return filterOf("nix-nos well-known communities", { communities: keptBack[relation] }, {}, "reject");
}

function honour(daemon: BgpDaemon): RouteFilter {
  return filterOf(
    "nix-nos graceful shutdown",
    { communities: [gracefulShutdown] },
    { localPref: lowestPreference(daemon) },
  );
}

function drain(set: Partial<PolicyActions>): RouteFilter {
  return filterOf("nix-nos maintenance", {}, { ...set, addCommunities: [gracefulShutdown] });
}

function filterOf(
  name: string,
  match: Partial<PolicyMatch>,
  set: Partial<PolicyActions>,
  action: PolicyTerm["action"] = "accept",
): RouteFilter {
  const path = ["nix-nos", "network", "bgp"];
  const term = { match: { ...anyRoute, ...match }, set: { ...noChange, ...set }, action, path };
  const policy: Policy = { name, terms: [term], path };
  return { policies: [policy], otherwise: "accept" };
}
