import type { Network, Policy, PrefixSet } from "@nix-nos/topology";
import type { BgpSession } from "./types.js";

/** What a speaker's configuration must define: the policies that its sessions name, and the sets that those name. */
export function usedPolicies(
  sessions: readonly BgpSession[],
  { bgp }: Network,
): { readonly policies: readonly Policy[]; readonly prefixSets: readonly PrefixSet[] } {
  const named = new Set(sessions.flatMap(({ peer }) => (peer ? [...peer.import, ...peer.export] : [])));
  if (named.size === 0) return { policies: [], prefixSets: [] };
  const policies = bgp.policies.filter(({ name }) => named.has(name));
  const sets = new Set(policies.flatMap(({ terms }) => terms.map(({ match }) => match.prefixSet)));
  return { policies, prefixSets: bgp.prefixSets.filter(({ name }) => sets.has(name)) };
}
