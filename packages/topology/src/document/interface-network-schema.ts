import { z } from "zod";
import { address, addressOrPrefix, destination, domainOrRoute, hostOrAddress, interfaceName, prefix } from "./text.js";

/** Of a route or lease: the lower one is preferred. */
const metric = z
  .int()
  .min(0)
  .max(4_294_967_295)
  .meta({ examples: [100] });
/** 0 is no table, and above it the kernel takes 32 bits. */
const table = z
  .int()
  .min(1)
  .max(4_294_967_295)
  .meta({ examples: [100] });

const flag = (text: string) =>
  z
    .boolean()
    .optional()
    .describe(text)
    .meta({ examples: [false] });

const dhcpOptions = z
  .strictObject({
    family: z
      .enum(["both", "ipv4", "ipv6"])
      .optional()
      .describe("Families that a lease is asked for; default `both`.")
      .meta({ examples: ["ipv4"] }),
    routeMetric: metric.optional().describe("Metric of the routes that come with an IPv4 lease; default 1024."),
    routeTable: table.optional().describe("Table of the routes that come with an IPv4 lease."),
    useDns: flag("The lease's name servers are used; default: they are."),
    useNtp: flag("The lease's time servers are used; default: they are."),
    useDomains: flag("The lease's domain is searched; default: it is not."),
    useRoutes: flag("The routes that come with an IPv4 lease are used, its gateway with them; default: they are."),
    useMtu: flag("The MTU that comes with an IPv4 lease is used; default: it is not."),
    useHostname: flag("The host name that comes with a lease is used; default: it is not, the node has one."),
    sendHostname: flag("The server is told the node's name; default: it is."),
    clientIdentifier: z
      .enum(["mac", "duid"])
      .optional()
      .describe("What an IPv4 server knows the node by; default `duid`.")
      .meta({ examples: ["mac"] }),
  })
  .describe("How a lease is asked for, and what of it is used.");

const acceptRaOptions = z
  .strictObject({
    useDns: flag("The routers' name servers are used; default: they are."),
    useDomains: flag("The routers' domains are searched; default: they are not."),
    useGateway: flag("The routers become default gateways; default: they do."),
    useAutonomousPrefix: flag("Addresses are made of the prefixes that come (RFC 4862); default: they are."),
    useMtu: flag("The MTU that comes is used; default: it is."),
    routeMetric: metric.optional().describe("Metric of the routes that come; default 1024."),
    routeTable: table.optional().describe("Table of the routes that come."),
  })
  .describe("What of routers' advertisements is used.");

const sendRa = z
  .strictObject({
    prefixes: z
      .array(prefix)
      .optional()
      .describe("Prefixes that hosts make their addresses of, /64 each; default: those of the interface's addresses.")
      .meta({ examples: [["2001:db8:1::/64"]] }),
    routes: z
      .array(prefix)
      .optional()
      .describe("Prefixes that are reached through the node (RFC 4191).")
      .meta({ examples: [["2001:db8::/32"]] }),
    routerLifetime: z
      .int()
      .min(0)
      .max(9000)
      .optional()
      .describe("Seconds for which the node is a default gateway; 0 is not at all; default 1800.")
      .meta({ examples: [0] }),
    routerPreference: z
      .enum(["low", "medium", "high"])
      .optional()
      .describe("Which of several routers is preferred (RFC 4191).")
      .meta({ examples: ["high"] }),
    managed: flag("Hosts ask DHCPv6 for their addresses."),
    otherConfig: flag("Hosts ask DHCPv6 for the rest, as name servers."),
    dns: z
      .array(address)
      .min(1)
      .optional()
      .describe("Name servers for the hosts (RFC 8106), IPv6; default: none are told.")
      .meta({ examples: [["2001:db8::53"]] }),
    domains: z
      .array(domainOrRoute)
      .min(1)
      .optional()
      .describe("Domains that the hosts search.")
      .meta({ examples: [["acme.example"]] }),
  })
  .describe("What the node tells its neighbours as their router (RFC 4861).");

