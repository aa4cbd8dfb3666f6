import type { Interface, Route, RoutingRule } from "@nix-nos/topology";
import { type UciSection, uciSection } from "../uci/document.js";
import { isV4, isV6 } from "./interfaces.js";
import type { DeviceStack } from "./stack.js";

/** `config route` and `rule`, with a `6` for IPv6. */
export function routeSections(stack: DeviceStack): readonly UciSection[] {
  return stack.node.interfaces.flatMap((entry) => {
    const network = stack.sectionsOf.get(entry.name);
    // On the loopback, a route is of none of the networks.
    const own = entry.kind === "loopback" ? "loopback" : (network?.addresses ?? network?.own);
    if (own === undefined) return [];
    return [
      ...lonelyGateways(entry).map((via) =>
        uciSection(via.includes(":") ? "route6" : "route", null, defaultRoute(own, via)),
      ),
      ...(entry.settings?.routes ?? []).map((route) => routeSection(own, route)),
      ...(entry.settings?.routingRules ?? []).flatMap((rule) => ruleSections(rule, stack)),
    ];
  });
}

/** Gateways of a family that the interface has no address of its own in: its section would pass over them. */
function lonelyGateways({ addresses, gateways, kind }: Interface): readonly string[] {
  const spelled = (test: (text: string) => boolean) =>
    kind !== "wireguard" && addresses.some(test) ? gateways.filter(test).slice(0, 1) : [];
  const done = new Set([...spelled(isV4), ...spelled(isV6)]);
  return gateways.filter((gateway) => !done.has(gateway));
}

function defaultRoute(network: string, via: string) {
  return { interface: network, target: via.includes(":") ? "::/0" : "0.0.0.0/0", gateway: via, onlink: true };
}

function routeSection(network: string, route: Route): UciSection {
  return uciSection(route.to.includes(":") ? "route6" : "route", null, {
    interface: network,
    target: route.to,
    gateway: route.via,
    metric: route.metric,
    mtu: route.mtu,
    table: route.table,
    source: route.source,
    onlink: route.onLink ? true : null,
    type: route.type === "unicast" ? null : route.type,
  });
}

function ruleSections(rule: RoutingRule, { sectionsOf }: DeviceStack): readonly UciSection[] {
  const isSix = (rule.from ?? rule.to)?.includes(":") ?? false;
  const both = rule.family === "both";
  const types = both ? ["rule", "rule6"] : [isSix || rule.family === "ipv6" ? "rule6" : "rule"];
  return types.map((type) =>
    uciSection(type, null, {
      in: rule.incomingInterface === null ? null : (sectionsOf.get(rule.incomingInterface)?.own ?? null),
      src: rule.from,
      dest: rule.to,
      mark: rule.mark,
      invert: rule.invert ? true : null,
      priority: rule.priority,
      lookup: rule.table,
      suppress_prefixlength: rule.suppressPrefixLength,
      action: rule.type,
    }),
  );
}
