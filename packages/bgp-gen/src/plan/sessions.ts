import type {
  AddressPair,
  AutonomousSystem,
  Diagnostic,
  Family,
  Link,
  LinkEnd,
  Network,
  Node,
} from "@nix-nos/topology";
import { plainChannels, plainTransport } from "./channels.js";
import { ibgpPairs } from "./ibgp-pairs.js";
import { daemonName } from "./names.js";
import { peerSessions } from "./peers.js";
import type { BgpSession } from "./types.js";

const families: readonly Family[] = ["ipv4", "ipv6"];

/** Sessions of each node, gathered while systems and links are walked once. */
export type SessionsByNode = ReadonlyMap<string, readonly BgpSession[]>;

/** Every session of a network, both ends of each: iBGP from the strategy of its AS, eBGP from the links. */
export function planSessions(network: Network, diagnostics: Diagnostic[]): SessionsByNode {
  const byNode = new Map<string, BgpSession[]>();
  const add = (session: BgpSession) => {
    const list = byNode.get(session.node);
    if (list) list.push(session);
    else byNode.set(session.node, [session]);
  };
  const borders = new Set<string>();
  for (const link of network.links) {
    for (const session of linkSessions(link, network, diagnostics)) {
      borders.add(session.node);
      add(session);
    }
  }
  for (const session of peerSessions(network, diagnostics)) {
    borders.add(session.node);
    add(session);
  }
  for (const system of network.bgp.autonomousSystems) {
    const faulty = new Set<string>();
    for (const { nodes, reflects } of ibgpPairs(system)) {
      const [a, b] = nodes.map((name) => network.index.nodeByName.get(name));
      if (!a || !b) continue;
      const context = { system, network, borders, reflects, faulty, diagnostics };
      for (const session of ibgpSessions(a, b, context)) add(session);
    }
  }
  return byNode;
}

/** What is known of a pair beside its nodes. */
interface IbgpContext {
  readonly system: AutonomousSystem;
  readonly network: Network;
  /** Nodes with an eBGP session. */
  readonly borders: ReadonlySet<string>;
  /** The first node reflects to the second. */
  readonly reflects: boolean;
  /** Nodes of which a diagnostic has been given: a mesh of a thousand would give half a million. */
  readonly faulty: Set<string>;
  readonly diagnostics: Diagnostic[];
}

function* ibgpSessions(
  a: Node,
  b: Node,
  { system, network, borders, reflects, faulty, diagnostics }: IbgpContext,
): Iterable<BgpSession> {
  const addressesOf = (node: Node): AddressPair | null =>
    system.ibgp.transport === "loopback" ? node.loopback : node.ip;
  const [own, other] = [addressesOf(a), addressesOf(b)];
  const common = families.filter((family) => own?.[family] && other?.[family]);
  if (common.length === 0) {
    // The one without any address is the one to mend.
    const [blamed, neighbor] = own?.ipv4 || own?.ipv6 ? [b, a] : [a, b];
    if (!faulty.has(blamed.name)) diagnostics.push(noCommonFamily(neighbor, blamed, system));
    faulty.add(blamed.name);
  }
  for (const family of common) {
    for (const [local, remote, localPair, remotePair] of [
      [a, b, own, other],
      [b, a, other, own],
    ] as const) {
      yield {
        node: local.name,
        daemon: local.bgpDaemon,
        name: daemonName("ibgp", [remote.name, family === "ipv4" ? "v4" : "v6"]),
        kind: "ibgp",
        confederation: false,
        localAs: system.number,
        remoteAs: system.number,
        localAddress: localPair?.[family] ?? "",
        remoteAddress: remotePair?.[family] ?? "",
        dynamic: false,
        remoteNode: remote.name,
        interface: null,
        peer: null,
        description: remote.name,
        routeReflectorClient: reflects && local === a,
        external: false,
        role: null,
        enforceFirstAs: false,
        transport: plainTransport,
        timers: network.bgp.timers,
        bfd: network.bgp.bfd && a.bgpDaemon === "bird" && b.bgpDaemon === "bird",
        gracefulRestart: network.bgp.gracefulRestart,
        channels: plainChannels(family, borders.has(local.name) ? "ebgp" : "none"),
      };
    }
  }
}

function* linkSessions(link: Link, network: Network, diagnostics: Diagnostic[]): Iterable<BgpSession> {
  const [first, second] = link.ends;
  const systems = [first, second].map((end) => network.index.autonomousSystemByNode.get(end.node));
  const nodes = [first, second].map((end) => network.index.nodeByName.get(end.node));
  if (!systems[0] || !systems[1] || systems[0].number === systems[1].number) return;
  const common = families.filter((family) => first.addresses[family] && second.addresses[family]);
  if (common.length === 0) {
    diagnostics.push({
      code: "NN3004",
      severity: "warning",
      message: `The link between ${first.node} and ${second.node} joins AS ${systems[0].number} and AS ${systems[1].number}, but has no addresses, so no session runs over it.`,
      path: link.path,
      hint: "Give it `addresses`, or a `pool` to take them from.",
    });
  }
  for (const family of common) {
    for (const side of [0, 1] as const) {
      const [local, remote]: [LinkEnd, LinkEnd] = side === 0 ? [first, second] : [second, first];
      yield {
        node: local.node,
        daemon: nodes[side]?.bgpDaemon ?? "bird",
        name: daemonName("ebgp", [remote.node, local.interface, family === "ipv4" ? "v4" : "v6"]),
        kind: "ebgp",
        confederation: false,
        localAs: systems[side]?.number ?? 0,
        remoteAs: systems[1 - side]?.number ?? 0,
        localAddress: local.addresses[family] ?? "",
        remoteAddress: remote.addresses[family] ?? "",
        dynamic: false,
        remoteNode: remote.node,
        interface: local.interface,
        peer: null,
        description: remote.node,
        routeReflectorClient: false,
        external: false,
        role: null,
        enforceFirstAs: false,
        transport: plainTransport,
        timers: network.bgp.timers,
        bfd: network.bgp.bfd && nodes.every((node) => node?.bgpDaemon === "bird"),
        gracefulRestart: network.bgp.gracefulRestart,
        channels: plainChannels(family, "none"),
      };
    }
  }
}

function noCommonFamily(a: Node, b: Node, system: AutonomousSystem): Diagnostic {
  const which = system.ibgp.transport === "loopback" ? "loopback" : "ip";
  return {
    code: "NN3003",
    severity: "error",
    message: `${a.name} and ${b.name} of AS ${system.number} have no \`${which}\` of a common address family to speak between.`,
    path: b.path,
    hint: which === "ip" ? "Give both an `ip`." : "Give both a `loopback`, or use `transport: ip`.",
    related: [{ message: "the other end", path: a.path }],
  };
}
