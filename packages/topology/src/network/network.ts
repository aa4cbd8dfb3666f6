import type { Path } from "../diagnostics/diagnostic.js";
import type { CiscoSettings } from "./cisco.js";
import type { Dns } from "./dns.js";
import type { Firewall } from "./firewall.js";
import type { BondSettings, BridgeSettings, InterfaceSettings } from "./interface-settings.js";
import type { Lab } from "./lab.js";
import type { OpenwrtSettings } from "./openwrt.js";
import type { Peer } from "./peer.js";
import type { Policy, PrefixSet } from "./policy.js";
import type { Pool, Reservation } from "./pool.js";
import type { Workload } from "./workload.js";

/** An address family, by the name that every target configuration knows it by. */
export type Family = "ipv4" | "ipv6";

/** At most one address a family, as canonical text without a prefix length. */
export interface AddressPair {
  readonly ipv4: string | null;
  readonly ipv6: string | null;
}

/**
 * What a topology means: every default, address, interface and autonomous system is spelled out.
 *
 * Plain readonly data. Every later stage reads this and never the document. Maps of the document come out sorted by
 * name (`node2` before `node10`), so that one topology gives one network whatever language it was written in.
 */
export interface Network {
  readonly name: string | null;
  readonly domain: string | null;
  /** Names of the places, sorted. */
  readonly sites: readonly string[];
  readonly clusters: readonly Cluster[];
  /** All nodes of all clusters, sorted by name. */
  readonly nodes: readonly Node[];
  /** Where automatic addresses come from, VLANs' own pools included; sorted by name. */
  readonly pools: readonly Pool[];
  /** Every address that somebody wrote, which no pool gives out. */
  readonly reservations: readonly Reservation[];
  readonly vlans: readonly Vlan[];
  readonly links: readonly Link[];
  readonly bgp: Bgp;
  readonly firewall: Firewall;
  readonly dns: Dns;
  /** Sorted by cluster, then by name. */
  readonly workloads: readonly Workload[];
  readonly lab: Lab;
  /** Every address that was allocated rather than written: key to canonical text, sorted by key. */
  readonly allocations: Allocations;
  /** Addresses that were given back, by the key that had them; each rests before another key may get it. */
  readonly released: Releases;
  /** What the last run left, and the time of this one in milliseconds, for extensions that allocate more. */
  readonly earlier?: { readonly allocations: Allocations; readonly released: Releases; readonly now: number | null };
  /** What extensions chose once and keep from run to run, by key, as a word: `{ "cluster/lab/member/n1": "founder" }`. */
  readonly choices?: Choices;
  readonly index: NetworkIndex;
}

/** Allocated addresses by what they are for: `{ "node/leaf01/loopback/ipv4": { pool: "loopbacks", address: "10.255.0.1" } }`. */
export type Allocations = Readonly<Record<string, Allocation>>;

/** What was given back, and when, in UTC: `{ "node/old/ip/ipv4": { pool: "mgmt", address: "10.10.0.12", releasedAt: "2026-11-23T16:50:00Z" } }`. */
export type Releases = Readonly<Record<string, Allocation & { readonly releasedAt: string }>>;

/** Words by what they are about; who writes a key gives it a name that no other extension uses. */
export type Choices = Readonly<Record<string, string>>;

export interface Allocation {
  readonly pool: string;
  /** An address (`10.255.0.1`) or, for a link, the prefix carved for it (`10.254.0.0/31`). */
  readonly address: string;
}

/** Look-ups that several stages need, built once. */
export interface NetworkIndex {
  readonly nodeByName: ReadonlyMap<string, Node>;
  /** Autonomous system by the name of a member node. */
  readonly autonomousSystemByNode: ReadonlyMap<string, AutonomousSystem>;
  readonly linksByNode: ReadonlyMap<string, readonly Link[]>;
  /** Names of the nodes that list a service, in network order. */
  readonly nodesByService: ReadonlyMap<string, readonly string[]>;
}

export interface Cluster {
  readonly name: string;
  /** Name of its site. */
  readonly site: string | null;
  /** What runs workloads on the cluster; Layer 1 passes the word on. */
  readonly orchestration: string | null;
  /** Names of its nodes, sorted. */
  readonly nodes: readonly string[];
  readonly path: Path;
}

