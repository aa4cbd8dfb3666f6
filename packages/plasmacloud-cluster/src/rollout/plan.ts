import type { Network } from "@nix-nos/topology";
import type { OverlayPlan } from "@plasmacloud/network";
import type { Placement } from "../placement/placement.js";

/** What a rollout has to know of the topology: `rollout.json`, which the deployer reads. */
export interface RolloutPlan {
  readonly version: 1;
  /** Every node, by name. */
  readonly nodes: Readonly<Record<string, { cluster: string; site: string | null; platform: string }>>;
  readonly groups: readonly RolloutGroup[];
}

/** Nodes that stand in for each other, and so are not to be down together. */
interface RolloutGroup {
  readonly kind: "route-reflector" | "quorum" | "vip";
  /** What the group is of, for people: `AS 65000`, `ChainFire of lab`, `10.0.100.1`. */
  readonly name: string;
  /** Names of its nodes, in network order. A group of one has nobody to stand in. */
  readonly nodes: readonly string[];
  /** How many of them may be down at once. */
  readonly maxDown: 1;
}

/**
 * Which nodes may not be down together: the reflectors of one level of an AS (RFC 4456), the members of a service that
 * agrees by majority, and the announcers of a VIP.
 */
export function planRollout(
  network: Network,
  placements: readonly Placement[],
  overlay: OverlayPlan | null,
): RolloutPlan {
  const order = new Map(network.nodes.map(({ name }, index) => [name, index]));
  const place = (name: string) => order.get(name) ?? 0;
  const groups = [
    ...reflectors(network),
    ...quorums(network, placements),
    ...databases(overlay),
    ...announcers(network),
  ];
  return {
    version: 1,
    nodes: Object.fromEntries(
      network.nodes.map(({ name, cluster, site, platform }) => [name, { cluster, site, platform }]),
    ),
    groups: groups
      .filter(({ nodes }) => nodes.length > 0)
      .map(({ kind, name, nodes }) => ({
        kind,
        name,
        nodes: nodes.toSorted((one, other) => place(one) - place(other)),
        maxDown: 1,
      })),
  };
}

type Members = Omit<RolloutGroup, "maxDown">;

function reflectors({ bgp }: Network): readonly Members[] {
  const kind = "route-reflector";
  return bgp.autonomousSystems.flatMap(({ number, ibgp }) => [
    { kind, name: `AS ${number}`, nodes: ibgp.reflectors },
    ...ibgp.groups.map((group) => ({ kind, name: `AS ${number}, ${group.name}`, nodes: group.reflectors }) as const),
  ]);
}

function quorums({ clusters }: Network, placements: readonly Placement[]): readonly Members[] {
  const members = placements.filter(({ service }) => service.quorum);
  const services = [...new Set(members.map(({ service }) => service))];
  return clusters.flatMap((cluster) =>
    services.map((service) => ({
      kind: "quorum",
      name: `${service.title} of ${cluster.name}`,
      nodes: members
        .filter((each) => each.service === service && each.node.cluster === cluster.name)
        .map(({ node }) => node.name),
    })),
  );
}

/** OVN's databases agree by majority too (ovsdb(7), clustered databases). */
function databases(overlay: OverlayPlan | null): readonly Members[] {
  return (overlay?.clusters ?? []).map(({ cluster, nodes }) => ({
    kind: "quorum",
    name: `OVN's databases of ${cluster}`,
    nodes: nodes.filter(({ central }) => central !== null).map(({ node }) => node),
  }));
}

/** VIPs with the same announcers are one group. */
function announcers({ bgp }: Network): readonly Members[] {
  const sets = new Map<string, { nodes: readonly string[]; vips: string[] }>();
  for (const { nodes, vips } of bgp.vipAdvertisements) {
    const key = JSON.stringify(nodes.toSorted());
    const same = sets.get(key) ?? { nodes, vips: [] };
    same.vips.push(...vips);
    sets.set(key, same);
  }
  return [...sets.values()].map(({ nodes, vips }) => ({ kind: "vip", name: named(vips), nodes }));
}

/** A name stays readable however many VIPs there are. */
function named(vips: readonly string[]): string {
  const shown = vips.slice(0, 3).join(", ");
  return vips.length > 3 ? `${shown} and ${vips.length - 3} more` : shown;
}
