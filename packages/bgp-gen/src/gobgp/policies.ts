import { familyOf } from "@nix-nos/ipam";
import type { Family, OptionValue } from "@nix-nos/topology";
import { familiesOf } from "../plan/channels.js";
import type { BgpSpeaker, SessionChannel } from "../plan/types.js";
import { groupVips, type VipGroup } from "../plan/vip-groups.js";
import { actionText, communityAction, communityKinds } from "./communities.js";
import { createDefinedSets, type DefinedSets } from "./defined-sets.js";
import { addressesOf, compileFilters, printStatement } from "./filters.js";
import { everyIpv6 } from "./prefixes.js";
import type { Statement } from "./terms.js";

/** The parts of a GoBGP configuration that decide about routes. */
export interface GlobalPolicies {
  /** `global.apply-policy.config` */
  readonly applied: OptionValue;
  /** `defined-sets` */
  readonly sets: OptionValue;
  /** `policy-definitions` */
  readonly definitions: readonly OptionValue[];
}

/**
 * What comes in and goes out, as global policies. Out go, of the routes that were injected on this machine
 * (`route-type: local`), the declared VIPs, stamped, and the node's own prefixes; then each neighbour's filter decides.
 * Neighbours without a filter get and give all.
 */
export function globalPolicies(speaker: BgpSpeaker): GlobalPolicies {
  const sets = createDefinedSets();
  const own = definition("own routes", ownStatements(speaker, sets));
  const hops = hopStatements(speaker, sets);
  const imports = compileFilters(speaker, "import", sets);
  const exports = compileFilters(speaker, "export", sets);
  const importList = [
    ...(speaker.sessions.some((session) => familiesOf(session).includes("ipv6"))
      ? [definition("IPv4-mapped", [{ about: "reject", statement: rejectMapped(sets) }])]
      : []),
    ...(imports.neighbors === null
      ? []
      : [definition("from this machine", [{ about: "accept", statement: acceptLocal }])]),
    ...imports.definitions,
    definition("from all others", [{ about: "accept", statement: acceptOthers(imports.neighbors) }]),
  ];
  const exportList = [
    own,
    ...(hops.length > 0 ? [definition("next hop", hops)] : []),
    ...exports.definitions,
    definition("to all others", [{ about: "accept", statement: acceptOthers(exports.neighbors) }]),
  ];
  return {
    applied: {
      "import-policy-list": importList.map(nameOf),
      "export-policy-list": exportList.map(nameOf),
      "default-import-policy": "reject-route",
      "default-export-policy": "reject-route",
    },
    sets: sets.config(),
    definitions: [...importList, ...exportList],
  };
}

interface Definition {
  readonly [key: string]: OptionValue;
  readonly name: string;
}

/** A statement and what it is about, which its name says: a number would change with what comes before it. */
interface Named {
  readonly about: string;
  readonly statement: Statement;
}

function definition(name: string, statements: readonly Named[]): Definition {
  return { name, statements: statements.map(({ about, statement }) => printStatement(`${name}: ${about}`, statement)) };
}

function nameOf(each: OptionValue): OptionValue {
  return (each as Definition).name;
}

const families = ["ipv4", "ipv6"] as const;

function ownStatements({ vips, originated }: BgpSpeaker, sets: DefinedSets): readonly Named[] {
  const stamps = groupVips(vips).flatMap((group) => {
    const actions = stamp(group);
    if (Object.keys(actions).length === 0) return [];
    const set = prefixSet(sets, `vips ${group.advertisement} ${group.family}`, group.prefixes);
    const top = { "match-prefix-set": { "prefix-set": set, "match-set-options": "any" } };
    return [{ about: set, statement: local(top, {}, actions, null) }];
  });
  const others = families.map((family) => {
    const known = [...vips.map(({ prefix }) => prefix), ...originated].filter((each) => familyOf(each) === family);
    const about = `no other ${family}`;
    if (known.length === 0)
      return { about, statement: local({}, { "afi-safi-in-list": [`${family}-unicast`] }, {}, "reject-route") };
    const set = prefixSet(sets, `own ${family}`, [...new Set(known)]);
    const top = { "match-prefix-set": { "prefix-set": set, "match-set-options": "invert" } };
    return { about, statement: local(top, {}, {}, "reject-route") };
  });
  return [...others, ...stamps];
}

function local(
  top: Statement["conditions"]["top"],
  bgp: Statement["conditions"]["bgp"],
  actions: Statement["actions"],
  disposition: Statement["disposition"],
): Statement {
  return { conditions: { top, bgp: { ...bgp, "route-type": "local" }, communities: null }, actions, disposition };
}

/** No set of prefixes finds these, so no filter could. */
function rejectMapped(sets: DefinedSets): Statement {
  const set = sets.define("prefix", "every IPv6 prefix", everyIpv6);
  const top = { "match-prefix-set": { "prefix-set": set, "match-set-options": "invert" } };
  return { conditions: { top, bgp: {}, communities: null }, actions: {}, disposition: "reject-route" };
}

const acceptLocal = local({}, {}, {}, "accept-route");

/** Whoever has no filter; the condition alone would hold for a route that no neighbour sent too. */
function acceptOthers(filtered: string | null): Statement {
  const top = filtered === null ? {} : askForNeighbors(filtered, "invert");
  return { conditions: { top, bgp: {}, communities: null }, actions: {}, disposition: "accept-route" };
}

function askForNeighbors(set: string, option: "any" | "invert"): Statement["conditions"]["top"] {
  return { "match-neighbor-set": { "neighbor-set": set, "match-set-options": option } };
}

/** A border's eBGP next hops are unknown further inside; where it is asked for, reflected routes' too. */
function hopStatements({ sessions }: BgpSpeaker, sets: DefinedSets): readonly Named[] {
  const towards = (asked: SessionChannel["nextHopSelf"]) =>
    addressesOf(sessions.filter(({ channels }) => channels.some(({ nextHopSelf }) => nextHopSelf === asked)));
  return [
    { name: "inner neighbours", addresses: towards("ebgp"), bgp: { "route-type": "external" } },
    { name: "next-hop-self neighbours", addresses: towards("all"), bgp: {} },
  ]
    .filter(({ addresses }) => addresses.length > 0)
    .map(({ name, addresses, bgp }) => ({
      about: name,
      statement: {
        conditions: { top: askForNeighbors(sets.define("neighbor", name, addresses), "any"), bgp, communities: null },
        actions: { "set-next-hop": "self" },
        disposition: null,
      },
    }));
}

function prefixSet(sets: DefinedSets, name: string, prefixes: readonly string[]): string {
  return sets.define(
    "prefix",
    name,
    prefixes.map((prefix) => ({ "ip-prefix": prefix })),
  );
}

function stamp(vip: VipGroup): Statement["actions"] {
  return Object.assign(
    {},
    vip.localPref !== null && { "set-local-pref": vip.localPref },
    vip.nextHop !== null && { "set-next-hop": "self" },
    ...communityKinds.map((kind) => {
      const list = vip.communities.filter((community) => community.kind === kind).map(actionText);
      return list.length > 0 && communityAction(kind, "add", list);
    }),
  );
}
