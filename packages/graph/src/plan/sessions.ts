import { type BgpPlan, type BgpSession, familiesOf } from "@nix-nos/bgp-gen";
import { append } from "@nix-nos/topology";
import type { GraphNode } from "../model.js";
import type { Draft, DraftEdge } from "./draft.js";
import { nodeId, peerId } from "./nodes.js";

/** A full mesh of fewer members is drawn line by line. */
const fewestInMesh = 5;

/** Every session once, though both its ends plan it; full meshes become stars around their own middle. */
export function planSessions(bgp: BgpPlan): Draft {
  const sessions = bgp.speakers.flatMap((speaker) => speaker.sessions);
  const reflects = new Set(
    sessions
      .filter((each) => each.routeReflectorClient)
      .map(({ node, remoteNode }) => JSON.stringify([node, remoteNode])),
  );
  const edges = sessions.flatMap((session): DraftEdge[] => {
    const { node, remoteNode, peer } = session;
    if (remoteNode === null)
      return [{ ...edgeOf(session), from: peerId(peer ?? ""), to: nodeId(node), kind: "external" }];
    if (node > remoteNode) return [];
    const edge = { ...edgeOf(session), from: nodeId(node), to: nodeId(remoteNode) };
    if (reflects.has(JSON.stringify([node, remoteNode]))) return [{ ...edge, kind: "reflector-client", client: "to" }];
    if (reflects.has(JSON.stringify([remoteNode, node])))
      return [{ ...edge, kind: "reflector-client", client: "from" }];
    return [{ ...edge, kind: session.kind }];
  });
  return starred(bgp, edges);
}

function edgeOf(session: BgpSession): Pick<DraftEdge, "label" | "client" | "detail"> {
  const { node, remoteNode, peer, localAddress, remoteAddress, localAs, remoteAs } = session;
  const ends = `${node} ${localAddress} AS ${localAs} – ${remoteNode ?? peer ?? ""} ${remoteAddress} AS ${remoteAs}`;
  return { label: [], client: null, detail: `${ends}, ${familiesOf(session).join(" and ")}` };
}

/** The lines of a full mesh of n nodes grow with n²; a star's say the same with n. */
function starred(bgp: BgpPlan, edges: readonly DraftEdge[]): Draft {
  const systems = new Map<number, DraftEdge[]>();
  const speakers = new Map(bgp.speakers.map((speaker) => [nodeId(speaker.node), speaker]));
  for (const edge of edges) {
    const number = edge.kind === "ibgp" ? speakers.get(edge.from)?.localAs : undefined;
    if (number === undefined) continue;
    append(systems, number, edge);
  }
  const nodes: GraphNode[] = [];
  const replaced = new Set<DraftEdge>();
  const rays: DraftEdge[] = [];
  for (const [number, own] of systems) {
    const members = [...new Set(own.flatMap(({ from, to }) => [from, to]))];
    const pairs = new Set(own.map(({ from, to }) => JSON.stringify([from, to].sort())));
    if (members.length < fewestInMesh || pairs.size !== (members.length * (members.length - 1)) / 2) continue;
    const id = `mesh/${number}`;
    const lines = [`${members.length} speakers`, `${own.length} sessions`];
    nodes.push({ id, shape: "mesh", label: "full mesh", lines, vips: [], group: null, members: [] });
    for (const edge of own) replaced.add(edge);
    for (const member of members) {
      const detail = `${member.replace(/^node\//, "")} speaks with each of the ${members.length - 1} others`;
      rays.push({ from: member, to: id, kind: "ibgp", client: null, label: [], detail });
    }
  }
  return { nodes, edges: [...edges.filter((edge) => !replaced.has(edge)), ...rays] };
}
