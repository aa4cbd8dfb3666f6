import type { Path } from "../diagnostics/diagnostic.js";

/** What becomes of packets that nothing else allows: `drop` says nothing to the sender, `reject` does. */
export type Verdict = "accept" | "drop" | "reject";

/** Who may go where, by the zones that interfaces are in. */
export interface Firewall {
  /** Sorted by name; a name that interfaces have and nothing defines is here with the defaults. */
  readonly zones: readonly Zone[];
  /** In document order. */
  readonly forwardings: readonly Forwarding[];
  /** What services need that an extension knows of; the document has none of its own. */
  readonly openings: readonly ServiceOpening[];
}

/** Interfaces that are trusted alike. */
export interface Zone {
  readonly name: string;
  /** The topology says what it lets in; otherwise it has every default. */
  readonly defined: boolean;
  /** Packets for the node itself that come in by the zone. */
  readonly input: Verdict;
  /** Packets that come in by the zone and go on: `accept` passes those that leave by the same zone. */
  readonly forward: Verdict;
  /** IPv4 packets of others that leave by the zone take the node's address there (RFC 3022). */
  readonly masquerade: boolean;
  /** What gets in besides. */
  readonly allow: readonly Allowance[];
  /** Names of the workloads whose ports get in. */
  readonly workloads: readonly string[];
  readonly path: Path;
}

/** Packets from one zone that may leave by another. */
export interface Forwarding {
  readonly from: string;
  readonly to: string;
  /** What may pass; empty is everything. */
  readonly allow: readonly Allowance[];
  readonly path: Path;
}

/** Ports that are open, and for whom. */
export interface Allowance {
  /** As it was written: `ssh`, `8443/tcp`. */
  readonly name: string;
  readonly ports: readonly ServicePorts[];
  /** Canonical prefixes that packets come from; empty is anywhere. */
  readonly sources: readonly string[];
}

export interface ServicePorts {
  readonly protocol: "tcp" | "udp";
  readonly first: number;
  readonly last: number;
}

/** A port that a service on a node needs open to some addresses, whatever zone their packets come in by. */
export interface ServiceOpening {
  readonly node: string;
  /** What it is for, one line for people: `store: members`. */
  readonly name: string;
  readonly protocol: "tcp" | "udp";
  readonly port: number;
  /** Canonical addresses or prefixes; empty opens it to nobody. */
  readonly sources: readonly string[];
}
