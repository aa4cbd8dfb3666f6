import type { BgpPlan, BgpSession, BgpSpeaker } from "@nix-nos/bgp-gen";

/** A route on its way, as far as it matters for who hears of it. */
interface Route {
  readonly origin: string;
  /** AS numbers that neighbours outside see, nearest first. */
  readonly path: readonly number[];
  /** Parts of a confederation on the way (RFC 5065). */
  readonly parts: readonly number[];
  readonly clusters: readonly string[];
  readonly from: "own" | "ebgp" | "client" | "ibgp";
  readonly sender: string | null;
}

/**
 * Where a prefix of the topology's own is known when all sessions are up: every node tells its best route to whom it may
 * (RFC 4271 §9, RFC 4456), until nothing changes.
 *
 * @param origins - nodes whose daemon originates the prefix
 * @returns names of the nodes that have a route, its origins among them
 */
export function nodesThatHear(plan: BgpPlan, prefix: string, origins: readonly string[]): ReadonlySet<string> {
  const family = prefix.includes(":") ? "ipv6" : "ipv4";
  const known = new Map<string, ReadonlyMap<string, Route>>();
  const own = (origin: string): Route => ({ origin, path: [], parts: [], clusters: [], from: "own", sender: null });
  for (const { node } of plan.speakers) known.set(node, new Map(origins.includes(node) ? [["", own(node)]] : []));
  // Each round carries news one session further; a path is no longer than there are speakers.
  for (let round = 0; round <= plan.speakers.length; round++) {
    const heard = new Map(plan.speakers.map(({ node }) => [node, new Map<string, Route>()]));
    for (const speaker of plan.speakers) {
      const { node, sessions } = speaker;
      if (origins.includes(node)) heard.get(node)?.set("", own(node));
      const best = bestOf(known.get(node));
      if (best === null) continue;
      for (const session of sessions) {
        const receiver = session.remoteNode === null ? undefined : plan.speakerByNode.get(session.remoteNode);
        if (receiver === undefined || !session.channels.some((channel) => channel.family === family)) continue;
        const told = tell(best, session, speaker, receiver);
        if (told) heard.get(receiver.node)?.set(`${node} ${session.localAddress}`, told);
      }
    }
    const settled = [...heard].every(([node, routes]) => same(routes, known.get(node)));
    for (const [node, routes] of heard) known.set(node, routes);
    if (settled) break;
  }
  return new Set([...known].filter(([, routes]) => routes.size > 0).map(([node]) => node));
}

/** The route as the receiver has it; `null` when the sender may not tell it, or the receiver drops it as a loop. */
function tell(route: Route, session: BgpSession, sender: BgpSpeaker, receiver: BgpSpeaker): Route | null {
  if (route.sender === receiver.node) return null;
  const back = receiver.sessions.find(
    (other) => other.remoteNode === sender.node && other.localAddress === session.remoteAddress,
  );
  if (session.kind === "ibgp") {
    const reflects = route.from === "client" || session.routeReflectorClient;
    if (route.from === "ibgp" && !session.routeReflectorClient) return null;
    const isReflected = route.from === "client" || route.from === "ibgp";
    if (isReflected && !reflects) return null;
    const clusters = isReflected ? [sender.clusterId ?? sender.routerId, ...route.clusters] : [];
    if (route.origin === receiver.node) return null;
    if (receiver.clusterId !== null && clusters.includes(receiver.clusterId)) return null;
    return { ...route, clusters, from: back?.routeReflectorClient ? "client" : "ibgp", sender: sender.node };
  }
  const inside = session.confederation;
  const path = inside ? route.path : [session.localAs, ...route.path];
  const parts = inside ? [sender.localAs, ...route.parts] : [];
  const own = inside ? receiver.localAs : (back?.localAs ?? receiver.localAs);
  const loops = [...path, ...parts].filter((number) => number === own || number === receiver.confederation?.identifier);
  const allowed = Math.max(0, ...(back?.channels.map(({ allowLocalAs }) => allowLocalAs) ?? []));
  if (loops.length > allowed) return null;
  return { origin: route.origin, path, parts, clusters: [], from: "ebgp", sender: sender.node };
}

/** Own before others', the shortest path, eBGP before iBGP; then any, always the same. */
function bestOf(routes: ReadonlyMap<string, Route> | undefined): Route | null {
  const rank = { own: 0, ebgp: 1, client: 2, ibgp: 2 } as const;
  const sorted = [...(routes ?? [])].sort(
    ([keyA, a], [keyB, b]) =>
      Number(a.from !== "own") - Number(b.from !== "own") ||
      a.path.length - b.path.length ||
      rank[a.from] - rank[b.from] ||
      a.clusters.length - b.clusters.length ||
      (keyA < keyB ? -1 : 1),
  );
  return sorted[0]?.[1] ?? null;
}

function same(a: ReadonlyMap<string, Route>, b: ReadonlyMap<string, Route> | undefined): boolean {
  const text = (routes: ReadonlyMap<string, Route> | undefined) => JSON.stringify([...(routes ?? [])].sort());
  return text(a) === text(b);
}
