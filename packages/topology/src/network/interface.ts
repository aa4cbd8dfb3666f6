import type { Path } from "../diagnostics/diagnostic.js";
import type { BondSettings, BridgeSettings, InterfaceSettings } from "./interface-settings.js";

/** What all kinds of interface have. Addresses are canonical and carry their prefix length: `10.0.1.10/24`. */
interface InterfaceBase {
  readonly name: string;
  readonly addresses: readonly string[];
  readonly gateways: readonly string[];
  /** Bytes; `null` leaves it to the system. */
  readonly mtu: number | null;
  /** Firewall zone, by name. */
  readonly zone: string | null;
  /** What else was said of it; `null` is nothing. */
  readonly settings: InterfaceSettings | null;
  readonly path: Path;
}

export interface EthernetInterface extends InterfaceBase {
  readonly kind: "ethernet";
  /** The port's MAC address, by which it is found; `null` finds it by its name. */
  readonly permanentMac: string | null;
}

export interface VlanInterface extends InterfaceBase {
  readonly kind: "vlan";
  readonly parent: string;
  /** IEEE 802.1Q identifier, 1 to 4094. */
  readonly vlanId: number;
}

export interface BondInterface extends InterfaceBase {
  readonly kind: "bond";
  readonly members: readonly string[];
  readonly mode: BondMode;
  readonly bond: BondSettings;
}

export interface BridgeInterface extends InterfaceBase {
  readonly kind: "bridge";
  readonly members: readonly string[];
  readonly bridge: BridgeSettings;
}

export interface LoopbackInterface extends InterfaceBase {
  readonly kind: "loopback";
}

export interface VxlanInterface extends InterfaceBase {
  readonly kind: "vxlan";
  /** Network identifier, 1 to 16777215 (RFC 7348). */
  readonly vni: number;
  /** Canonical address that tunnels start from; `null` leaves it to the system. */
  readonly local: string | null;
  /** Where frames for many go: one multicast group, or each other end. */
  readonly remotes: readonly string[];
  /** UDP port of the other ends. */
  readonly port: number;
  /** The interface that tunnels leave by; `null` leaves it to the routes. */
  readonly parent: string | null;
}

export interface WireguardInterface extends InterfaceBase {
  readonly kind: "wireguard";
  readonly privateKeyFile: string;
  /** UDP port that it listens on; `null` takes any. */
  readonly listenPort: number | null;
  readonly peers: readonly WireguardPeer[];
}

export interface WireguardPeer {
  /** 32 bytes in base64. */
  readonly publicKey: string;
  /** Canonical prefixes. */
  readonly allowedIps: readonly string[];
  /** `HOST:PORT`; `null` waits for the peer. */
  readonly endpoint: string | null;
  readonly presharedKeyFile: string | null;
  /** Seconds; `null` sends none. */
  readonly persistentKeepalive: number | null;
}

export interface DummyInterface extends InterfaceBase {
  readonly kind: "dummy";
}

export interface VrfInterface extends InterfaceBase {
  readonly kind: "vrf";
  /** Number of its routing table. */
  readonly table: number;
  readonly members: readonly string[];
}

export type Interface =
  | EthernetInterface
  | VlanInterface
  | BondInterface
  | BridgeInterface
  | VxlanInterface
  | WireguardInterface
  | DummyInterface
  | VrfInterface
  | LoopbackInterface;

/** The Linux bonding driver's modes, by the names that it, networkd and NixOS share. */
export type BondMode =
  | "balance-rr"
  | "active-backup"
  | "balance-xor"
  | "broadcast"
  | "802.3ad"
  | "balance-tlb"
  | "balance-alb";

export interface Vlan {
  readonly name: string;
  readonly id: number;
  readonly mtu: number | null;
}
