import {
  type Artifact,
  type Contribution,
  type Extension,
  hasErrors,
  type Network,
  nodeFolder,
  type Outcome,
} from "@nix-nos/topology";
import { z } from "zod";
import { clusterConfigs } from "./cluster-config.js";
import { planFormations } from "./formation.js";

/** The extension's part of `services`; a service that the topology does not mention is absent. */
export type ClusterServices = {
  readonly [Service in keyof typeof servicesSchema]?: z.output<(typeof servicesSchema)[Service]> | undefined;
};

const service = (what: string) =>
  z
    .strictObject({
      settings: z
        .record(z.string(), z.json())
        .optional()
        .describe("Settings of the service, by name, as its own manual has them.")
        .meta({ examples: [{ heartbeatMs: 150 }] }),
    })
    .describe(what);

const servicesSchema = {
  chainfire: service("ChainFire, the distributed key-value store."),
  flaredb: service("FlareDB, the SQL database."),
  iam: service("IAM, identities and access."),
  plasmavmc: service("PlasmaVMC, virtual machines."),
  lightningstor: service("LightningSTOR, object storage."),
  flashdns: service("FlashDNS, names."),
  nightlight: service("NightLight, metrics."),
  k8shost: service("k8shost, containers with Kubernetes's API."),
};

const file = "cluster-config.json";

/**
 * PlasmaCloud's cluster as an extension of Nix-NOS: for every node of a cluster with a control plane, the document
 * with which it founds or joins that cluster, `nodes/NODE/cluster-config.json`, and `generateClusterConfig` for Nix.
 *
 * `render` gives no value when a cluster cannot be formed (PC3001 to PC3003, PC3005).
 *
 * @example
 * ```ts
 * import { loadTopology, resolveTopology, unwrap } from "@nix-nos/topology";
 * import { plasmacloudCluster } from "@plasmacloud/cluster";
 *
 * const text = "nix-nos: { clusters: { lab: { nodes: { n1: { role: control-plane, ip: 10.0.0.1, services: [chainfire] } } } } }";
 * const network = unwrap(resolveTopology(unwrap(loadTopology({ file: "lab.yaml", text, format: "yaml" })).document));
 * const { artifacts } = unwrap(plasmacloudCluster.render(network, {}, {}));
 *
 * artifacts.map((artifact) => artifact.path); // => ["nodes/n1/cluster-config.json"]
 * JSON.parse(artifacts[0]?.text ?? "").initial_peers; // => [{ "id": "n1", "addr": "10.0.0.1:2380" }]
 * ```
 */
export const plasmacloudCluster: Extension<ClusterServices, unknown> = {
  name: "plasmacloud-cluster",
  layer: 3,
  schema: servicesSchema,
  render(network: Network): Outcome<Contribution> {
    const { formations, diagnostics } = planFormations(network);
    if (hasErrors(diagnostics)) return { value: null, diagnostics };
    const artifacts: Artifact[] = [];
    for (const formation of formations) {
      for (const document of clusterConfigs(formation)) {
        const path = `${nodeFolder(document.node_id)}/${file}`;
        const text = `${JSON.stringify(document, null, 2)}\n`;
        artifacts.push({ path, text, node: document.node_id, layer: 3, kind: "cluster-config" });
      }
    }
    return { value: { artifacts, nixLib: { generateClusterConfig: file } }, diagnostics };
  },
};