const route = z
  .strictObject({
    to: destination
      .describe("Where it leads: a prefix, an address, or `default`.")
      .meta({ examples: ["10.0.0.0/8", "default"] }),
    via: address
      .optional()
      .describe("The router; without one, who is there is on the link itself.")
      .meta({ examples: ["10.0.1.1"] }),
    onLink: z
      .boolean()
      .optional()
      .describe("The router is on the link, though none of the interface's networks has it.")
      .meta({ examples: [true] }),
    source: address
      .optional()
      .describe("Address that the node's own packets come from, one of its own.")
      .meta({ examples: ["10.255.0.1"] }),
    metric: metric.optional().describe("Of several routes to one place, the lowest is taken."),
    table: table.optional().describe("Routing table; default: the main one, or the VRF's."),
    type: z
      .enum(["unicast", "blackhole", "unreachable", "prohibit", "throw"])
      .optional()
      .describe("What happens to the packets; default `unicast`, they are sent.")
      .meta({ examples: ["blackhole"] }),
    mtu: z
      .int()
      .min(68)
      .max(65535)
      .optional()
      .describe("Largest packet that goes this way, in bytes.")
      .meta({ examples: [1400] }),
  })
  .describe("A static route.");

const routingRule = z
  .strictObject({
    from: addressOrPrefix
      .optional()
      .describe("Packets from here.")
      .meta({ examples: ["10.20.0.0/24"] }),
    to: addressOrPrefix
      .optional()
      .describe("Packets to here.")
      .meta({ examples: ["10.30.0.0/24"] }),
    incomingInterface: interfaceName
      .optional()
      .describe("Packets that came in by this interface; `lo` is the node's own.")
      .meta({ examples: ["eth1"] }),
    mark: z
      .int()
      .min(1)
      .max(4_294_967_295)
      .optional()
      .describe("Packets with this firewall mark.")
      .meta({ examples: [51820] }),
    family: z
      .enum(["ipv4", "ipv6", "both"])
      .optional()
      .describe("Of a rule without addresses: whose packets; default `both`.")
      .meta({ examples: ["ipv4"] }),
    invert: z
      .boolean()
      .optional()
      .describe("Packets that do not match.")
      .meta({ examples: [true] }),
    priority: z
      .int()
      .min(1)
      .max(4_294_967_295)
      .optional()
      .describe("Rules are tried from the lowest; 32766 and 32767 are the tables main and default.")
      .meta({ examples: [1000] }),
    table: table.optional().describe("Table in which the way is looked up."),
    suppressPrefixLength: z
      .int()
      .min(0)
      .max(128)
      .optional()
      .describe("Routes of this length or shorter are passed over; 0 is the default route.")
      .meta({ examples: [0] }),
    type: z
      .enum(["blackhole", "unreachable", "prohibit"])
      .optional()
      .describe("What happens to the packets instead of a look in a table.")
      .meta({ examples: ["unreachable"] }),
  })
  .describe("A rule that chooses a routing table (ip-rule(8)).");

/** What an interface of any kind has beside its written addresses. */
export const networkKeys = {
  dhcp: z
    .union([z.boolean(), z.enum(["ipv4", "ipv6"]), dhcpOptions])
    .optional()
    .describe("Leases are asked for: `true` for both families, one of them, or with options; default: none.")
    .meta({ examples: ["ipv4", { family: "ipv4", routeMetric: 100 }] }),
  acceptRa: z
    .union([z.boolean(), acceptRaOptions])
    .optional()
    .describe("Routers' advertisements are heeded; default: where `dhcp` asks for IPv6.")
    .meta({ examples: [true] }),
  sendRa: z
    .union([z.boolean(), sendRa])
    .optional()
    .describe("The node is the router of its neighbours and says so.")
    .meta({ examples: [true, { managed: true }] }),
  linkLocal: z
    .enum(["no", "ipv4", "ipv6", "both"])
    .optional()
    .describe("Link-local addresses; default: `ipv6` on an interface that has addresses or asks for some.")
    .meta({ examples: ["ipv6"] }),
  routes: z.array(route).optional().describe("Static routes over the interface."),
  routingRules: z.array(routingRule).optional().describe("Rules that choose a routing table, set with the interface."),
  dns: z
    .array(address)
    .optional()
    .describe("Name servers that are reached over the interface.")
    .meta({ examples: [["10.0.1.53"]] }),
  domains: z
    .array(domainOrRoute)
    .optional()
    .describe("Domains that are searched; with `~` in front, only asked for there, and `~.` is all of them.")
    .meta({ examples: [["acme.example", "~corp.example"]] }),
  ntp: z
    .array(hostOrAddress)
    .optional()
    .describe("Time servers.")
    .meta({ examples: [["ntp.acme.example"]] }),
  requiredForOnline: z
    .boolean()
    .optional()
    .describe("The boot waits for the interface; default: where it has addresses or carries VLANs, and is no port.")
    .meta({ examples: [false] }),
};
