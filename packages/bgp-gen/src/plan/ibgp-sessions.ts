import type { AddressPair, AutonomousSystem, Diagnostic, Family, Node } from "@nix-nos/topology";
import { plainTransport } from "./channels.js";
import { innerEnd } from "./drain.js";
import { ibgpPairs } from "./ibgp-pairs.js";
import { daemonName } from "./names.js";
import { bothFamilies, familyWord, oneFamily, ownSession, type SessionContext } from "./own-session.js";
import type { BgpSession, SessionChannel } from "./types.js";

/**
 * The sessions inside every AS, by its strategy.
 *
 * @param borders - nodes with an eBGP session
 */
export function* ibgpSessions(context: SessionContext, borders: ReadonlySet<string>): Iterable<BgpSession> {
  const names = rememberNames();
  for (const system of context.network.bgp.autonomousSystems) {
    // Nodes of which a diagnostic has been given: a mesh of a thousand would give half a million.
    const faulty = new Set<string>();
    for (const { nodes, reflects } of ibgpPairs(system)) {
      const [a, b] = nodes.map((name) => context.network.index.nodeByName.get(name));
      if (a && b) yield* pairSessions(a, b, { ...context, system, borders, reflects, faulty, names });
    }
  }
}

/** What is known of a pair beside its nodes. */
interface PairContext extends SessionContext {
  readonly system: AutonomousSystem;
  readonly borders: ReadonlySet<string>;
  /** The first node reflects to the second. */
  readonly reflects: boolean;
  readonly faulty: Set<string>;
  readonly names: SessionNames;
}

/** The name of a session by its neighbour, the same text at each of a thousand others. */
type SessionNames = (remote: string, family: Family) => string;

function rememberNames(): SessionNames {
  const known = { ipv4: new Map<string, string>(), ipv6: new Map<string, string>() };
  return (remote, family) => {
    let name = known[family].get(remote);
    if (name === undefined) {
      name = daemonName("ibgp", [remote, familyWord(family)]);
      known[family].set(remote, name);
    }
    return name;
  };
}

function* pairSessions(a: Node, b: Node, context: PairContext): Iterable<BgpSession> {
  const { system, network, reflects, faulty, names } = context;
  const addressesOf = (node: Node): AddressPair | null =>
    system.ibgp.transport === "loopback" ? node.loopback : node.ip;
  const [own, other] = [addressesOf(a), addressesOf(b)];
  const common = bothFamilies.filter((family) => own?.[family] && other?.[family]);
  if (common.length === 0) {
    // The one without any address is the one to mend.
    const [blamed, neighbor] = own?.ipv4 || own?.ipv6 ? [b, a] : [a, b];
    if (!faulty.has(blamed.name)) context.diagnostics.push(noCommonFamily(neighbor, blamed, system));
    faulty.add(blamed.name);
  }
  for (const family of common) {
    for (const [local, remote, localPair, remotePair] of [
      [a, b, own, other],
      [b, a, other, own],
    ] as const) {
      yield ownSession(local, remote, network, null, {
        name: names(remote.name, family),
        kind: "ibgp",
        confederation: false,
        localAs: system.number,
        remoteAs: system.number,
        localAddress: localPair?.[family] ?? "",
        remoteAddress: remotePair?.[family] ?? "",
        interface: null,
        routeReflectorClient: reflects && local === a,
        transport: plainTransport,
        channels: context.channels(oneFamily[family], {
          nextHopSelf: nextHopSelf(local, context),
          extendedNextHop: false,
          allowLocalAs: local.allowLocalAs,
          end: innerEnd(local, network, "ibgp"),
        }),
      });
    }
  }
}

/** By default a border alone: what others reflect keeps its next hop (RFC 4456 §10). */
function nextHopSelf(node: Node, { system, borders }: PairContext): SessionChannel["nextHopSelf"] {
  const asked = system.ibgp.nextHopSelf;
  return asked === "ebgp" && !borders.has(node.name) ? "none" : asked;
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
