import type { Diagnostic, Network, Peer } from "@nix-nos/topology";
import { daemonName } from "./names.js";
import type { BgpSession } from "./types.js";

/** The sessions with neighbours that the topology does not own, by name. */
export function* peerSessions(network: Network, diagnostics: Diagnostic[]): Iterable<BgpSession> {
  for (const peer of network.bgp.peers) {
    const node = network.index.nodeByName.get(peer.node);
    const system = network.index.autonomousSystemByNode.get(peer.node);
    if (node === undefined || system === undefined) continue;
    if (peer.localAddress === null) {
      diagnostics.push(noLocalAddress(peer));
      continue;
    }
    const isInternal = system.number === peer.remoteAs;
    yield {
      node: peer.node,
      daemon: node.bgpDaemon,
      name: daemonName("peer", [peer.name]),
      kind: isInternal ? "ibgp" : "ebgp",
      localAs: system.number,
      remoteAs: peer.remoteAs,
      localAddress: peer.localAddress,
      remoteAddress: peer.address,
      remoteNode: null,
      interface: null,
      routeReflectorClient: false,
      families: peer.families,
      external: true,
      nextHopSelf: isInternal,
      timers: { holdTime: null, keepalive: null },
      bfd: false,
      gracefulRestart: network.bgp.gracefulRestart,
      peer,
    };
  }
}

function noLocalAddress(peer: Peer): Diagnostic {
  return {
    code: "NN3008",
    severity: "error",
    message: `${peer.node} has no address in the network of ${peer.address}, so the session with "${peer.name}" has no end here.`,
    path: [...peer.path, "address"],
    hint: `Give an interface of ${peer.node} an address there, or name \`localAddress\` and \`multihop\`.`,
  };
}
