import type { BgpPlan } from "@nix-nos/bgp-gen";
import {
  type Artifact,
  type Contribution,
  type DnsZone,
  type Extension,
  hasErrors,
  nodeFolder,
  type OptionValue,
  type Outcome,
} from "@nix-nos/topology";
import { fiberlbVips, type NetworkServices, planOverlay } from "@plasmacloud/network";
import { checkDependencies } from "./checks/dependencies.js";
import { checkNames } from "./checks/names.js";
import { checkOrchestration } from "./checks/orchestration.js";
import { checkPorts } from "./checks/ports.js";
import { checkQuorums } from "./checks/quorum.js";
import { clusterConfigs } from "./cluster-config.js";
import { nameServers, serviceNames } from "./dns/names.js";
import { checkZones, deliverZones } from "./dns/zones.js";
import { serviceOpenings } from "./firewall/openings.js";
import { planFormations } from "./formation/formation.js";
import { rememberFormations } from "./formation/founder.js";
import { checkRecords } from "./formation/record-faults.js";
import { entryModule, moduleFiles } from "./nixos/modules.js";
import { firstBootOptions, serviceOptions } from "./nixos/node-options.js";
import { type Placement, placeServices } from "./placement/placement.js";
import { planRollout } from "./rollout/plan.js";
import { checkScrapes, planScrapes } from "./scrape/plan.js";
import { deliverScrapes } from "./scrape/render.js";
import { type ClusterServices, hasTls, servicesSchema } from "./services-schema.js";

const file = "cluster-config.json";
const modulesFolder = "nix/modules";

/**
 * PlasmaCloud's cluster as an extension of Nix-NOS: for every node of a cluster with a control plane, the document
 * with which it founds or joins that cluster, `nodes/NODE/cluster-config.json`, and `generateClusterConfig` for Nix;
 * every service of the catalogue as options of the node's NixOS module; and `rollout.json`, which says what a rollout
 * must not take down together.
 *
 * `extend` remembers in `choices` who founded each cluster and whether with TLS, and says which ports its services need
 * in the firewall and by which names they are found. `render` gives no value when a cluster cannot be formed or its
 * services cannot work where they are.
 *
 * @example
 * ```ts
 * import { loadTopology, resolveTopology, unwrap } from "@nix-nos/topology";
 * import { plasmacloudCluster } from "@plasmacloud/cluster";
 *
 * const text = "nix-nos: { clusters: { lab: { nodes: { n1: { role: control-plane, ip: 10.0.0.1, services: [chainfire] } } } } }";
 * const network = unwrap(resolveTopology(unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" })).document));
 * const { artifacts, nixosOptions } = unwrap(plasmacloudCluster.render(network, {}, {}));
 *
 * artifacts[0]?.path; // => "nodes/n1/cluster-config.json"
 * JSON.parse(artifacts[0]?.text ?? "").initial_peers; // => [{ "id": "n1", "addr": "10.0.0.1:2380" }]
 * nixosOptions?.get("n1")?.services.chainfire; // => { "enable": true, "openFirewall": true, "tls": { "enable": true } }
 * ```
 */
export const plasmacloudCluster: Extension<
  ClusterServices,
  { readonly bgp?: BgpPlan; readonly zones?: readonly DnsZone[] }
> = {
  name: "plasmacloud-cluster",
  layer: 3,
  schema: servicesSchema,
  extend(network, services) {
    const tls = hasTls(services);
    const diagnostics = checkRecords(network, tls);
    if (hasErrors(diagnostics)) return { value: null, diagnostics };
    const placements = placeServices(network, services);
    const openings = serviceOpenings(network, placements);
    const firewall = { ...network.firewall, openings: [...network.firewall.openings, ...openings] };
    const dns = {
      nameServers: [...network.dns.nameServers, ...nameServers(placements)],
      services: [...network.dns.services, ...serviceNames(placements)],
    };
    return { value: { ...network, firewall, dns, choices: rememberFormations(network, tls) }, diagnostics };
  },
  render(network, plans, services): Outcome<Contribution> {
    const { zones = [] } = plans;
    const placements = placeServices(network, services);
    const servers = placements.filter(({ service }) => service.name === "flashdns");
    const { formations, diagnostics: faults } = planFormations(network, services);
    const overlay = planOverlay(network, services as NetworkServices);
    const mistakes = [
      ...faults,
      ...checkNames(network, services),
      ...checkDependencies(placements),
      ...checkPorts(network, { bgp: plans.bgp, overlay }, placements),
      ...checkOrchestration(network, placements),
      ...checkScrapes(network, placements),
      ...checkZones(network, zones, servers, services["flashdns"]),
    ];
    if (hasErrors(mistakes)) return { value: null, diagnostics: mistakes };
    // How well a cluster bears failures is worth a word once it can be formed.
    const diagnostics = [...mistakes, ...checkQuorums(network, placements)];
    const tls = hasTls(services);
    const artifacts: Artifact[] = [];
    const nixosOptions = new Map<string, { readonly [option: string]: OptionValue }>();
    for (const formation of formations) {
      for (const document of clusterConfigs(formation)) {
        const path = `${nodeFolder(document.node_id)}/${file}`;
        const text = `${JSON.stringify(document, null, 2)}\n`;
        artifacts.push({ path, text, node: document.node_id, layer: 3, kind: "cluster-config" });
        nixosOptions.set(document.node_id, firstBootOptions(text, tls));
      }
    }
    const byNode = new Map<string, Placement[]>();
    for (const placement of placements) {
      const { name } = placement.node;
      byNode.set(name, [...(byNode.get(name) ?? []), placement]);
    }
    const vips = fiberlbVips(network, services as NetworkServices);
    for (const [node, own] of byNode) {
      const { services: first, ...rest } = nixosOptions.get(node) ?? {};
      const options = serviceOptions(own, tls, vips.get(node));
      nixosOptions.set(node, { services: { ...options, ...(first as object | undefined) }, ...rest });
    }
    if (nixosOptions.size > 0) artifacts.push(...moduleArtifacts());
    const nixosModules = new Map([...nixosOptions.keys()].map((node) => [node, [`${modulesFolder}/${entryModule}`]]));
    for (const delivery of [deliverZones(zones, servers), deliverScrapes(planScrapes(network, placements), tls)]) {
      artifacts.push(...delivery.artifacts);
      for (const { node, path } of delivery.modules) nixosModules.get(node)?.push(path);
    }
    const plan = planRollout(network, placements, overlay);
    const text = `${JSON.stringify(plan, null, 2)}\n`;
    artifacts.push({ path: "rollout.json", text, node: null, layer: 3, kind: "rollout" });
    const nixLib = { generateClusterConfig: file };
    return { value: { artifacts, nixosOptions, nixosModules, nixLib }, diagnostics };
  },
};

/** The shipped modules, so that a rendered tree needs nothing beside it. */
function moduleArtifacts(): readonly Artifact[] {
  return Object.entries(moduleFiles()).map(([name, text]) => ({
    path: `${modulesFolder}/${name}`,
    text,
    node: null,
    layer: 3,
    kind: "nixos",
  }));
}
