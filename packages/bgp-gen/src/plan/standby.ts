import { addressBits, familyOf } from "@nix-nos/ipam";
import {
  anyRoute,
  type Network,
  noChange,
  type Policy,
  type PolicyTerm,
  type PrefixSet,
  type VipAdvertisement,
} from "@nix-nos/topology";
import type { BgpSession, SessionChannel } from "./types.js";

/** How far a node stands behind the preferred announcer of a VIP: 0 for that one, and where all are alike. */
function standbyRank({ standby }: VipAdvertisement, node: string): number {
  if (standby === null) return 0;
  const index = standby.order.indexOf(node);
  return index === -1 ? standby.order.length : index;
}

/** LOCAL_PREF of a VIP's routes from a node; 100 is what every other route has (RFC 4277 §8). */
export function standbyPreference(entry: VipAdvertisement, node: string): number | null {
  if (entry.standby?.by !== "local-pref") return null;
  return Math.max(0, 100 - standbyRank(entry, node));
}

/** Sets of the VIPs that longer paths make less preferred, for the policies below. */
export function standbySets(network: Network): readonly PrefixSet[] {
  return network.bgp.vipAdvertisements
    .filter(({ standby }) => standby?.by === "prepend")
    .map((entry) => ({
      name: setName(entry),
      ranges: entry.vips.map((vip) => {
        const length = addressBits(familyOf(vip));
        return { prefix: `${vip}/${length}`, minLength: length, maxLength: length };
      }),
      path: null,
    }));
}

/** No name of the topology has a space in it. */
function setName({ name }: VipAdvertisement): string {
  return `standby ${name}`;
}

/**
 * The sessions of a node with other ASes, where it is not the preferred announcer: its VIPs leave with a longer path. On
 * the way out, because the own AS in a path would look like a loop inside.
 */
export function withStandby(
  sessions: readonly BgpSession[],
  entries: readonly VipAdvertisement[],
  node: string,
): readonly BgpSession[] {
  const policies = entries.filter((entry) => isLengthened(entry, node)).map((entry) => standbyPolicy(entry, node));
  if (policies.length === 0) return sessions;
  // What was one channel stays one: sessions that share it share its filters in the configuration too.
  const changed = new Map<SessionChannel, SessionChannel>();
  const withPolicies = (channel: SessionChannel): SessionChannel => {
    const known = changed.get(channel);
    if (known) return known;
    const { export: before } = channel;
    const after = { ...channel, export: { ...before, policies: [...policies, ...before.policies] } };
    changed.set(channel, after);
    return after;
  };
  return sessions.map((session) =>
    leavesTheAs(session) ? { ...session, channels: session.channels.map(withPolicies) } : session,
  );
}

function isLengthened(entry: VipAdvertisement, node: string): boolean {
  return entry.standby?.by === "prepend" && standbyRank(entry, node) > 0;
}

function leavesTheAs({ kind, confederation }: BgpSession): boolean {
  return kind === "ebgp" && !confederation;
}

function standbyPolicy(entry: VipAdvertisement, node: string): Policy {
  const term: PolicyTerm = {
    match: { ...anyRoute, prefixSets: [setName(entry)] },
    set: { ...noChange, prepend: { times: standbyRank(entry, node), as: null } },
    action: "next",
    path: entry.path,
  };
  return { name: setName(entry), terms: [term], path: entry.path };
}
