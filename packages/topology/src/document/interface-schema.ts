import { z } from "zod";
import { bondKeys, bridgeKeys, match } from "./interface-link-schema.js";
import { networkKeys } from "./interface-network-schema.js";
import {
  address,
  endpoint,
  interfaceAddress,
  interfaceName,
  macAddress,
  name,
  prefix,
  secretFile,
  wireguardKey,
} from "./text.js";

/** Bytes of an MTU: 68 is IPv4's least (RFC 791), 65535 the most a packet can say. */
export const mtu = z
  .int()
  .min(68)
  .max(65535)
  .describe("Largest packet, in bytes; 1280 at least where there is IPv6 (RFC 8200). Default: the system's.")
  .meta({ examples: [9000] });

const wireguardPeer = z
  .strictObject({
    publicKey: wireguardKey.describe("The peer's public key, 32 bytes in base64."),
    allowedIps: z
      .array(prefix)
      .min(1)
      .describe("Prefixes that are behind the peer.")
      .meta({ examples: [["10.99.0.2/32"]] }),
    endpoint: endpoint
      .optional()
      .describe("Where the peer is reached, HOST:PORT; without it, the peer comes first.")
      .meta({ examples: ["198.51.100.7:51820", "[2001:db8::7]:51820"] }),
    presharedKeyFile: secretFile.optional().describe("File on the node that holds the pre-shared key."),
    persistentKeepalive: z
      .int()
      .min(1)
      .max(65535)
      .optional()
      .describe("Seconds between keepalives that hold a NAT open; default: none.")
      .meta({ examples: [25] }),
  })
  .describe("The other end of a tunnel.");

export const networkInterface = z
  .strictObject({
    kind: z
      .enum(["ethernet", "vlan", "bond", "bridge", "vxlan", "wireguard", "dummy", "vrf"])
      .default("ethernet")
      .describe("What the interface is.")
      .meta({ examples: ["bond"] }),
    addresses: z
      .union([z.array(interfaceAddress), z.literal("auto")])
      .optional()
      .describe("Addresses with their prefix length, or `auto` for one a family from the VLAN's pool.")
      .meta({ examples: [["10.0.1.10/24", "fd00:1::10/64"], "auto"] }),
    gateway: z
      .union([address, z.array(address)])
      .optional()
      .describe("Default gateway, one a family.")
      .meta({ examples: ["10.0.1.1"] }),
    mtu: mtu.optional(),
    zone: name
      .optional()
      .describe("Firewall zone of the interface, by name.")
      .meta({ examples: ["wan"] }),
    parent: interfaceName
      .optional()
      .describe(
        "Of a `vlan`: the interface that carries its tagged frames. Of a `vxlan`: the one its tunnels leave by.",
      )
      .meta({ examples: ["bond0"] }),
    vlan: name
      .optional()
      .describe("Of a `vlan`: name of an entry in `network.vlans`.")
      .meta({ examples: ["storage"] }),
    members: z
      .array(interfaceName)
      .optional()
      .describe("Of a `bond`, `bridge` or `vrf`: the interfaces in it.")
      .meta({ examples: [["eth2", "eth3"]] }),
    match: match.optional(),
    macAddress: macAddress
      .optional()
      .describe("MAC address that the interface gets; default: the port's, or one that systemd makes of the name.")
      .meta({ examples: ["02:00:00:00:00:01"] }),
    ...networkKeys,
    ...bondKeys,
    ...bridgeKeys,
    vni: z
      .int()
      .min(1)
      .max(16_777_215)
      .optional()
      .describe("Of a `vxlan`: network identifier, 24 bits (RFC 7348).")
      .meta({ examples: [10100] }),
    local: z
      .union([z.enum(["ip", "loopback"]), address])
      .optional()
      .describe("Of a `vxlan`: address that tunnels start from: the node's `ip`, its `loopback`, or one of its own.")
      .meta({ examples: ["loopback"] }),
    remotes: z
      .array(address)
      .optional()
      .describe("Of a `vxlan`: where broadcast, unknown and multicast frames are sent; one multicast group, or peers.")
      .meta({ examples: [["10.255.0.2", "10.255.0.3"]] }),
    port: z
      .int()
      .min(1)
      .max(65535)
      .optional()
      .describe("UDP port: of a `vxlan`, 4789 by default; of a `wireguard`, the one that it listens on.")
      .meta({ examples: [51820] }),
    privateKeyFile: secretFile.optional().describe("Of a `wireguard`: file on the node that holds its private key."),
    peers: z.array(wireguardPeer).optional().describe("Of a `wireguard`: the other ends."),
    table: z
      .int()
      .min(1)
      .max(4_294_967_295)
      .optional()
      .describe("Of a `vrf`: number of its routing table; 253 to 255 are the system's own.")
      .meta({ examples: [100] }),
  })
  .describe("A network interface of the node.");

export type TopologyInterface = z.output<typeof networkInterface>;
