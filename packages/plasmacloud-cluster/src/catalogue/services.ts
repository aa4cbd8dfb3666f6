import { fiberlb, prismnet, type Service, unprivileged } from "@plasmacloud/network";
import { z } from "zod";

const count = (what: string, example: number) =>
  z
    .int()
    .min(1)
    .describe(what)
    .meta({ examples: [example] });

const api = (number: number) => ({ number, protocols: ["tcp"], purpose: "its API" }) as const;

/** Holds who is in a cluster; it speaks etcd's protocol, on etcd's ports. */
export const chainfire = {
  name: "chainfire",
  title: "ChainFire",
  summary: "the distributed key-value store",
  plane: "control",
  ports: {
    client: { number: 2379, protocols: ["tcp"], purpose: "clients" },
    peer: { number: 2380, protocols: ["tcp"], purpose: "other members" },
  },
  dependsOn: [],
  quorum: true,
  health: { port: "client", path: "/health" },
  metrics: { port: "client", path: "/metrics" },
  privileges: unprivileged,
  settings: {
    heartbeatMs: count("Milliseconds between two heartbeats of the leader.", 150),
    electionMs: count("Milliseconds without a heartbeat after which a member stands for election.", 1500),
    snapshotEntries: count("Entries of the log after which a snapshot is taken.", 10000),
  },
} as const satisfies Service;

const flaredb: Service = {
  name: "flaredb",
  title: "FlareDB",
  summary: "the SQL database",
  plane: "control",
  ports: {
    client: { number: 2479, protocols: ["tcp"], purpose: "clients" },
    peer: { number: 2480, protocols: ["tcp"], purpose: "other members" },
  },
  dependsOn: ["chainfire"],
  quorum: true,
  health: { port: "client", path: "/health" },
  metrics: { port: "client", path: "/metrics" },
  privileges: unprivileged,
  settings: { replicas: count("Copies of each range of keys.", 3) },
};

const iam: Service = {
  name: "iam",
  title: "IAM",
  summary: "identities and access",
  plane: "control",
  ports: { api: api(50080) },
  dependsOn: ["flaredb"],
  quorum: false,
  health: { port: "api", path: "/health" },
  metrics: { port: "api", path: "/metrics" },
  privileges: unprivileged,
  settings: {
    issuer: z
      .string()
      .min(1)
      .describe("Issuer in the tokens that it signs (RFC 7519).")
      .meta({ examples: ["https://iam.acme.example"] }),
    tokenLifetimeSeconds: count("Seconds that a token is good for.", 3600),
  },
};

const plasmavmc: Service = {
  name: "plasmavmc",
  title: "PlasmaVMC",
  summary: "virtual machines",
  plane: "compute",
  ports: { api: api(50082) },
  dependsOn: ["chainfire", "iam"],
  quorum: false,
  health: { port: "api", path: "/health" },
  metrics: { port: "api", path: "/metrics" },
  privileges: { capabilities: ["CAP_NET_ADMIN"], devices: ["/dev/kvm", "/dev/net/tun"], machine: false },
  settings: {
    hypervisors: z
      .array(z.enum(["kvm", "firecracker"]))
      .min(1)
      .describe("What runs the machines.")
      .meta({ examples: [["kvm"]] }),
  },
};

const lightningstor: Service = {
  name: "lightningstor",
  title: "LightningSTOR",
  summary: "S3-compatible object storage",
  plane: "storage",
  ports: { s3: { number: 9000, protocols: ["tcp"], purpose: "S3 clients" }, api: api(50086) },
  dependsOn: ["chainfire", "iam"],
  quorum: false,
  health: { port: "api", path: "/health" },
  metrics: { port: "api", path: "/metrics" },
  privileges: unprivileged,
  settings: { replicas: count("Copies of each object.", 3) },
};

