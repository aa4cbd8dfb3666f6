import type { Cluster, Diagnostic, Network } from "@nix-nos/topology";
import type { Service } from "@plasmacloud/network";
import { catalogue } from "../catalogue/services.js";
import type { Placement } from "../placement/placement.js";

/** Members that agree by majority: how many there are in each cluster, and where. */
export function checkQuorums(network: Network, placements: readonly Placement[]): readonly Diagnostic[] {
  const services = [...catalogue.values()].filter(({ quorum }) => quorum);
  return services.flatMap((service) => {
    const members = placements.filter((placement) => placement.service === service);
    return [
      ...network.clusters.flatMap((cluster) => checkNumber(network, cluster, service, members)),
      ...checkSites(service, members, placements),
    ];
  });
}

function checkNumber(
  network: Network,
  cluster: Cluster,
  service: Service,
  all: readonly Placement[],
): readonly Diagnostic[] {
  const members = all.filter(({ node }) => node.cluster === cluster.name);
  const [first] = members;
  if (first === undefined) return [];
  const size = members.length;
  const machines = cluster.nodes.filter((name) => network.index.nodeByName.get(name)?.platform === "nixos").length;
  const isEven = size % 2 === 0;
  // A cluster of one or two machines has no better place for its members.
  const isAlone = size === 1 && machines >= 3;
  if (!isEven && !isAlone) return [];
  const [noun, survives] = isEven
    ? [`${size} members`, `no more of them may fail than of ${size - 1}`]
    : ["one member", "when it fails, so does the cluster"];
  return [
    {
      code: "PC3010",
      severity: "warning",
      message: `${service.title} has ${noun} in cluster ${cluster.name} (${names(members)}), and ${survives}.`,
      path: [...first.node.path, "services"],
      hint:
        isEven && machines <= size
          ? `Run ${service.name} on ${size - 1}.`
          : `Run ${service.name} on ${isEven ? `${size - 1} or ${size + 1}` : 3} nodes.`,
    },
  ];
}

/** Who depends on a service wants it near: a cut between the sites stops every site but the one that has the members. */
function checkSites(service: Service, members: readonly Placement[], all: readonly Placement[]): readonly Diagnostic[] {
  const [first] = members;
  const sites = new Set(members.map(({ node }) => node.site));
  const [site] = sites;
  if (first === undefined || sites.size !== 1 || typeof site !== "string") return [];
  const far = all.filter((each) => each.node.site !== site && each.node.site !== null && needs(each.service, service));
  const [user] = far;
  if (user === undefined) return [];
  const others = [...new Set(far.map(({ node }) => node.site))].join(", ");
  return [
    {
      code: "PC3011",
      severity: "warning",
      message: `${service.title} has members at site ${site} alone (${names(members)}), and services at ${others} depend on it: cut off from ${site}, they stand still.`,
      path: [...first.node.path, "services"],
      hint: `Run ${service.name} at ${others} too.`,
      related: [{ message: `${user.service.title} depends on it here`, path: [...user.node.path, "services"] }],
    },
  ];
}

function needs(user: Service, service: Service): boolean {
  return user.dependsOn.some((name) => {
    const next = catalogue.get(name);
    return next !== undefined && (next === service || needs(next, service));
  });
}

function names(members: readonly Placement[]): string {
  return members.map(({ node }) => node.name).join(", ");
}
