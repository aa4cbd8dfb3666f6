import type { BgpPlan, BgpSession, BgpSpeaker, SessionChannel } from "@nix-nos/bgp-gen";
import { type Family, loadTopology, type Network, resolveTopology, unwrap } from "@nix-nos/topology";

/** The network that a topology in YAML means. */
export function networkOf(yaml: string): Network {
  const loaded = unwrap(loadTopology({ file: "test.yaml", format: "yaml", text: yaml }));
  return unwrap(resolveTopology(loaded.document));
}

/** What a session does for a family when nothing special is wanted. */
export function channel(family: Family): SessionChannel {
  return {
    family,
    nextHopSelf: "none",
    extendedNextHop: false,
    allowLocalAs: 0,
    defaultOriginate: false,
    limit: null,
    import: { policies: [], otherwise: "accept" },
    export: { policies: [], otherwise: "accept" },
  };
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
    confederation: false,
    dynamic: false,
    peer: null,
    description: own.remoteNode ?? "",
    routeReflectorClient: false,
    external: false,
    role: null,
    enforceFirstAs: false,
    transport: { multihop: null, ttlSecurity: false, passwordFile: null },
    timers: { holdTime: null, keepalive: null },
    bfd: false,
    gracefulRestart: false,
    peering: null,
    channels: [channel("ipv4")],
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
      confederation: null,
      routerId: `10.0.1.${10 + index}`,
      clusterId: null,
      originated: [],
      vips: [],
      sidecar: null,
      sessions,
      prefixSets: [],
      rpkiCaches: [],
      birdVersion: "2.0.12",
      extraConfig: { bird: null },
      path: [],
    }),
  );
  return { speakers: list, speakerByNode: new Map(list.map((speaker) => [speaker.node, speaker])) };
}
