import type { BgpPlan, BgpSession, BgpSpeaker } from "@nix-nos/bgp-gen";
import { loadTopology, type Network, resolveTopology, unwrap } from "@nix-nos/topology";

/** The network that a topology in YAML means. */
export function networkOf(yaml: string): Network {
  const loaded = unwrap(loadTopology({ file: "test.yaml", format: "yaml", text: yaml }));
  return unwrap(resolveTopology(loaded.document));
}

/** A session with what a test says of it, and quiet values for the rest. */
export function session(
  own: Pick<BgpSession, "node" | "remoteNode" | "remoteAddress"> & Partial<BgpSession>,
): BgpSession {
  return {
    daemon: "bird",
    name: `ibgp_${own.remoteNode}_v4`,
    kind: "ibgp",
    localAs: 65000,
    remoteAs: 65000,
    localAddress: "10.0.1.10",
    interface: null,
    routeReflectorClient: false,
    families: ["ipv4"],
    external: false,
    nextHopSelf: false,
    timers: { holdTime: null, keepalive: null },
    bfd: false,
    gracefulRestart: false,
    peer: null,
    ...own,
  };
}

/** A plan of speakers in one AS, by their sessions. */
export function planOf(
  speakers: Readonly<Record<string, readonly BgpSession[]>>,
  daemon: "bird" | "gobgp" = "bird",
): BgpPlan {
  const list = Object.entries(speakers).map(
    ([node, sessions], index): BgpSpeaker => ({
      node,
      daemon,
      localAs: 65000,
      routerId: `10.0.1.${10 + index}`,
      clusterId: null,
      originated: [],
      vips: [],
      sidecar: null,
      sessions,
      policies: [],
      prefixSets: [],
      path: [],
    }),
  );
  return { speakers: list, speakerByNode: new Map(list.map((speaker) => [speaker.node, speaker])) };
}
