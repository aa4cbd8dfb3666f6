import type { NumberRange } from "./ranges.js";

/** What an interface asks for and says beside its written addresses: leases, advertisements, routes, name servers. */
export interface InterfaceSettings {
  readonly dhcp: Dhcp | null;
  /** `null` heeds no router. */
  readonly acceptRa: AcceptRa | null;
  /** `null` is nobody's router. */
  readonly sendRa: SendRa | null;
  /** `null` is as the addresses want it. */
  readonly linkLocal: "no" | "ipv4" | "ipv6" | "both" | null;
  readonly routes: readonly Route[];
  readonly routingRules: readonly RoutingRule[];
  /** Canonical addresses of name servers. */
  readonly dns: readonly string[];
  /** Domains that are searched; `~` in front only asks there for them. */
  readonly domains: readonly string[];
  readonly ntp: readonly string[];
  /** Whether the boot waits for it; `null` is as its place wants it. */
  readonly requiredForOnline: boolean | null;
  readonly macAddress: string | null;
}

export interface Dhcp {
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  readonly routeMetric: number | null;
  readonly routeTable: number | null;
  readonly useDns: boolean;
  readonly useNtp: boolean;
  readonly useDomains: boolean;
  readonly useRoutes: boolean;
  readonly useMtu: boolean;
  readonly useHostname: boolean;
  readonly sendHostname: boolean;
  readonly clientIdentifier: "mac" | "duid";
}

export interface AcceptRa {
  readonly useDns: boolean;
  readonly useDomains: boolean;
  readonly useGateway: boolean;
  readonly useAutonomousPrefix: boolean;
  readonly useMtu: boolean;
  readonly routeMetric: number | null;
  readonly routeTable: number | null;
}

export interface SendRa {
  /** Canonical, /64 each. */
  readonly prefixes: readonly string[];
  readonly routes: readonly string[];
  /** Seconds; `null` is systemd's 1800. */
  readonly routerLifetime: number | null;
  readonly routerPreference: "low" | "medium" | "high" | null;
  readonly managed: boolean;
  readonly otherConfig: boolean;
  readonly dns: readonly string[];
  readonly domains: readonly string[];
}

export interface Route {
  /** Canonical prefix; a default route is `0.0.0.0/0` or `::/0`. */
  readonly to: string;
  readonly via: string | null;
  readonly onLink: boolean;
  readonly source: string | null;
  readonly metric: number | null;
  readonly table: number | null;
  readonly type: "unicast" | "blackhole" | "unreachable" | "prohibit" | "throw";
  readonly mtu: number | null;
}

export interface RoutingRule {
  /** Canonical prefixes. */
  readonly from: string | null;
  readonly to: string | null;
  readonly incomingInterface: string | null;
  readonly mark: number | null;
  /** `null` where an address says it. */
  readonly family: "ipv4" | "ipv6" | "both" | null;
  readonly invert: boolean;
  readonly priority: number | null;
  readonly table: number | null;
  readonly suppressPrefixLength: number | null;
  readonly type: "blackhole" | "unreachable" | "prohibit" | null;
}

/** A bond's settings, by the words of the kernel's bonding driver; `null` leaves one to it. Delays in milliseconds. */
export interface BondSettings {
  readonly lacpRate: "slow" | "fast" | null;
  readonly transmitHashPolicy: "layer2" | "layer2+3" | "layer3+4" | "encap2+3" | "encap3+4" | null;
  readonly miiMonitor: number | null;
  readonly upDelay: number | null;
  readonly downDelay: number | null;
  readonly minLinks: number | null;
  readonly adSelect: "stable" | "bandwidth" | "count" | null;
  readonly primary: string | null;
  readonly primaryReselect: "always" | "better" | "failure" | null;
  readonly failOverMac: "none" | "active" | "follow" | null;
  readonly gratuitousArp: number | null;
  readonly arpInterval: number | null;
  readonly arpTargets: readonly string[];
  readonly arpMissedMax: number | null;
  readonly packetsPerMember: number | null;
}

/** A bridge's settings; `null` leaves one to the kernel. Times in seconds. */
export interface BridgeSettings {
  readonly stp: boolean;
  readonly priority: number | null;
  readonly forwardDelay: number | null;
  readonly helloTime: number | null;
  readonly maxAge: number | null;
  readonly ageingTime: number | null;
  readonly multicastSnooping: boolean | null;
  readonly multicastQuerier: boolean | null;
  readonly vlanFiltering: boolean;
  /** The bridge's own end among them, by its own name, where VLANs are told apart; sorted by name. */
  readonly ports: readonly BridgePort[];
}

export interface BridgePort {
  readonly name: string;
  /** Tagged and untagged, sorted and without overlaps. */
  readonly vlans: readonly NumberRange[];
  /** VLAN of untagged frames; `null` drops them, or where VLANs are not told apart. */
  readonly pvid: number | null;
  readonly cost: number | null;
  readonly priority: number | null;
  readonly isolated: boolean | null;
  readonly learning: boolean | null;
  readonly hairpin: boolean | null;
}
