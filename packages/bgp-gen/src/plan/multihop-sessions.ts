import type { AddressPair, Diagnostic, MultihopSession } from "@nix-nos/topology";
import { innerEnd } from "./drain.js";
import { ebgpNextHopSelf, passwordOf } from "./link-sessions.js";
import { daemonName } from "./names.js";
import {
  bothFamilies,
  type End,
  endOf,
  familyWord,
  oneFamily,
  ownSession,
  type SessionContext,
  transportOf,
} from "./own-session.js";
import { asSeenFrom, isConfederate } from "./systems.js";
import type { BgpSession } from "./types.js";

/** eBGP between nodes that no cable joins, one session a family that both ends have. */
export function* multihopSessions(context: SessionContext): Iterable<BgpSession> {
  for (const asked of context.network.bgp.multihop) yield* sessionsBetween(asked, context);
}

function* sessionsBetween(asked: MultihopSession, context: SessionContext): Iterable<BgpSession> {
  const { network, diagnostics } = context;
  const [a, b] = [endOf(asked.nodes[0], network), endOf(asked.nodes[1], network)];
  if (a === null || b === null) return;
  const pairOf = ({ node }: End): AddressPair | null => (asked.transport === "loopback" ? node.loopback : node.ip);
  const common = bothFamilies.filter((family) => pairOf(a)?.[family] && pairOf(b)?.[family]);
  if (common.length === 0) diagnostics.push(noCommonFamily(asked));
  for (const [own, other] of [
    [a, b],
    [b, a],
  ] as const) {
    if (asked.passwordFile !== null && own.node.bgpDaemon === "gobgp")
      diagnostics.push(passwordOf(own.node, other.node.name, [...asked.path, "passwordFile"]));
    for (const family of common) {
      yield ownSession(own.node, other.node, network, asked, {
        // Not `ebgp`: a node `a-b` over several hops and the interface `b` of `a` would have one name.
        name: daemonName("multihop", [other.node.name, familyWord(family)]),
        kind: "ebgp",
        confederation: isConfederate(own.system, other.system),
        localAs: asSeenFrom(other.system, own.system),
        remoteAs: asSeenFrom(own.system, other.system),
        localAddress: pairOf(own)?.[family] ?? "",
        remoteAddress: pairOf(other)?.[family] ?? "",
        interface: null,
        routeReflectorClient: false,
        transport: transportOf({ multihop: asked.hops, passwordFile: asked.passwordFile }),
        channels: context.channels(oneFamily[family], {
          nextHopSelf: ebgpNextHopSelf(own.system, other.system),
          extendedNextHop: false,
          allowLocalAs: own.node.allowLocalAs,
          end: innerEnd(own.node, network, isConfederate(own.system, other.system) ? "confederation" : "ebgp"),
        }),
      });
    }
  }
}

function noCommonFamily({ nodes, transport, path }: MultihopSession): Diagnostic {
  return {
    code: "NN3003",
    severity: "error",
    message: `${nodes[0]} and ${nodes[1]} have no \`${transport}\` of a common address family to speak between.`,
    path,
    hint: `Give both a \`${transport}\`, or choose another \`transport\`.`,
  };
}