/** What a node's files are made for. */
export type Platform = "nixos" | "openwrt" | "cisco-ios";

/** The programs that speak BGP: BIRD, GoBGP, and a Cisco device's own. */
export type BgpDaemon = "bird" | "gobgp" | "ios";

export interface Node {
  readonly name: string;
  readonly cluster: string;
  readonly site: string | null;
  readonly role: string;
  readonly platform: Platform;
  /** The oldest systemd that its units are for. */
  readonly systemdVersion: number;
  /** The node's own addresses (`ip`), by which others reach it; both `null` when the topology gives none. */
  readonly ip: AddressPair;
  /** Loopback addresses, or `null` when the node has none. */
  readonly loopback: AddressPair | null;
  /**
   * BGP identifier (RFC 6286): as written, else the IPv4 loopback, else the IPv4 `ip`, else a number made of the name;
   * `null` for a node without addresses.
   */
  readonly routerId: string | null;
  /** The program that speaks BGP on this node. */
  readonly bgpDaemon: BgpDaemon;
  /** Prefixes that the node originates because the topology says so, canonical. */
  readonly originate: readonly string[];
  /** Packets for others go through the node, from one interface to another. */
  readonly forwards: boolean;
  /** How often the own AS may stand in a path that comes in; 0 is never. */
  readonly allowLocalAs: number;
  /** The topology marks this node as the one that founds its cluster. */
  readonly bootstrap: boolean;
  readonly services: readonly string[];
  /** What only OpenWrt has; `null` where nothing is said of it. */
  readonly openwrt: OpenwrtSettings | null;
  /** What only a Cisco device has; `null` where nothing is said of it. */
  readonly cisco: CiscoSettings | null;
  /** Every interface of which anything is known, in order of dependency: parents before children. */
  readonly interfaces: readonly Interface[];
  readonly path: Path;
}

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

/** A point-to-point cable between two interfaces. */
export interface Link {
  readonly ends: readonly [LinkEnd, LinkEnd];
  /** The ends have link-local addresses alone, and one session over them carries both families. */
  readonly unnumbered: boolean;
  /** eBGP over it: none where its nodes are not of two ASes, or have no addresses to speak between. */
  readonly sessions: readonly LinkSession[];
  /** What is said of them. */
  readonly bgp: LinkBgp;
  readonly path: Path;
}

/** One session over a link. */
export interface LinkSession {
  /** Of the two addresses that it runs between. */
  readonly family: Family;
  /** Whose routes it carries. */
  readonly carries: readonly Family[];
}

/** What the topology says of one session between its own nodes. */
export interface SessionSettings {
  /** File on both nodes that holds the session's password. */
  readonly passwordFile: string | null;
  /** `null` is as everywhere (`Bgp.bfd`). */
  readonly bfd: boolean | null;
}

export interface LinkBgp extends SessionSettings {
  /** Only senders on the cable are listened to (RFC 5082). */
  readonly ttlSecurity: boolean;
}

export interface LinkEnd {
  readonly node: string;
  readonly interface: string;
  readonly addresses: AddressPair;
}

export interface Bgp {
  readonly timers: BgpTimers;
  readonly bfd: boolean;
  readonly gracefulRestart: boolean;
  /** Sorted by number. */
  readonly autonomousSystems: readonly AutonomousSystem[];
  /** eBGP between own nodes that no link joins, sorted by the names of its ends. */
  readonly multihop: readonly MultihopSession[];
  /** Neighbours that the topology does not own, sorted by name. */
  readonly peers: readonly Peer[];
  /** Sets that the topology defines and built-in ones that its policies name, sorted by name. */
  readonly prefixSets: readonly PrefixSet[];
  readonly policies: readonly Policy[];
  readonly vipAdvertisements: readonly VipAdvertisement[];
  /** Servers of validated ROAs, sorted by name. */
  readonly rpkiCaches: readonly RpkiCache[];
  /** Version of BIRD where a node says nothing. */
  readonly birdVersion: BirdVersion;
  /** What single speakers say, by the node's name; most are not here. */
  readonly speakers: ReadonlyMap<string, SpeakerSettings>;
}

