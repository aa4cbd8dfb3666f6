import type { AcceptRa, Dhcp, InterfaceSettings, Route, RoutingRule, SendRa } from "@nix-nos/topology";
import type { UnitEntry, UnitSection } from "../unit.js";

type Value = UnitEntry[1];

/** Entries of a section: what is `null` is left to systemd. */
function section(name: string, entries: readonly (readonly [string, Value | null])[]): UnitSection {
  return { name, entries: entries.filter((entry): entry is UnitEntry => entry[1] !== null) };
}

/** A flag only where it is not as systemd has it. */
function unless(usual: boolean, value: boolean): boolean | null {
  return value === usual ? null : value;
}

/** What `[Network]` says of leases, routers and name servers. */
export function networkSettings(settings: InterfaceSettings): readonly UnitEntry[] {
  const entries: UnitEntry[] = [];
  const { dhcp } = settings;
  if (dhcp !== null) entries.push(["DHCP", dhcp.ipv4 ? (dhcp.ipv6 ? true : "ipv4") : "ipv6"]);
  if (settings.sendRa !== null) entries.push(["IPv6SendRA", true]);
  for (const server of settings.dns) entries.push(["DNS", server]);
  for (const domain of settings.domains) entries.push(["Domains", domain]);
  for (const server of settings.ntp) entries.push(["NTP", server]);
  return entries;
}

/** The sections that follow `[Network]`; an empty one is left out by whoever asks. */
export function settingsSections(settings: InterfaceSettings): readonly UnitSection[] {
  const { dhcp, acceptRa, sendRa } = settings;
  return [
    ...settings.routes.map(routeSection),
    ...settings.routingRules.map(ruleSection),
    ...(dhcp?.ipv4 ? [dhcpSection(dhcp)] : []),
    ...(dhcp?.ipv6 ? [dhcpV6Section(dhcp, acceptRa !== null)] : []),
    ...(acceptRa === null ? [] : [acceptRaSection(acceptRa)]),
    ...(sendRa === null ? [] : sendRaSections(sendRa)),
  ];
}

function routeSection(route: Route): UnitSection {
  return section("Route", [
    ["Destination", route.to],
    ["Gateway", route.via],
    ["GatewayOnLink", route.onLink || null],
    ["PreferredSource", route.source],
    ["Metric", route.metric],
    ["Table", route.table],
    ["Type", route.type === "unicast" ? null : route.type],
    ["MTUBytes", route.mtu],
  ]);
}

function ruleSection(rule: RoutingRule): UnitSection {
  return section("RoutingPolicyRule", [
    ["From", rule.from],
    ["To", rule.to],
    ["IncomingInterface", rule.incomingInterface],
    ["FirewallMark", rule.mark],
    ["Family", rule.family],
    ["InvertRule", rule.invert || null],
    ["Priority", rule.priority],
    ["Table", rule.table],
    ["SuppressPrefixLength", rule.suppressPrefixLength],
    ["Type", rule.type],
  ]);
}

function dhcpSection(dhcp: Dhcp): UnitSection {
  return section("DHCPv4", [
    ["ClientIdentifier", dhcp.clientIdentifier === "duid" ? null : dhcp.clientIdentifier],
    ["SendHostname", unless(true, dhcp.sendHostname)],
    ["UseHostname", unless(true, dhcp.useHostname)],
    ["UseDNS", unless(true, dhcp.useDns)],
    ["UseNTP", unless(true, dhcp.useNtp)],
    ["UseDomains", unless(false, dhcp.useDomains)],
    ["UseMTU", unless(false, dhcp.useMtu)],
    ["UseRoutes", unless(true, dhcp.useRoutes)],
    // The gateway follows the routes only where nothing else is said of it.
    ["UseGateway", unless(true, dhcp.useRoutes)],
    ["RouteMetric", dhcp.routeMetric],
    ["RouteTable", dhcp.routeTable],
  ]);
}

function dhcpV6Section(dhcp: Dhcp, hasRouters: boolean): UnitSection {
  return section("DHCPv6", [
    // Otherwise it waits for a router to tell it so.
    ["WithoutRA", hasRouters ? null : "solicit"],
    ["UseHostname", unless(true, dhcp.useHostname)],
    ["UseDNS", unless(true, dhcp.useDns)],
    ["UseNTP", unless(true, dhcp.useNtp)],
    ["UseDomains", unless(false, dhcp.useDomains)],
  ]);
}

function acceptRaSection(accept: AcceptRa): UnitSection {
  return section("IPv6AcceptRA", [
    ["UseDNS", unless(true, accept.useDns)],
    ["UseDomains", unless(false, accept.useDomains)],
    ["UseGateway", unless(true, accept.useGateway)],
    ["UseAutonomousPrefix", unless(true, accept.useAutonomousPrefix)],
    ["UseMTU", unless(true, accept.useMtu)],
    ["RouteMetric", accept.routeMetric],
    ["RouteTable", accept.routeTable],
  ]);
}

function sendRaSections(send: SendRa): readonly UnitSection[] {
  return [
    section("IPv6SendRA", [
      ["RouterLifetimeSec", send.routerLifetime],
      ["RouterPreference", send.routerPreference],
      ["Managed", unless(false, send.managed)],
      ["OtherInformation", unless(false, send.otherConfig)],
      // Without one, systemd would announce the node's own name servers and domains.
      ...(send.dns.length === 0 ? ([["EmitDNS", false]] as const) : send.dns.map((text) => ["DNS", text] as const)),
      ...(send.domains.length === 0
        ? ([["EmitDomains", false]] as const)
        : send.domains.map((text) => ["Domains", text] as const)),
    ]),
    ...send.prefixes.map((prefix) => section("IPv6Prefix", [["Prefix", prefix]])),
    ...send.routes.map((prefix) => section("IPv6RoutePrefix", [["Route", prefix]])),
  ];
}
