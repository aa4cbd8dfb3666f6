// docs/services.md: PlasmaCloud's catalogue as a page to read. A pure function from its data to Markdown.

/**
 * @param catalogue - the services by name
 * @returns the page
 */
export function servicesPage(catalogue) {
  const services = [...catalogue.values()];
  return `${[
    "# PlasmaCloud's services",
    "",
    "What can stand in a node's `services`; written by `npm run docs:generate` from the catalogue that places and checks",
    "them. What a key means stands in [topology.md](topology.md), what a check says in [diagnostics.md](diagnostics.md).",
    "",
    "## The catalogue",
    "",
    "A service depends on others wherever they run. One with a quorum has members that agree by majority: three or five in",
    "a cluster. Health and metrics are asked with `GET` on the port in brackets.",
    "",
    ...table(
      ["service", "what it is", "plane", "ports", "depends on", "quorum", "health", "metrics"],
      services.map((service) => [
        `[${code(service.name)}](#${service.name})`,
        `${service.title}, ${service.summary}`,
        service.plane,
        Object.entries(service.ports).map(portOf).join("<br>"),
        service.dependsOn.map(code).join(", ") || "-",
        service.quorum ? "yes" : "no",
        endpointOf(service.health),
        endpointOf(service.metrics),
      ]),
    ),
    "",
    ...prose,
    "",
    "## Settings that are known",
    "",
    "Each can be left out. A setting that is not here is passed on as it is.",
    ...services.flatMap(settingsOf),
  ].join("\n")}\n`;
}

const prose = `## How to say what is different

A service runs where a node lists it. How it runs is \`services.NAME\`, for all nodes, for a cluster, and for a node; what
is said nearest to the node stands, and maps merge key by key.

\`\`\`yaml
services:
  chainfire:
    settings: { heartbeatMs: 150, log: { level: info } }
    ports: { client: 2379 }
    clusters: { osaka: { settings: { heartbeatMs: 500 } } }
    nodes: { node01: { settings: { log: { level: debug } }, openFirewall: false } }
\`\`\`

It comes out as \`services.NAME\` in the node's NixOS module: \`enable\`, \`settings\`, \`ports\`, \`openFirewall\`.

## Who runs the workloads

A cluster's \`orchestration\` is one of two words, and each cluster has its own.

| \`orchestration\` | what runs there                                                                                                                            |
| --------------- | ------------------------------------------------------------------------------------------------------------------------------------------ |
| \`systemd\`       | the cluster's \`workloads\`, as units, timers and containers: [workloads.md](workloads.md). A k8shost there is a warning (PC3073)            |
| \`k8shost\`       | pods, over Kubernetes's API. At least one node of the cluster runs k8shost (PC3072), and the topology has no workloads for it (PC3071)      |
| not said        | the cluster's \`workloads\` by systemd, and pods where k8shost is listed; two masters of one node have to agree by themselves               |

In each case the topology has the nodes, the network and the certificates.

## Names

With \`domain\`, a service is found by its cluster, in every node's /etc/hosts and in the zone files:

| name                                      | what it gives                                                             |
| ----------------------------------------- | ------------------------------------------------------------------------- |
| SERVICE.CLUSTER.DOMAIN                    | the addresses of all nodes of the cluster that run it (A, AAAA)           |
| \`_PORT._tcp\`.SERVICE.CLUSTER.DOMAIN, \`_udp\` | the port on each of these nodes, by the port's name in the catalogue (SRV) |

As \`dig SRV _client._tcp.chainfire.plasmacloud.acme.example\`. Nodes, interfaces, workloads and virtual addresses have
names as well, and every address leads back to one: [workloads.md](workloads.md#how-they-are-found). The services' names
stand in their certificates too.

Every node that runs FlashDNS has all zones of the topology: \`nix/flashdns.nix\` sets
\`services.flashdns.settings.zones\` to their files, so a zone that changes starts it again. Those that answer on port 53 and
have an address are the zones' NS records. All of them load the same files, and none transfers a zone from another.
Zones of your own go beside them, and need another name (PC3050):

\`\`\`yaml
services:
  flashdns: { settings: { zones: { corp.example: { file: /srv/dns/corp.zone } } } }
\`\`\`

## Metrics

Every node that runs NightLight has \`nightlight/prometheus.yml\`, and \`services.nightlight.settings.configFile\` names it,
unless the topology names another file. It has a job for each service, and a target for each node that runs it, with the
labels \`node\`, \`cluster\`, \`site\` and \`role\`. With mutual TLS (\`services.tls\`, which is on unless the topology says
otherwise) it shows NightLight's own certificate.

A NightLight scrapes its own cluster. A cluster without one is scraped by those of its site; where the site has none
either, by all. Of several, each scrapes everything, so that one may fail. On nodes with firewall zones, the port with the
metrics is open to who scrapes them.`.split("\n");

function settingsOf({ name, title, settings }) {
  const known = Object.entries(settings);
  const rows = known.map(([setting, schema]) => {
    const { description, examples, ...own } = schema.toJSONSchema();
    const example = examples === undefined ? "" : ` Example: ${code(JSON.stringify(examples[0]))}`;
    return [code(setting), typeOf(own), `${description}${example}`];
  });
  const body = rows.length === 0 ? ["None."] : table(["setting", "type", "meaning"], rows);
  return ["", `### ${name}`, "", `${title}: \`services.${name}.settings\`.`, "", ...body];
}

function typeOf({ type, minimum, items, enum: values, additionalProperties, properties }) {
  if (values !== undefined) return `one of ${values.map(code).join(", ")}`;
  if (type === "integer") return minimum === undefined ? "whole number" : `whole number, ${minimum} at least`;
  if (type === "array") return `list of ${typeOf(items)}`;
  if (properties !== undefined) return `map with ${Object.keys(properties).map(code).join(", ")}`;
  if (type === "object") return `name → ${typeOf(additionalProperties)}`;
  return type === "string" ? "text" : type;
}

function portOf([name, { number, protocols }]) {
  return `${code(name)} ${number}/${protocols.join("+")}`;
}

function endpointOf({ port, path }) {
  return `${code(path)} (${port})`;
}

function table(head, rows) {
  return [head, head.map((title) => "-".repeat(title.length)), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}

function code(text) {
  return `\`${text}\``;
}
