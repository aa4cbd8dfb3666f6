import type { Community, OptionValue } from "@nix-nos/topology";
import type { BgpSpeaker, SessionChannel } from "../plan/types.js";
import { groupVips, type VipGroup } from "../plan/vip-groups.js";

/** The parts of a GoBGP configuration that the policy on VIPs consists of. */
export interface VipPolicy {
  /** `global.apply-policy.config` */
  readonly applied: OptionValue;
  /** `defined-sets` */
  readonly sets: OptionValue;
  /** `policy-definitions` */
  readonly definitions: readonly OptionValue[];
}

const policyName = "announce-vips";

/**
 * Export policy for routes that were injected on this machine (`route-type: local`): the declared VIPs leave, stamped,
 * and the node's own prefixes as they are; nothing else does. What came from neighbours passes. It is a global policy,
 * because GoBGP ignores a neighbour's own unless it is a route server's client; and every name that it mentions is
 * defined right here, because one undefined name makes GoBGP accept everything.
 */
export function vipPolicy(speaker: BgpSpeaker): VipPolicy {
  const groups = [...groupVips(speaker.vips).map(announcedGroup), ...groupOriginated(speaker.originated)];
  const towards = (asked: SessionChannel["nextHopSelf"]) =>
    speaker.sessions
      .filter(({ channels }) => channels.some(({ nextHopSelf }) => nextHopSelf === asked))
      .map((session) => session.remoteAddress);
  const hops = [
    { set: innerNeighbors, addresses: towards("ebgp"), statement: borderStatement },
    { set: selfNeighbors, addresses: towards("all"), statement: selfStatement },
  ].filter(({ addresses }) => addresses.length > 0);
  const statements: OptionValue[] = groups.map(({ name, actions }) => ({
    name: `announce-${name}`,
    conditions: {
      "match-prefix-set": { "prefix-set": name, "match-set-options": "any" },
      "bgp-conditions": { "route-type": "local" },
    },
    actions: { "bgp-actions": actions, "route-disposition": "accept-route" },
  }));
  statements.push({
    name: "keep-other-local-routes",
    conditions: { "bgp-conditions": { "route-type": "local" } },
    actions: { "route-disposition": "reject-route" },
  });
  statements.push(...hops.map(({ statement }) => statement));
  return {
    applied: {
      "export-policy-list": [policyName],
      "default-export-policy": "accept-route",
      "default-import-policy": "accept-route",
    },
    sets: {
      "prefix-sets": groups.map(({ name, prefixes }) => ({
        "prefix-set-name": name,
        "prefix-list": prefixes.map((prefix) => ({ "ip-prefix": prefix })),
      })),
      ...(hops.length > 0 && {
        "neighbor-sets": hops.map(({ set, addresses }) => {
          return { "neighbor-set-name": set, "neighbor-info-list": addresses };
        }),
      }),
    },
    definitions: [{ name: policyName, statements }],
  };
}

const innerNeighbors = "inner-neighbors";

/** A border's eBGP next hops are unknown further inside. */
const borderStatement: OptionValue = {
  name: "next-hop-self-at-the-border",
  conditions: {
    "match-neighbor-set": { "neighbor-set": innerNeighbors, "match-set-options": "any" },
    "bgp-conditions": { "route-type": "external" },
  },
  actions: { "bgp-actions": { "set-next-hop": "self" }, "route-disposition": "accept-route" },
};

const selfNeighbors = "next-hop-self-neighbors";

/** Where it is asked for, reflected routes too. */
const selfStatement: OptionValue = {
  name: "next-hop-self-always",
  conditions: { "match-neighbor-set": { "neighbor-set": selfNeighbors, "match-set-options": "any" } },
  actions: { "bgp-actions": { "set-next-hop": "self" }, "route-disposition": "accept-route" },
};

/** One prefix set: GoBGP refuses one of both families. */
interface PrefixGroup {
  readonly name: string;
  readonly prefixes: readonly string[];
  readonly actions: OptionValue;
}

function announcedGroup(group: VipGroup): PrefixGroup {
  const name = `vips-${group.advertisement}-${group.family}`;
  return { name, prefixes: group.prefixes, actions: stamp(group) };
}

function groupOriginated(prefixes: readonly string[]): readonly PrefixGroup[] {
  const [ipv4, ipv6] = [prefixes.filter((each) => !each.includes(":")), prefixes.filter((each) => each.includes(":"))];
  return [
    ...(ipv4.length > 0 ? [{ name: "originated-ipv4", prefixes: ipv4, actions: {} }] : []),
    ...(ipv6.length > 0 ? [{ name: "originated-ipv6", prefixes: ipv6, actions: {} }] : []),
  ];
}

function stamp(vip: VipGroup): OptionValue {
  const of = (kind: Community["kind"]) => vip.communities.filter((community) => community.kind === kind).map(textOf);
  const [standard, large, extended] = [of("standard"), of("large"), of("extended")];
  return {
    ...(vip.localPref !== null && { "set-local-pref": vip.localPref }),
    ...(vip.nextHop !== null && { "set-next-hop": "self" }),
    ...(standard.length > 0 && {
      "set-community": { "set-community-method": { "communities-list": standard }, options: "add" },
    }),
    ...(large.length > 0 && {
      "set-large-community": { "set-large-community-method": { "communities-list": large }, options: "add" },
    }),
    ...(extended.length > 0 && {
      "set-ext-community": { "set-ext-community-method": { "communities-list": extended }, options: "add" },
    }),
  };
}

function textOf(community: Community): string {
  switch (community.kind) {
    case "standard":
      return `${community.asn}:${community.value}`;
    case "large":
      return `${community.asn}:${community.data1}:${community.data2}`;
    case "extended":
      // GoBGP calls the route origin by its older name, site of origin.
      return `${community.type === "rt" ? "rt" : "soo"}:${community.asn}:${community.value}`;
  }
}
