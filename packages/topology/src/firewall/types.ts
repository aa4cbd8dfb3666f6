import type { Family } from "../network/family.js";
import type { Verdict } from "../network/firewall.js";

/** What each node lets in and passes on: the decisions, as data that printers only spell. */
export interface FirewallPlan {
  /** In network order. */
  readonly nodes: readonly NodeFirewall[];
  readonly firewallByNode: ReadonlyMap<string, NodeFirewall>;
}

export interface NodeFirewall {
  readonly node: string;
  /** The zones that the node's interfaces are in, sorted by name; an interface without one is the system's own matter. */
  readonly zones: readonly NodeZone[];
  /** Members of VRFs: of their packets a packet filter knows the VRF as the interface that they came in by. */
  readonly vrfMembers: readonly string[];
  /** What gets in, the rules for every interface first. */
  readonly rules: readonly FirewallRule[];
  /** What passes through the node from any zone to anywhere. */
  readonly transit: readonly FirewallRule[];
  /** What goes from zone to zone, or on to another interface of its own. */
  readonly forwardings: readonly ForwardRule[];
  /** What the node may hand on under another address: to containers whose ports it publishes, and the like. */
  readonly dnat: readonly DnatRule[];
  /**
   * Which senders are believed (RFC 3704): `strict`, those that an answer would go to by the same interface; `loose`,
   * those that there is a way to; `off`, all, where several routing tables make the question hard.
   */
  readonly reversePath: "strict" | "loose" | "off";
}

export interface NodeZone {
  readonly name: string;
  /** Names of the node's interfaces in it, in network order. */
  readonly interfaces: readonly string[];
  /** What becomes of packets for the node that no rule lets in. */
  readonly input: Verdict;
  /** What becomes of packets that go on and that nothing passes. */
  readonly forward: "drop" | "reject";
  readonly masquerade: boolean;
}

/** Packets that get in to the node. */
export interface FirewallRule {
  /** Where they come in: by any interface, by those of a zone, by those in no zone, or by one. */
  readonly at:
    | { readonly kind: "anywhere" }
    | { readonly kind: "zone"; readonly zone: string }
    | { readonly kind: "unzoned" }
    | { readonly kind: "interface"; readonly interface: string };
  /** `null` is both. */
  readonly family: Family | null;
  readonly match: RuleMatch;
  /** Canonical addresses and prefixes, all of the rule's family; empty is anywhere. */
  readonly sources: readonly string[];
  /** The reason, one line for people. */
  readonly why: string;
}

export type RuleMatch =
  | PortMatch
  /** Messages by their numbers (RFC 792, RFC 4443); `hopLimit` 255 proves that they come from the same link. */
  | { readonly kind: "icmp"; readonly types: readonly number[]; readonly hopLimit: 255 | null };

/** Packets to any of some ports. */
export interface PortMatch {
  readonly kind: "ports";
  readonly protocol: "tcp" | "udp";
  readonly ports: readonly { readonly first: number; readonly last: number }[];
}

/** Packets that pass from one zone to another, or within one. */
export interface ForwardRule extends Passing {
  readonly from: string;
  readonly to: string;
}

/** Packets that came for the node by a zone and that it hands on under another address (DNAT). */
export interface DnatRule extends Passing {
  readonly zone: string;
}

/** What all rules for packets that go on say; their ports are those that the sender asked for. */
interface Passing {
  /** `null` is everything. */
  readonly match: PortMatch | null;
  /** `null` is both. */
  readonly family: Family | null;
  /** Canonical addresses and prefixes, all of the rule's family; empty is anywhere. */
  readonly sources: readonly string[];
  /** The reason, one line for people. */
  readonly why: string;
}
