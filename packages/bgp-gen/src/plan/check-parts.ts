import type { AutonomousSystem, Diagnostic, Network } from "@nix-nos/topology";
import { listed } from "./listed.js";
import { outerAs } from "./systems.js";
import type { BgpSpeaker } from "./types.js";
import { createUnions } from "./unions.js";

/** Members of an AS, or of a confederation, that hear of each other without leaving it. */
interface Part {
  readonly members: readonly BgpSpeaker[];
  /** The parts of other ASes that it has sessions with. */
  readonly neighbours: ReadonlySet<Part>;
}

/**
 * ASes whose parts meet only through others, where each drops what carries the number that it has itself (RFC 4271
 * §9.1.2), and ASes whose parts do not meet at all: those with `ibgp: none`, and confederations.
 */
export function checkParts(network: Network, speakers: readonly BgpSpeaker[]): readonly Diagnostic[] {
  const systems = new Map<number, AutonomousSystem[]>();
  for (const system of network.bgp.autonomousSystems) {
    const known = systems.get(outerAs(system));
    if (known) known.push(system);
    else systems.set(outerAs(system), [system]);
  }
  const torn = [...systems].filter(([, own]) => own.length > 1 || !own.every(isWhole));
  if (torn.length === 0) return [];
  const { partsByAs, met, reached } = gatherParts(network, speakers);
  return torn.flatMap(([number, [system]]): readonly Diagnostic[] => {
    const parts = partsByAs.get(number) ?? [];
    const [first, ...others] = parts.map(nameOf);
    if (system === undefined || first === undefined || others.length === 0) return [];
    if (others.some((name) => reached(name) !== reached(first))) return [apart(system, parts)];
    // What an outside neighbour may carry from one to the other, the plan does not show.
    if (others.some((name) => met(name) !== met(first))) return [];
    const dropping = parts.filter(({ members }) => members.some(drops));
    return dropping.length > 0 && isLoss(parts, dropping) ? [looping(system, parts, dropping)] : [];
  });
}

/** Its own sessions join all members, or there is but one. */
function isWhole({ members, ibgp }: AutonomousSystem): boolean {
  return ibgp.strategy !== "none" || members.length < 2;
}

function gatherParts(network: Network, speakers: readonly BgpSpeaker[]) {
  const [inner, meeting, reaching] = [createUnions(), createUnions(), createUnions()];
  const join = (a: string, b: string) => {
    meeting.join(a, b);
    reaching.join(a, b);
  };
  for (const { members, ibgp } of network.bgp.autonomousSystems) {
    const [first, ...others] = ibgp.strategy === "none" ? [] : members;
    for (const other of others) {
      inner.join(first ?? other, other);
      join(first ?? other, other);
    }
  }
  for (const { node, sessions } of speakers) {
    for (const { kind, confederation, remoteNode } of sessions) {
      if (kind === "ibgp" || remoteNode === null) continue;
      if (confederation) inner.join(node, remoteNode);
      join(node, remoteNode);
    }
    if (sessions.some(({ peer }) => peer !== null)) reaching.join(node, outside);
  }
  // A link that has no addresses yet has been reported, and is to have them.
  for (const { ends } of network.links) reaching.join(ends[0].node, ends[1].node);

  type Growing = Part & { readonly members: BgpSpeaker[]; readonly neighbours: Set<Part> };
  const parts = new Map<string, Growing>();
  const partsByAs = new Map<number, Part[]>();
  for (const speaker of speakers) {
    const root = inner.find(speaker.node);
    const part = parts.get(root);
    if (part) {
      part.members.push(speaker);
      continue;
    }
    const fresh: Growing = { members: [speaker], neighbours: new Set() };
    parts.set(root, fresh);
    const number = speaker.confederation?.identifier ?? speaker.localAs;
    partsByAs.set(number, [...(partsByAs.get(number) ?? []), fresh]);
  }
  for (const { node, sessions } of speakers) {
    const own = parts.get(inner.find(node));
    for (const { kind, remoteNode } of sessions) {
      const other = kind === "ebgp" && remoteNode !== null ? parts.get(inner.find(remoteNode)) : undefined;
      if (own && other && own !== other) own.neighbours.add(other);
    }
  }
  return { partsByAs, met: meeting.find, reached: reaching.find };
}

/** Where all outside neighbours are; no node has such a name. */
const outside = "the outside";

const nameOf = ({ members }: Part): string => members[0]?.node ?? "";

/** A border takes no path with its own AS in it. */
function drops({ sessions }: BgpSpeaker): boolean {
  return sessions.some(
    ({ kind, channels }) => kind === "ebgp" && channels.some(({ allowLocalAs }) => allowLocalAs === 0),
  );
}

/**
 * Spines of one AS lose each other's loopbacks, and mean to (RFC 7938 §5.2.1): it is a loss when a part has something
 * for the others, as aggregates or VIPs that they have not; when two are at the edge, with one way out; or when
 * something is behind each of two that has no other way.
 */
function isLoss(parts: readonly Part[], dropping: readonly Part[]): boolean {
  const vips = new Map<string, number>();
  for (const { members } of parts) {
    const own = new Set(members.flatMap((speaker) => speaker.vips.map(({ prefix }) => prefix)));
    for (const prefix of own) vips.set(prefix, (vips.get(prefix) ?? 0) + 1);
  }
  if ([...vips.values()].some((count) => count < parts.length)) return true;
  const others = (part: Part) => dropping.some((other) => other !== part);
  if (parts.some((part) => others(part) && part.members.some(hasAggregates))) return true;
  const atEdge = parts.filter(({ neighbours }) => neighbours.size === 1);
  const inFront = parts.filter((part) => [...part.neighbours].some(({ neighbours }) => neighbours.size === 1));
  return [atEdge, inFront].some((two) => two.length > 1 && two.some((part) => dropping.includes(part)));
}

/** Something beside its loopbacks. */
function hasAggregates({ originated }: BgpSpeaker): boolean {
  return originated.some((prefix) => !/\/(?:32|128)$/.test(prefix));
}

function looping(system: AutonomousSystem, parts: readonly Part[], dropping: readonly Part[]): Diagnostic {
  const nodes = dropping.flatMap(({ members }) => members.filter(drops).map(({ node }) => node));
  return {
    code: "NN3035",
    severity: "warning",
    message: `${listed(parts.map(nameOf))} of AS ${outerAs(system)} meet only through other ASes, and ${listed(nodes)} ${nodes.length === 1 ? "drops" : "drop"} routes that carry the own AS number.`,
    path: system.path,
    hint: `Set \`bgp: { allowLocalAs: 1 }\` on ${listed(nodes)}, or join the members by \`ibgp\`.`,
  };
}

function apart(system: AutonomousSystem, parts: readonly Part[]): Diagnostic {
  return {
    code: "NN3036",
    severity: "warning",
    message: `${listed(parts.map(nameOf))} of AS ${outerAs(system)} have no session with each other, nor with anybody who could pass on their routes.`,
    path: system.path,
    hint: "Let `ibgp` join them, or lay links to nodes of other ASes.",
  };
}