const flashdns: Service = {
  name: "flashdns",
  title: "FlashDNS",
  summary: "names",
  plane: "network",
  ports: { dns: { number: 53, protocols: ["tcp", "udp"], purpose: "questions" }, api: api(50084) },
  dependsOn: ["chainfire"],
  quorum: false,
  health: { port: "api", path: "/health" },
  metrics: { port: "api", path: "/metrics" },
  privileges: { ...unprivileged, capabilities: ["CAP_NET_BIND_SERVICE"] },
  settings: {
    forwarders: z
      .array(z.string().min(1))
      .describe("Name servers that are asked for all other names.")
      .meta({ examples: [["192.0.2.53"]] }),
    ttlSeconds: count("Seconds that an answer may be kept.", 300),
    zones: z
      .record(
        z.string().min(1),
        z.strictObject({
          file: z
            .string()
            .min(1)
            .describe("Its zone file on the node (RFC 1035 §5).")
            .meta({ examples: ["/srv/dns/corp.zone"] }),
        }),
      )
      .describe("Zones that it answers for besides those of the topology, by name.")
      .meta({ examples: [{ "corp.example": { file: "/srv/dns/corp.zone" } }] }),
  },
};

const nightlight: Service = {
  name: "nightlight",
  title: "NightLight",
  summary: "Prometheus-compatible metrics",
  plane: "observability",
  ports: { api: { number: 9090, protocols: ["tcp"], purpose: "questions and what is pushed" } },
  dependsOn: [],
  quorum: false,
  health: { port: "api", path: "/-/healthy" },
  metrics: { port: "api", path: "/metrics" },
  privileges: unprivileged,
  settings: {
    retentionDays: count("Days that samples are kept.", 30),
    scrapeIntervalSeconds: z
      .int()
      .min(1)
      .max(86_400)
      .describe("Seconds between two samples; default: 15.")
      .meta({ examples: [15] }),
    configFile: z
      .string()
      .min(1)
      .describe("File that says what it scrapes, as Prometheus reads it; default: one made of the topology.")
      .meta({ examples: ["/srv/nightlight/prometheus.yml"] }),
  },
};

const k8shost: Service = {
  name: "k8shost",
  title: "k8shost",
  summary: "containers with Kubernetes's API",
  plane: "compute",
  ports: { api: { number: 6443, protocols: ["tcp"], purpose: "Kubernetes's API" } },
  dependsOn: ["chainfire", "iam"],
  quorum: false,
  health: { port: "api", path: "/healthz" },
  metrics: { port: "api", path: "/metrics" },
  privileges: { ...unprivileged, machine: true },
  settings: { maxPods: count("Pods that a node runs at most.", 110) },
};

const all: readonly Service[] = [
  chainfire,
  flaredb,
  iam,
  plasmavmc,
  prismnet,
  lightningstor,
  flashdns,
  fiberlb,
  nightlight,
  k8shost,
];

/**
 * PlasmaCloud's services by name, each after those that it depends on.
 *
 * @example
 * ```ts
 * import { catalogue } from "@plasmacloud/cluster";
 *
 * catalogue.get("flaredb")?.dependsOn; // => ["chainfire"]
 * catalogue.get("chainfire")?.ports.client?.number; // => 2379
 * ```
 */
export const catalogue: ReadonlyMap<string, Service> = inDependencyOrder(all);

/** Otherwise the order stays; a dependency that is not in the catalogue, or on itself, is a fault of ours. */
function inDependencyOrder(services: readonly Service[]): ReadonlyMap<string, Service> {
  const ordered = new Map<string, Service>();
  let waiting = services;
  while (waiting.length > 0) {
    const ready = waiting.filter(({ dependsOn }) => dependsOn.every((name) => ordered.has(name)));
    if (ready.length === 0) throw new Error(`no order: ${waiting.map(({ name }) => name).join(", ")}`);
    for (const service of ready) ordered.set(service.name, service);
    waiting = waiting.filter(({ name }) => !ordered.has(name));
  }
  return ordered;
}
