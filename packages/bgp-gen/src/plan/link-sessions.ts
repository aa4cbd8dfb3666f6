import type { AutonomousSystem, Diagnostic, Link, Network, Node } from "@nix-nos/topology";
import { innerEnd } from "./drain.js";
import { daemonName } from "./names.js";
import { type End, endOf, familyWord, ownSession, type SessionContext, transportOf } from "./own-session.js";
import { asSeenFrom, isConfederate } from "./systems.js";
import type { BgpSession, SessionChannel } from "./types.js";

/** eBGP over every link between nodes of different ASes. */
export function* linkSessions(context: SessionContext): Iterable<BgpSession> {
  for (const link of context.network.links) yield* sessionsOver(link, context);
}

function* sessionsOver(link: Link, context: SessionContext): Iterable<BgpSession> {
  const { network, diagnostics } = context;
  const [first, second] = link.ends;
  const [a, b] = [endOf(first.node, network), endOf(second.node, network)];
  if (a === null || b === null || a.system === b.system) {
    if (isSpecial(link)) diagnostics.push(noSession(link, a, b));
    return;
  }
  if (link.sessions.length === 0) diagnostics.push(noAddresses(link, a.system, b.system));
  for (const { node } of [a, b]) diagnostics.push(...goBgpLacks(link, node, network));
  for (const { family, carries } of link.sessions) {
    for (const [local, remote, own, other] of [
      [first, second, a, b],
      [second, first, b, a],
    ] as const) {
      yield ownSession(own.node, other.node, network, link.bgp, {
        name: daemonName("ebgp", [remote.node, local.interface, carries.map(familyWord).join("")]),
        kind: "ebgp",
        confederation: isConfederate(own.system, other.system),
        localAs: asSeenFrom(other.system, own.system),
        remoteAs: asSeenFrom(own.system, other.system),
        localAddress: local.addresses[family] ?? "",
        remoteAddress: remote.addresses[family] ?? "",
        interface: local.interface,
        routeReflectorClient: false,
        transport: transportOf({ ttlSecurity: link.bgp.ttlSecurity, passwordFile: link.bgp.passwordFile }),
        channels: context.channels(carries, {
          nextHopSelf: ebgpNextHopSelf(own.system, other.system),
          extendedNextHop: link.unnumbered,
          allowLocalAs: own.node.allowLocalAs,
          end: innerEnd(own.node, network, isConfederate(own.system, other.system) ? "confederation" : "ebgp"),
        }),
      });
    }
  }
}

/**
 * Outside a confederation a node is the next hop of what it says anyway (RFC 4271 §5.1.3). Between two parts of one next
 * hops may stay (RFC 5065 §4), but those of one part are on networks that the other knows nothing of.
 */
export function ebgpNextHopSelf(own: AutonomousSystem, other: AutonomousSystem): SessionChannel["nextHopSelf"] {
  return isConfederate(own, other) && own.ibgp.nextHopSelf !== "none" ? "all" : "none";
}

function isSpecial({ bgp }: Link): boolean {
  return bgp.ttlSecurity || bgp.passwordFile !== null || bgp.bfd !== null;
}

function noSession(link: Link, a: End | null, b: End | null): Diagnostic {
  const [first, second] = link.ends;
  const why =
    a && b ? `both are members of AS ${a.system.number}` : `${a ? second.node : first.node} is in no autonomous system`;
  return {
    code: "NN3030",
    severity: "warning",
    message: `The link between ${first.node} and ${second.node} has settings of an eBGP session, but none runs over it: ${why}.`,
    path: [...link.path, "bgp"],
    hint: "Remove `bgp`; sessions inside an AS do not run over links.",
  };
}

function noAddresses(link: Link, a: AutonomousSystem, b: AutonomousSystem): Diagnostic {
  const [first, second] = link.ends;
  return {
    code: "NN3004",
    severity: "warning",
    message: `The link between ${first.node} and ${second.node} joins AS ${a.number} and AS ${b.number}, but has no addresses, so no session runs over it.`,
    path: link.path,
    hint: "Give it `addresses`, a `pool` to take them from, or `unnumbered: true`.",
  };
}

/** GoBGP reads no password from a file, and has no BFD. */
function goBgpLacks(link: Link, node: Node, { bgp }: Network): readonly Diagnostic[] {
  if (node.bgpDaemon !== "gobgp") return [];
  const [first, second] = link.ends;
  const other = first.node === node.name ? second.node : first.node;
  return [
    ...(link.bgp.passwordFile === null ? [] : [passwordOf(node, other, [...link.path, "bgp", "passwordFile"])]),
    // Where BFD is asked for everywhere, one warning of the node says it.
    ...(link.bgp.bfd === true && !bgp.bfd ? [noBfd(link, node, other)] : []),
  ];
}

function noBfd(link: Link, { name }: Node, other: string): Diagnostic {
  return {
    code: "NN3007",
    severity: "warning",
    message: `${name} speaks BGP by GoBGP, which has no BFD: its session with ${other} is watched by its hold time alone.`,
    path: [...link.path, "bgp", "bfd"],
    hint: `Let BIRD speak for ${name}, or remove \`bfd\`.`,
  };
}

/** A session's password that one of its ends could not have. */
export function passwordOf(node: Node, other: string, path: Diagnostic["path"]): Diagnostic {
  const what = `takes the password of its session with ${other} from its configuration alone, where no secret stands`;
  return lacks(node, what, path, "Remove `passwordFile`");
}

function lacks({ name }: Node, what: string, path: Diagnostic["path"], hint: string): Diagnostic {
  const message = `${name} speaks BGP by GoBGP, which ${what}.`;
  return { code: "NN3031", severity: "error", message, path, hint: `${hint}, or let BIRD speak for ${name}.` };
}
