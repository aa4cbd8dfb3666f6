import { type BgpSpeaker, familiesOf } from "@nix-nos/bgp-gen";
import { type Artifact, nodeFolder } from "@nix-nos/topology";

/** `nodes/NODE/bgp.json`: a speaker's identity and neighbours, for `nix/default.nix` and other programs. */
export function bgpDocument(speaker: BgpSpeaker): Artifact {
  const document = {
    localAs: speaker.localAs,
    routerId: speaker.routerId,
    neighbors: speaker.sessions.map((session) => ({
      name: session.name,
      kind: session.kind,
      address: session.remoteAddress,
      remoteAs: session.remoteAs,
      localAddress: session.localAddress,
      // A link-local address means nothing without its link.
      interface: session.interface,
      remoteNode: session.remoteNode,
      routeReflectorClient: session.routeReflectorClient,
      families: familiesOf(session),
    })),
  };
  const text = `${JSON.stringify(document, null, 2)}\n`;
  return { path: `${nodeFolder(speaker.node)}/bgp.json`, text, node: speaker.node, layer: 1, kind: "bgp" };
}
