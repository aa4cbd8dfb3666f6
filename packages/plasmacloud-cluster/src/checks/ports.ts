import type { BgpPlan } from "@nix-nos/bgp-gen";
import type { Diagnostic, Network, Node, Path } from "@nix-nos/topology";
import type { OverlayPlan } from "@plasmacloud/network";
import type { Placement } from "../placement/placement.js";

/** Somebody who listens on a port of a node. */
interface Claim {
  readonly who: string;
  readonly number: number;
  readonly protocol: "tcp" | "udp";
  readonly path: Path;
  /** How to take another port; `null` for what came first, and gives way to nobody. */
  readonly advice: string | null;
}

/** No port of a node has two listeners; one mistake that shows on many nodes is said once. */
export function checkPorts(
  network: Network,
  { bgp, overlay }: { readonly bgp: BgpPlan | undefined; readonly overlay: OverlayPlan | null },
  placements: readonly Placement[],
) {
  const ofOverlay = overlayClaims(overlay);
  const byNode = new Map<Node, Claim[]>();
  for (const placement of placements) {
    const claims = byNode.get(placement.node) ?? [
      ...othersOn(placement.node, network, bgp),
      ...(ofOverlay.get(placement.node.name) ?? []),
    ];
    claims.push(...claimsOf(placement));
    byNode.set(placement.node, claims);
  }
  const clashes = new Map<string, { first: Claim; second: Claim; nodes: Set<string> }>();
  for (const [node, claims] of byNode) {
    const taken = new Map<string, Claim>();
    for (const claim of claims) {
      const place = `${claim.number}/${claim.protocol}`;
      const first = taken.get(place);
      taken.set(place, first ?? claim);
      if (first === undefined || claim.advice === null) continue;
      const clash = JSON.stringify([first.who, claim.who, claim.number]);
      const known = clashes.get(clash) ?? { first, second: claim, nodes: new Set() };
      known.nodes.add(node.name);
      clashes.set(clash, known);
    }
  }
  return [...clashes.values()].map(({ first, second, nodes }): Diagnostic => {
    const where = [...nodes];
    const list = where.length > 3 ? `${where.slice(0, 3).join(", ")} and ${where.length - 3} others` : where.join(", ");
    return {
      code: "PC3012",
      severity: "error",
      message: `Port ${second.number}/${second.protocol} of ${list} is taken twice: by ${first.who} and by ${second.who}.`,
      path: second.path,
      ...(second.advice !== null && { hint: second.advice }),
      related: [{ message: `${first.who} is here`, path: first.path }],
    };
  });
}

function claimsOf({ service, ports }: Placement): readonly Claim[] {
  return ports.flatMap(({ name, number, protocols, path }) =>
    protocols.map((protocol) => ({
      who: `${service.title} (${name})`,
      number,
      protocol,
      path,
      advice: `Choose another one: services.${service.name}.ports.${name}: ${freeNear(number)}`,
    })),
  );
}

/** What else the topology has listening on a node: workloads, tunnels and BGP. */
function othersOn(node: Node, network: Network, bgp: BgpPlan | undefined): Claim[] {
  const claims: Claim[] = [];
  const claim = (who: string, number: number, protocol: "tcp" | "udp", path: Path) =>
    void claims.push({ who, number, protocol, path, advice: null });
  for (const workload of network.workloads.filter(({ nodes }) => nodes.includes(node.name))) {
    for (const port of workload.ports) {
      claim(`workload ${workload.name}`, port.node, port.protocol, [...workload.path, "ports"]);
    }
  }
  for (const entry of node.interfaces) {
    if (entry.kind === "vxlan") claim(`interface ${entry.name}`, entry.port, "udp", entry.path);
    if (entry.kind === "wireguard" && entry.listenPort !== null) {
      claim(`interface ${entry.name}`, entry.listenPort, "udp", entry.path);
    }
  }
  const speaker = bgp?.speakerByNode.get(node.name);
  if (speaker === undefined) return claims;
  claim("BGP", 179, "tcp", node.path);
  if (speaker.sessions.some((session) => session.bfd)) {
    for (const number of [3784, 3785, 4784]) claim("BFD", number, "udp", node.path);
  }
  if (speaker.sidecar !== null) claim("GoBGP", speaker.sidecar.port, "tcp", node.path);
  if (speaker.sidecar !== null || speaker.daemon === "gobgp") claim("GoBGP's API", 50051, "tcp", node.path);
  return claims;
}

/** What OVN listens on, by node. */
function overlayClaims(overlay: OverlayPlan | null): ReadonlyMap<string, readonly Claim[]> {
  const nodes = overlay?.clusters.flatMap((cluster) => cluster.nodes) ?? [];
  const path = ["services", "prismnet", "overlay"];
  const advice = "OVN has no other ports: move the other one.";
  return new Map(
    nodes.map(({ node, listens }) => [
      node,
      listens.map(({ what, port, protocol }) => ({ who: `OVN's ${what}`, number: port, protocol, path, advice })),
    ]),
  );
}

function freeNear(number: number): number {
  return number < 55_536 ? number + 10_000 : number - 10_000;
}
