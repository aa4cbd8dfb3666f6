import type { Community, OptionValue } from "@nix-nos/topology";
import type { PlannedVip } from "../plan/types.js";

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
 * Export policy for routes that were injected on this machine (`route-type: local`): the declared VIPs leave, stamped;
 * nothing else does. What came from neighbours passes. It is a global policy, because GoBGP ignores a neighbour's own
 * unless it is a route server's client; and every name that it mentions is defined right here, because one undefined
 * name makes GoBGP accept everything.
 */
export function vipPolicy(vips: readonly PlannedVip[]): VipPolicy {
  const groups = groupVips(vips);
  const statements: OptionValue[] = groups.map(({ name, members }) => ({
    name: `announce-${name}`,
    conditions: {
      "match-prefix-set": { "prefix-set": name, "match-set-options": "any" },
      "bgp-conditions": { "route-type": "local" },
    },
    actions: { "bgp-actions": stamp(members[0]), "route-disposition": "accept-route" },
  }));
  statements.push({
    name: "keep-other-local-routes",
    conditions: { "bgp-conditions": { "route-type": "local" } },
    actions: { "route-disposition": "reject-route" },
  });
  return {
    applied: {
      "export-policy-list": [policyName],
      "default-export-policy": "accept-route",
      "default-import-policy": "accept-route",
    },
    sets: {
      "prefix-sets": groups.map(({ name, members }) => ({
        "prefix-set-name": name,
        "prefix-list": members.map((vip) => ({ "ip-prefix": vip.prefix })),
      })),
    },
    definitions: [{ name: policyName, statements }],
  };
}

/** One prefix set an advertisement and family: GoBGP refuses a set of both families. */
function groupVips(
  vips: readonly PlannedVip[],
): readonly { readonly name: string; readonly members: readonly PlannedVip[] }[] {
  const groups = new Map<string, PlannedVip[]>();
  for (const vip of vips) {
    const name = `vips-${vip.advertisement}-${vip.family}`;
    const group = groups.get(name);
    if (group) group.push(vip);
    else groups.set(name, [vip]);
  }
  return [...groups].map(([name, members]) => ({ name, members }));
}

function stamp(vip: PlannedVip | undefined): OptionValue {
  const communities = vip?.communities ?? [];
  const standard = communities.filter((community) => community.kind === "standard").map(textOf);
  const large = communities.filter((community) => community.kind === "large").map(textOf);
  return {
    ...(vip?.nextHop != null && { "set-next-hop": "self" }),
    ...(standard.length > 0 && {
      "set-community": { "set-community-method": { "communities-list": standard }, options: "add" },
    }),
    ...(large.length > 0 && {
      "set-large-community": { "set-large-community-method": { "communities-list": large }, options: "add" },
    }),
  };
}

function textOf(community: Community): string {
  return community.kind === "standard"
    ? `${community.asn}:${community.value}`
    : `${community.asn}:${community.data1}:${community.data2}`;
}
