import type { Topology } from "../document/schema.js";
import type { SpeakerSettings } from "../network/bgp.js";

/** What nodes say of their own daemon; those that say nothing are not there. */
export function resolveSpeakers(topology: Topology): ReadonlyMap<string, SpeakerSettings> {
  const speakers = new Map<string, SpeakerSettings>();
  for (const { nodes } of Object.values(topology["nix-nos"].clusters ?? {})) {
    for (const [name, { bgp }] of Object.entries(nodes)) {
      if (!bgp?.birdVersion && !bgp?.maintenance && !bgp?.extraConfig?.bird) continue;
      speakers.set(name, {
        birdVersion: bgp.birdVersion ?? null,
        maintenance: bgp.maintenance,
        extraConfig: { bird: bgp.extraConfig?.bird ?? null },
      });
    }
  }
  return speakers;
}
