import type { PrefixSet } from "@nix-nos/topology";
import { blackholeSet } from "./blackhole-sets.js";
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
  return [...sets, ...sets.map(blackholeSet)].filter(({ name }) => named.has(name));
}

/** Whether a filter of these sessions wants to know what the RPKI says. */
export function asksRpki(sessions: readonly BgpSession[]): boolean {
  return sessions.some(
    ({ peer, channels }) =>
      peer !== null &&
      channels.some((channel) =>
        [...channel.import.policies, ...channel.export.policies].some(({ terms }) =>
          terms.some(({ match }) => match.rpki !== null),
        ),
      ),
  );
}
