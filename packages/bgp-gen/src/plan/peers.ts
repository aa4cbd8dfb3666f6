import type { AddPath, Diagnostic, Family, Network, Peer, PeerFamily, Policy } from "@nix-nos/topology";
import { withDefaultRoute } from "./default-route.js";
import { compileFilter, type FilterContext } from "./filters.js";
import { type Draft, guardExport, guardImport } from "./guards.js";
import { daemonName } from "./names.js";
import { outerAs } from "./systems.js";
import type { BgpSession, SessionChannel } from "./types.js";

/** The sessions with neighbours that the topology does not own, by name. */
export function* peerSessions(network: Network, diagnostics: Diagnostic[]): Iterable<BgpSession> {
  const policies = new Map(network.bgp.policies.map((policy) => [policy.name, policy]));
  const marksLeaks = network.nodes.some(
    ({ name, bgpDaemon }) => bgpDaemon !== "bird" && network.index.autonomousSystemByNode.has(name),
  );
  for (const peer of network.bgp.peers) {
    const node = network.index.nodeByName.get(peer.node);
    const system = network.index.autonomousSystemByNode.get(peer.node);
    if (node === undefined || system === undefined) continue;
    if (peer.localAddress === null) {
      diagnostics.push(noLocalAddress(peer));
      continue;
    }
    const isInternal = system.number === peer.remoteAs;
    const { bgpDaemon: daemon } = node;
    const makesDefault = peer.families.some(({ defaultOriginate }) => defaultOriginate);
    // IOS makes its default route out of nothing, so no community of another one stands in its way.
    const interpretsCommunities = daemon === "ios" || (daemon === "bird" && !makesDefault);
    const draft: Draft = { peer, daemon, isInternal, marksLeaks, interpretsCommunities };
    yield {
      node: peer.node,
      daemon,
      name: daemonName("peer", [peer.name]),
      kind: isInternal ? "ibgp" : "ebgp",
      confederation: false,
      localAs: isInternal ? system.number : outerAs(system),
      remoteAs: peer.remoteAs,
      localAddress: peer.localAddress,
      remoteAddress: peer.address,
      dynamic: peer.dynamic,
      remoteNode: null,
      interface: peer.interface,
      peer: peer.name,
      description: peer.description ?? peer.name,
      routeReflectorClient: false,
      external: true,
      role: peer.role,
      // A neighbour that hides itself from its own paths is a route server, or forges (RFC 4271 §6.3).
      enforceFirstAs: !isInternal && (peer.enforceFirstAs ?? peer.role !== "rs-client"),
      transport: { multihop: peer.multihop, ttlSecurity: peer.ttlSecurity, passwordFile: peer.passwordFile },
      timers: peer.timers,
      bfd: peer.bfd,
      gracefulRestart: peer.longLivedGracefulRestart !== null || (peer.gracefulRestart ?? network.bgp.gracefulRestart),
      peering: {
        passive: peer.passive,
        longLivedGracefulRestart: peer.longLivedGracefulRestart,
        addPath: { ipv4: addPathOf(peer, "ipv4"), ipv6: addPathOf(peer, "ipv6") },
        maintenance: peer.maintenance,
        interpretsCommunities,
        rejectAsSets: peer.rejectAsSets,
        extraConfig: peer.extraConfig,
      },
      channels: peer.families.map((own) => channelOf(own, draft, policies)),
    };
  }
}

function addPathOf({ families }: Peer, family: Family): AddPath | null {
  return families.find((own) => own.family === family)?.addPath ?? null;
}

function channelOf(
  { family, ...own }: PeerFamily,
  draft: Draft,
  policies: ReadonlyMap<string, Policy>,
): SessionChannel {
  const { peer, isInternal } = draft;
  const count = peer.maxPrefixes[family];
  const context: FilterContext = {
    policies,
    family,
    neighborNames: [peer.name],
    neighborAddress: peer.address,
    role: peer.role,
  };
  const told = guardExport(compileFilter(own.export, context), draft);
  return {
    family,
    nextHopSelf: isInternal ? "all" : "none",
    // A link-local neighbour has no IPv4 address that could be a next hop (RFC 8950).
    extendedNextHop: family === "ipv4" && peer.interface !== null,
    allowLocalAs: peer.allowLocalAs,
    defaultOriginate: own.defaultOriginate,
    limit: count === null ? null : { count, action: peer.maxPrefixes.action },
    import: guardImport(compileFilter(own.import, context), draft),
    export: own.defaultOriginate ? withDefaultRoute(told, peer) : told,
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