/** The oldest BIRD that a configuration is for. */
export type BirdVersion = "2.0.12" | "2.14" | "2.18" | "3";

export interface SpeakerSettings {
  /** `null` is as everywhere. */
  readonly birdVersion: BirdVersion | null;
  /** All sessions are drained (RFC 8326). */
  readonly maintenance: boolean;
  /** Text for the end of the configuration, in each daemon's language. */
  readonly extraConfig: { readonly bird: string | null };
}

/** A server of validated ROAs (RFC 8210). */
export interface RpkiCache {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** Seconds between questions; `null` is as the cache says. */
  readonly refresh: number | null;
}

/** Seconds; `null` leaves the daemon's default (RFC 4271 §10 suggests 90 and a third of it). */
export interface BgpTimers {
  readonly holdTime: number | null;
  readonly keepalive: number | null;
}

export interface AutonomousSystem {
  /** 1 to 4294967294 (RFC 6793), without the reserved ones. */
  readonly number: number;
  /** Names of its nodes, sorted. */
  readonly members: readonly string[];
  readonly ibgp: Ibgp;
  /** AS number by which neighbours outside the confederation know it (RFC 5065); `null` for an AS by itself. */
  readonly confederation: number | null;
  readonly path: Path;
}

/** eBGP between two nodes several hops apart. */
export interface MultihopSession extends SessionSettings {
  /** Names of the two nodes, sorted. */
  readonly nodes: readonly [string, string];
  /** Hops between the two at most. */
  readonly hops: number;
  /** Which of the nodes' addresses the session runs between. */
  readonly transport: "ip" | "loopback";
  readonly path: Path;
}

export interface Ibgp {
  readonly strategy: "full-mesh" | "route-reflector" | "none";
  /** Names of the reflectors, sorted; empty unless the strategy is `route-reflector`. */
  readonly reflectors: readonly string[];
  /** RFC 4456 CLUSTER_ID as a dotted quad; `null` lets each reflector use its own router id. */
  readonly clusterId: string | null;
  /** Members with reflectors of their own, those above before those below. */
  readonly groups: readonly ReflectorGroup[];
  /** Which of a node's addresses sessions run between. */
  readonly transport: "ip" | "loopback";
  /** Routes that a member becomes the next hop of for the others: those learnt over eBGP, all, none. */
  readonly nextHopSelf: "ebgp" | "all" | "none";
}

/** A part of an AS's members whose reflectors are clients of the level above (RFC 4456 §7). */
export interface ReflectorGroup {
  readonly name: string;
  /** Names of its reflectors, sorted. */
  readonly reflectors: readonly string[];
  /** Names of its other members, sorted. */
  readonly members: readonly string[];
  /** Name of the group above; `null` for the AS's own reflectors. */
  readonly parent: string | null;
  readonly clusterId: string | null;
}

/** A BGP community, by its kind: standard (RFC 1997), large (RFC 8092) or extended (RFC 4360). */
export type Community =
  | {
      readonly kind: "extended";
      /** Route target or route origin. */
      readonly type: "rt" | "ro";
      readonly asn: number;
      readonly value: number;
    }
  | { readonly kind: "standard"; readonly asn: number; readonly value: number }
  | { readonly kind: "large"; readonly asn: number; readonly data1: number; readonly data2: number };

export interface VipAdvertisement {
  readonly name: string;
  /** Canonical addresses without a prefix length, sorted by family as written. */
  readonly vips: readonly string[];
  /** Names of the nodes that announce it; all of them are BGP speakers. */
  readonly nodes: readonly string[];
  /** `static`: the daemon originates it; `health`: a sidecar on the node injects it while the service is healthy. */
  readonly announce: "static" | "health";
  readonly nextHop: "self" | "unchanged";
  readonly communities: readonly Community[];
  /** Who is preferred; `null` where all announcers are alike (anycast). */
  readonly standby: Standby | null;
  readonly path: Path;
}

/** One announcer is used at a time: the first one that announces. */
export interface Standby {
  /** Names of nodes, the preferred one first; announcers that are not named come last, alike. */
  readonly order: readonly string[];
  /** What makes the difference: LOCAL_PREF inside the AS, or a longer path for other ones. */
  readonly by: "local-pref" | "prepend";
}
