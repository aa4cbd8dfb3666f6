import { z } from "zod";
import { bgp } from "./bgp-schema.js";
import { forwarding, zone } from "./firewall-schema.js";
import { mtu } from "./interface-schema.js";
import { lab } from "./lab-schema.js";
import { cluster } from "./node-schema.js";
import { pool } from "./pool-schema.js";
import { linkBgp } from "./session-schema.js";
import { domainName, includePath, interfaceAddress, linkEnd, name } from "./text.js";

const vlan = z
  .strictObject({
    id: z
      .int()
      .min(1)
      .max(4094)
      .describe("IEEE 802.1Q identifier.")
      .meta({ examples: [100] }),
    pool: pool.optional().describe("Addresses for the VLAN's interfaces with `addresses: auto`."),
    mtu: mtu.optional(),
  })
  .describe("A virtual LAN.");

const link = z
  .strictObject({
    between: z
      .tuple([linkEnd, linkEnd])
      .describe("The two ends, each NODE:INTERFACE.")
      .meta({ examples: [["spine01:swp1", "leaf01:swp51"]] }),
    pool: name
      .optional()
      .describe("Pool that the two addresses come from.")
      .meta({ examples: ["fabric"] }),
    addresses: z
      .tuple([interfaceAddress, interfaceAddress])
      .optional()
      .describe("The two addresses, in the order of `between`.")
      .meta({ examples: [["10.254.15.0/31", "10.254.15.1/31"]] }),
    unnumbered: z
      .boolean()
      .optional()
      .describe(
        "No addresses but link-local ones, made of the ends' names; one eBGP session carries both families (RFC 8950).",
      )
      .meta({ examples: [true] }),
    bgp: linkBgp.optional(),
  })
  .describe("A point-to-point cable.");

const nixNos = z.strictObject({
  name: name
    .optional()
    .describe("Name of the whole topology.")
    .meta({ examples: ["acme"] }),
  domain: domainName
    .optional()
    .describe("DNS domain of the nodes.")
    .meta({ examples: ["acme.example"] }),
  sites: z
    .record(name, z.strictObject({}).describe("Nothing is said of a place but its name: `{}`."))
    .optional()
    .describe("Places that clusters are at, by name."),
  clusters: z.record(name, cluster).describe("Clusters by name."),
  network: z
    .strictObject({
      pools: z.record(name, pool).optional().describe("Address pools by name."),
      vlans: z.record(name, vlan).optional().describe("VLANs by name."),
      links: z.array(link).optional().describe("Point-to-point cables between nodes."),
      zones: z.record(name, zone).optional().describe("Firewall zones by name."),
      forwardings: z.array(forwarding).optional().describe("What goes from zone to zone."),
      bgp: bgp.optional(),
    })
    .optional()
    .describe("Addresses, routing and who may go where."),
  lab: lab.optional(),
});

/** Files that belong to the document; loading has merged them before the schema looks at it. */
const include = z
  .array(includePath)
  .describe("Other topology files that belong to this one, relative to it.")
  .meta({ examples: [["sites/tokyo.yaml", "sites/osaka.yaml"]] });

/** The document, with what the extensions say of `services`; without any, `services` is not looked at. */
export function topologySchema(services: Readonly<Record<string, z.ZodType>> | null) {
  return z.strictObject({
    include: include.optional(),
    "nix-nos": nixNos.describe("Layer 1: nodes, addresses and routing."),
    services:
      services === null
        ? z.unknown().optional()
        : z
            .strictObject(Object.fromEntries(Object.entries(services).map(([key, schema]) => [key, schema.optional()])))
            .optional()
            .describe("What the layers above the network add."),
  });
}

/** A validated document: what was written, with the schema's own defaults. */
export type Topology = z.output<ReturnType<typeof topologySchema>>;
export type TopologyLink = z.output<typeof link>;
