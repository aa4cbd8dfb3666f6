import type { Network, Node, OptionValue, Path } from "@nix-nos/topology";
import type { Service, ServiceDocument, ServiceScope } from "@plasmacloud/network";
import { catalogue } from "../catalogue/services.js";
import type { ClusterServices } from "../services-schema.js";

/** A service on a node, with all that the topology says of it there. */
export interface Placement {
  readonly node: Node;
  readonly service: Service;
  readonly settings: { readonly [name: string]: OptionValue };
  /** Every port, in the order of the catalogue. */
  readonly ports: readonly PlacedPort[];
  readonly openFirewall: boolean;
}

interface PlacedPort {
  readonly name: string;
  readonly number: number;
  readonly protocols: readonly ("tcp" | "udp")[];
  /** Where the topology says the number, or that the service runs here. */
  readonly path: Path;
}

/** What runs where, by node in network order and on each in the order of dependencies. */
export function placeServices(network: Network, services: ClusterServices): readonly Placement[] {
  return network.nodes.flatMap((node) =>
    [...catalogue.values()]
      .filter(({ name }) => runs(node, name))
      .map((service) => placeService(node, service, services)),
  );
}

/** Only a machine with NixOS runs what is listed on it. */
export function runs(node: Node, service: string): boolean {
  return node.platform === "nixos" && node.services.includes(service);
}

/** What the topology says of a service on a node, whether it runs there or not. */
export function placeService(node: Node, service: Service, services: ClusterServices): Placement {
  const document: ServiceDocument = services[service.name] ?? {};
  const path = ["services", service.name];
  const scopes: readonly (readonly [ServiceScope, Path])[] = [
    [document, path],
    [ownOf(document.clusters, node.cluster), [...path, "clusters", node.cluster]],
    [ownOf(document.nodes, node.name), [...path, "nodes", node.name]],
  ];
  const settings = scopes.reduce<OptionValue>((all, [scope]) => merge(all, (scope.settings ?? {}) as OptionValue), {});
  const ports = Object.entries(service.ports).map(([name, { number, protocols }]): PlacedPort => {
    const chosen = scopes.findLast(([scope]) => scope.ports?.[name] !== undefined);
    const own = chosen?.[0].ports?.[name];
    if (chosen === undefined || own === undefined) {
      return { name, number, protocols, path: [...node.path, "services"] };
    }
    return { name, number: own, protocols, path: [...chosen[1], "ports", name] };
  });
  const openFirewall = scopes.findLast(([scope]) => scope.openFirewall !== undefined)?.[0].openFirewall ?? true;
  return { node, service, settings: isMap(settings) ? settings : {}, ports, openFirewall };
}

function ownOf(scopes: Readonly<Record<string, ServiceScope>> | undefined, name: string): ServiceScope {
  return scopes !== undefined && Object.hasOwn(scopes, name) ? (scopes[name] ?? {}) : {};
}

/** Maps merge by key; of anything else, what is said nearer to the node stands. */
function merge(far: OptionValue, near: OptionValue): OptionValue {
  if (!isMap(far) || !isMap(near)) return near;
  const names = new Set([...Object.keys(far), ...Object.keys(near)]);
  return Object.fromEntries(
    [...names].map((name) => {
      const [first, second] = [far[name], near[name]];
      if (first === undefined || second === undefined) return [name, second ?? first ?? null];
      return [name, merge(first, second)];
    }),
  );
}

function isMap(value: OptionValue): value is { readonly [name: string]: OptionValue } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
