import type { TopologyBgp } from "../document/bgp-schema.js";
import type { TopologySessionOptions } from "../document/session-schema.js";
import { compareNames } from "../names.js";
import type { MultihopSession } from "../network/bgp.js";
import type { SessionSettings } from "../network/session.js";

/** eBGP between own nodes further apart than a link, each pair in the order of its names. */
export function resolveMultihop(bgp: TopologyBgp | undefined): readonly MultihopSession[] {
  return (bgp?.multihop ?? [])
    .map(({ between: [a, b], hops, transport, ...options }, index): MultihopSession => {
      const path = ["nix-nos", "network", "bgp", "multihop", index];
      return { nodes: compareNames(a, b) > 0 ? [b, a] : [a, b], hops, transport, ...sessionSettings(options), path };
    })
    .sort((a, b) => compareNames(a.nodes[0], b.nodes[0]) || compareNames(a.nodes[1], b.nodes[1]));
}

/** What is said of a session, and `null` for what is not. */
export function sessionSettings(options: TopologySessionOptions | undefined): SessionSettings {
  return { passwordFile: options?.passwordFile ?? null, bfd: options?.bfd ?? null };
}
