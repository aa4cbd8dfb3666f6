import {
  addressBits,
  familyOf,
  formatPrefix,
  isLinkLocal,
  networkOf,
  parseAddress,
  parseInterfaceAddress,
} from "@nix-nos/ipam";
import { networkKeys } from "../document/interface-network-schema.js";
import type { TopologyInterface } from "../document/interface-schema.js";
import type { AcceptRa, Dhcp, InterfaceSettings, Route, RoutingRule, SendRa } from "../network/interface-settings.js";
import { canonicalAddress, canonicalPrefix } from "./canonical-text.js";

const keys = [...Object.keys(networkKeys), "macAddress"] as (keyof TopologyInterface)[];

/** What an interface says beside its addresses, with defaults; `null` when that is nothing. */
export function interfaceSettings(
  own: TopologyInterface | undefined,
  addresses: readonly string[],
): InterfaceSettings | null {
  if (own === undefined || keys.every((key) => own[key] === undefined)) return null;
  const dhcp = dhcpOf(own.dhcp);
  return {
    dhcp,
    acceptRa: acceptRaOf(own.acceptRa ?? dhcp?.ipv6 ?? false),
    sendRa: sendRaOf(own.sendRa, addresses),
    linkLocal: own.linkLocal ?? null,
    routes: (own.routes ?? []).map(routeOf),
    routingRules: (own.routingRules ?? []).map(ruleOf),
    dns: (own.dns ?? []).map(canonicalAddress),
    domains: own.domains ?? [],
    ntp: own.ntp ?? [],
    requiredForOnline: own.requiredForOnline ?? null,
    macAddress: own.macAddress?.toLowerCase() ?? null,
  };
}

function dhcpOf(written: TopologyInterface["dhcp"]): Dhcp | null {
  if (written === undefined || written === false) return null;
  const said = typeof written === "object" ? written : {};
  const family = typeof written === "string" ? written : (said.family ?? "both");
  return {
    ipv4: family !== "ipv6",
    ipv6: family !== "ipv4",
    routeMetric: said.routeMetric ?? null,
    routeTable: said.routeTable ?? null,
    useDns: said.useDns ?? true,
    useNtp: said.useNtp ?? true,
    useDomains: said.useDomains ?? false,
    useRoutes: said.useRoutes ?? true,
    useMtu: said.useMtu ?? false,
    useHostname: said.useHostname ?? false,
    sendHostname: said.sendHostname ?? true,
    clientIdentifier: said.clientIdentifier ?? "duid",
  };
}

function acceptRaOf(written: NonNullable<TopologyInterface["acceptRa"]>): AcceptRa | null {
  if (written === false) return null;
  const said = written === true ? {} : written;
  return {
    useDns: said.useDns ?? true,
    useDomains: said.useDomains ?? false,
    useGateway: said.useGateway ?? true,
    useAutonomousPrefix: said.useAutonomousPrefix ?? true,
    useMtu: said.useMtu ?? true,
    routeMetric: said.routeMetric ?? null,
    routeTable: said.routeTable ?? null,
  };
}

function sendRaOf(written: TopologyInterface["sendRa"], addresses: readonly string[]): SendRa | null {
  if (written === undefined || written === false) return null;
  const said = written === true ? {} : written;
  return {
    prefixes: said.prefixes?.map(canonicalPrefix) ?? ownPrefixes(addresses),
    routes: (said.routes ?? []).map(canonicalPrefix),
    routerLifetime: said.routerLifetime ?? null,
    routerPreference: said.routerPreference ?? null,
    managed: said.managed ?? false,
    otherConfig: said.otherConfig ?? false,
    dns: (said.dns ?? []).map(canonicalAddress),
    domains: said.domains ?? [],
  };
}

/** The networks of an interface's IPv6 addresses that hosts can make addresses in (RFC 4862 §5.5.3). */
export function ownPrefixes(addresses: readonly string[]): readonly string[] {
  const networks = addresses.flatMap((text) => {
    const own = parseInterfaceAddress(text);
    if (own === null || own.address.family !== "ipv6" || own.length !== 64 || isLinkLocal(text)) return [];
    return [formatPrefix(networkOf(own.address, own.length))];
  });
  return [...new Set(networks)];
}

/** A prefix, or an address as one of its full length. */
function asPrefix(text: string): string {
  if (parseAddress(text) === null) return canonicalPrefix(text);
  const address = canonicalAddress(text);
  return `${address}/${addressBits(familyOf(address))}`;
}

type WrittenRoute = NonNullable<TopologyInterface["routes"]>[number];

/** Where a route leads; of `default`, its router or source says the family. */
export function routeDestination({ to, via, source }: Pick<WrittenRoute, "to" | "via" | "source">): string {
  if (to !== "default") return asPrefix(to);
  return (via ?? source)?.includes(":") ? "::/0" : "0.0.0.0/0";
}

function routeOf(route: WrittenRoute): Route {
  return {
    to: routeDestination(route),
    via: route.via === undefined ? null : canonicalAddress(route.via),
    onLink: route.onLink ?? false,
    source: route.source === undefined ? null : canonicalAddress(route.source),
    metric: route.metric ?? null,
    table: route.table ?? null,
    type: route.type ?? "unicast",
    mtu: route.mtu ?? null,
  };
}

function ruleOf(rule: NonNullable<TopologyInterface["routingRules"]>[number]): RoutingRule {
  const hasAddress = rule.from !== undefined || rule.to !== undefined;
  return {
    from: rule.from === undefined ? null : asPrefix(rule.from),
    to: rule.to === undefined ? null : asPrefix(rule.to),
    incomingInterface: rule.incomingInterface ?? null,
    mark: rule.mark ?? null,
    family: hasAddress ? null : (rule.family ?? "both"),
    invert: rule.invert ?? false,
    priority: rule.priority ?? null,
    table: rule.table ?? null,
    suppressPrefixLength: rule.suppressPrefixLength ?? null,
    type: rule.type ?? null,
  };
}
