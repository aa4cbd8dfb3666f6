import { z } from "zod";
import { chainfire } from "./catalogue/services.js";
import type { AddressedNode, Formation } from "./formation/formation.js";

const octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";
const ipv4 = `${octet}(?:\\.${octet}){3}`;
const ipv6 = "[0-9a-f]*:[0-9a-f:.]*[0-9a-f:]";
const port = z.int().min(1).max(65535);

// Patterns rather than formats: a JSON Schema validator may ignore a format, or not know it.
const address = z.string().regex(new RegExp(`^(?:${ipv4}|${ipv6})$`));
const endpoint = z
  .string()
  .regex(new RegExp(`^(?:${ipv4}|\\[${ipv6}\\]):[1-9][0-9]{0,4}$`))
  .describe("ADDRESS:PORT, an IPv6 address in brackets.");
const nodeName = z.string().min(1).max(63);

/**
 * What first boot reads on a node, version 1, as a zod schema: to check a document before it is used.
 *
 * @example
 * ```ts
 * import { clusterConfigSchema } from "@plasmacloud/cluster";
 *
 * clusterConfigSchema.safeParse({ version: 2 }).success; // => false
 * ```
 */
export const clusterConfigSchema = z
  .strictObject({
    version: z.literal(1).describe("Version of this format."),
    cluster_name: z.string().min(1).describe("Name of the cluster."),
    node_id: nodeName.describe("Name of this node, unique in the topology; its host name."),
    node_role: z.string().min(1).describe("What this node is for, as control-plane or worker."),
    node_ip: address.describe("This node's own address, IPv4 where it has one."),
    bootstrap: z
      .boolean()
      .describe("This node founds the cluster: true on one node of a cluster, on none once the founder has left it."),
    initial_peers: z
      .array(
        z.strictObject({
          id: nodeName.describe("Name of the node."),
          addr: endpoint.describe("Where the consensus service's members reach it, ADDRESS:PORT."),
        }),
      )
      .min(1)
      .describe(
        "Members of the consensus service at the moment the cluster is founded: the founder, or a member now if it has left.",
      ),
    join_endpoints: z
      .array(endpoint)
      .describe(
        "Where this node asks to join, the founder first; empty on the founder, and on a member that is alone.",
      ),
    services: z
      .record(
        z.string(),
        z.strictObject({
          client_port: port.describe("TCP port for clients."),
          peer_port: port.describe("TCP port between members."),
          peers: z.array(nodeName).min(1).describe("Names of all nodes that are to be members."),
        }),
      )
      .describe("Consensus services that run on this node, by name."),
  })
  .describe("How a node founds or joins its cluster on first boot.");

/** The document `cluster-config.json`, version 1. */
export type ClusterConfig = z.infer<typeof clusterConfigSchema>;

/**
 * The JSON Schema (2020-12) of `cluster-config.json`, as published in `schema/cluster-config.v1.json`.
 *
 * @example
 * ```ts
 * import { clusterConfigJsonSchema } from "@plasmacloud/cluster";
 *
 * clusterConfigJsonSchema()["$id"]; // => "urn:plasmacloud:cluster-config:v1"
 * ```
 */
export function clusterConfigJsonSchema(): Readonly<Record<string, unknown>> {
  const { $schema, ...schema } = z.toJSONSchema(clusterConfigSchema);
  return { $schema, $id: "urn:plasmacloud:cluster-config:v1", title: "cluster-config.json", ...schema };
}

/** The documents of a cluster's nodes, in network order. */
export function* clusterConfigs(formation: Formation): Iterable<ClusterConfig> {
  const { founder, members } = formation;
  const others = members.filter((member) => member !== founder);
  const first = founder ?? others[0];
  if (first === undefined) return;
  const targets = (founder === null ? others : [founder, ...others]).map((member) => ({
    member,
    endpoint: at(member, member.clientPort),
  }));
  const peers = members.map(({ node }) => node.name);
  const running = new Set(members);
  for (const own of formation.nodes) {
    yield {
      version: 1,
      cluster_name: formation.cluster.name,
      node_id: own.node.name,
      node_role: own.node.role,
      node_ip: own.address,
      bootstrap: own === founder,
      initial_peers: [{ id: first.node.name, addr: at(first, first.peerPort) }],
      join_endpoints:
        own === founder ? [] : targets.filter(({ member }) => member !== own).map((target) => target.endpoint),
      services: running.has(own)
        ? { [chainfire.name]: { client_port: own.clientPort, peer_port: own.peerPort, peers } }
        : {},
    };
  }
}

function at({ address: host }: AddressedNode, number: number): string {
  return host.includes(":") ? `[${host}]:${number}` : `${host}:${number}`;
}
