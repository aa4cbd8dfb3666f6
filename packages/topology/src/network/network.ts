import type { Path } from "../diagnostics/diagnostic.js";
import type { AutonomousSystem, Bgp } from "./bgp.js";
import type { CiscoSettings } from "./cisco.js";
import type { Dns } from "./dns.js";
import type { AddressPair } from "./family.js";
import type { Firewall } from "./firewall.js";
import type { Interface, Vlan } from "./interface.js";
import type { Lab } from "./lab.js";
import type { Link } from "./link.js";
import type { OpenwrtSettings } from "./openwrt.js";
import type { Pool, Reservation } from "./pool.js";
import type { Workload } from "./workload.js";

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
