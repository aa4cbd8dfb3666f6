import type { PrefixSet } from "@nix-nos/topology";
import type { BgpSession } from "./types.js";

/** Of all prefix sets, those that a speaker's configuration must define: those that the filters of its sessions name. */
export function usedPrefixSets(sessions: readonly BgpSession[], sets: readonly PrefixSet[]): readonly PrefixSet[] {
  // A mesh of a thousand has a million channels and a handful of different ones.
  const channels = new Set(sessions.flatMap((session) => session.channels));
  const policies = new Set(
    [...channels].flatMap((channel) => [...channel.import.policies, ...channel.export.policies]),
  );
  if (policies.size === 0) return [];
  const named = new Set([...policies].flatMap(({ terms }) => terms.flatMap(({ match }) => match.prefixSets ?? [])));
  return sets.filter(({ name }) => named.has(name));
}
