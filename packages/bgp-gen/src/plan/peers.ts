import type { Diagnostic, Family, Network, Peer, Policy } from "@nix-nos/topology";
import { compileFilter, type FilterContext } from "./filters.js";
import { daemonName } from "./names.js";
import { outerAs } from "./systems.js";
import type { BgpSession, SessionChannel } from "./types.js";

/** The sessions with neighbours that the topology does not own, by name. */
export function* peerSessions(network: Network, diagnostics: Diagnostic[]): Iterable<BgpSession> {
  const policies = new Map(network.bgp.policies.map((policy) => [policy.name, policy]));
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
      confederation: false,
      localAs: isInternal ? system.number : outerAs(system),
      remoteAs: peer.remoteAs,
      localAddress: peer.localAddress,
      remoteAddress: peer.address,
      dynamic: false,
      remoteNode: null,
      interface: null,
      peer: peer.name,
      description: peer.description ?? peer.name,
      routeReflectorClient: false,
      external: true,
      role: peer.role,
      // A neighbour that hides itself from its own paths is a route server, or forges (RFC 4271 §6.3).
      enforceFirstAs: !isInternal && peer.role !== "rs-client",
      transport: { multihop: peer.multihop, ttlSecurity: peer.ttlSecurity, passwordFile: peer.passwordFile },
      timers: { holdTime: null, keepalive: null },
      bfd: false,
      gracefulRestart: network.bgp.gracefulRestart,
      channels: peer.families.map((family) => channelOf(family, peer, isInternal, policies)),
    };
  }
}

function channelOf(
  family: Family,
  peer: Peer,
  isInternal: boolean,
  policies: ReadonlyMap<string, Policy>,
): SessionChannel {
  const count = peer.maxPrefixes[family];
  const context: FilterContext = {
    policies,
    family,
    neighborNames: [peer.name],
    neighborAddress: peer.address,
    role: peer.role,
  };
  return {
    family,
    nextHopSelf: isInternal ? "all" : "none",
    extendedNextHop: false,
    allowLocalAs: 0,
    limit: count === null ? null : { count, action: peer.maxPrefixes.action },
    import: compileFilter(peer.import, context),
    export: compileFilter(peer.export, context),
  };
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
