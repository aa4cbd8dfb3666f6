import type { Network, PrefixSet } from "@nix-nos/topology";
import type { BgpSession } from "./types.js";

/** The prefix sets that a speaker's configuration must define: those that the filters of its sessions name. */
export function usedPrefixSets(sessions: readonly BgpSession[], { bgp }: Network): readonly PrefixSet[] {
  const policies = new Set(
    sessions.flatMap(({ peer, channels }) =>
      // Between the topology's own speakers there are no policies, and there may be a million sessions.
      peer === null ? [] : channels.flatMap((channel) => [...channel.import.policies, ...channel.export.policies]),
    ),
  );
  if (policies.size === 0) return [];
  const named = new Set([...policies].flatMap(({ terms }) => terms.flatMap(({ match }) => match.prefixSets ?? [])));
  return bgp.prefixSets.filter(({ name }) => named.has(name));
}
