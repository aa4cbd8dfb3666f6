// Routes and rules as `ip` shows them inside a machine, and the same of a plan: each pair of functions gives equal data.
import type { Family, Interface, Node, RoutingRule } from "@nix-nos/topology";
import type { Machine } from "./machine.js";

/** The table that a route is in when nobody says another. */
const main = 254;

/** Types of routes and rules that go nowhere, by the kernel's numbers (rtnetlink(7)), which `ip -N` gives. */
const types: Readonly<Record<string, "blackhole" | "unreachable" | "prohibit" | "throw">> = {
  6: "blackhole",
  7: "unreachable",
  8: "prohibit",
  9: "throw",
};

interface StaticRoute {
  readonly to: string;
  readonly type: string;
  readonly table: number;
  readonly via: string | null;
  readonly onLink: boolean;
  /** `null` where no packet leaves. */
  readonly dev: string | null;
  readonly metric: number;
  readonly source: string | null;
  readonly mtu: number | null;
}

const familyOf = (prefix: string): Family => (prefix.includes(":") ? "ipv6" : "ipv4");
const option = (family: Family) => (family === "ipv4" ? "-4" : "-6");

/** What the plan asks for: an interface's own routes, its gateways, and the way to a tunnel's peers. */
export function plannedRoutes({ interfaces }: Node): readonly StaticRoute[] {
  const routes = interfaces.flatMap((entry) => {
    const vrf = interfaces.find((each) => each.kind === "vrf" && each.members.includes(entry.name));
    const plain = (to: string, via: string | null): StaticRoute => ({
      to,
      type: "unicast",
      table: vrf?.kind === "vrf" ? vrf.table : main,
      via,
      onLink: false,
      dev: entry.name,
      // The kernel's for IPv6.
      metric: familyOf(to) === "ipv6" ? 1024 : 0,
      source: null,
      mtu: null,
    });
    return [
      ...entry.gateways.map((via) => plain(familyOf(via) === "ipv6" ? "::/0" : "0.0.0.0/0", via)),
      ...peersOf(entry).map((prefix) => plain(prefix, null)),
      ...(entry.settings?.routes ?? []).map((route): StaticRoute => {
        const usual = plain(route.to, route.via);
        const { type, onLink, source, mtu } = route;
        const dev = type === "unicast" ? entry.name : null;
        return { ...usual, type, onLink, source, mtu, dev, ...said({ table: route.table, metric: route.metric }) };
      }),
    ];
  });
  return sorted(routes);
}

function peersOf(entry: Interface): readonly string[] {
  return entry.kind === "wireguard" ? entry.peers.flatMap(({ allowedIps }) => allowedIps) : [];
}

function said(values: { table: number | null; metric: number | null }) {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null));
}

/** The kernel's static routes of both families and every table; networkd's own are all of them. */
export async function realRoutes(machine: Machine): Promise<readonly StaticRoute[]> {
  const routes = await Promise.all((["ipv4", "ipv6"] as const).map((family) => routesOf(machine, family, "static")));
  return sorted(routes.flat());
}

/** A family's routes that a protocol set: `static`, or `ra` for what routers told. */
export async function routesOf(machine: Machine, family: Family, protocol: string): Promise<readonly StaticRoute[]> {
  interface Shown {
    readonly type?: string;
    readonly dst: string;
    readonly gateway?: string;
    readonly dev?: string;
    readonly table?: string;
    readonly prefsrc?: string;
    readonly metric?: number;
    readonly metrics?: readonly { readonly mtu?: number }[];
    readonly flags: readonly string[];
  }
  const all = `ip -N -json ${option(family)} route show table all proto ${protocol}`;
  const routes: Shown[] = JSON.parse(await machine.exec(all));
  return routes.map(({ type: number, dst, gateway, dev, table, prefsrc, metric, metrics, flags }) => {
    const type = number === undefined ? "unicast" : (types[number] ?? number);
    return {
      to: dst === "default" ? (family === "ipv4" ? "0.0.0.0/0" : "::/0") : withLength(dst, family),
      type,
      table: Number(table ?? main),
      via: gateway ?? null,
      onLink: flags.includes("onlink"),
      dev: type === "unicast" ? (dev ?? null) : null,
      metric: metric ?? 0,
      source: prefsrc ?? null,
      mtu: metrics?.find(({ mtu }) => mtu !== undefined)?.mtu ?? null,
    };
  });
}

/** A host's address stands alone. */
function withLength(shown: string, family: Family): string {
  return shown.includes("/") ? shown : `${shown}/${family === "ipv4" ? 32 : 128}`;
}

function sorted(routes: readonly StaticRoute[]): readonly StaticRoute[] {
  const key = ({ to, table, metric }: StaticRoute) => `${table} ${to} ${metric}`;
  return [...routes].sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

type Rule = Omit<RoutingRule, "family">;

/** A family's rules as the plan has them, by priority. */
export function plannedRules({ interfaces }: Node, family: Family): readonly Rule[] {
  return interfaces
    .flatMap(({ settings }) => settings?.routingRules ?? [])
    .filter((rule) => {
      const named = rule.to ?? rule.from;
      return named === null ? rule.family === "both" || (rule.family ?? "ipv4") === family : familyOf(named) === family;
    })
    .map(({ family: _, ...rule }) => rule)
    .sort(byPriority);
}

/** The same of the kernel, without its own. */
export async function realRules(machine: Machine, family: Family): Promise<readonly Rule[]> {
  interface Shown {
    readonly priority: number;
    readonly not?: null;
    readonly src: string;
    readonly srclen?: number;
    readonly dst?: string;
    readonly dstlen?: number;
    readonly fwmark?: string;
    readonly iif?: string;
    readonly table?: string;
    readonly suppress_prefixlen?: number;
    readonly action?: string;
    readonly protocol?: string;
  }
  const all = `ip -N -json ${option(family)} rule`;
  const rules: Shown[] = JSON.parse(await machine.exec(all));
  const prefix = (address?: string, length?: number) =>
    address === undefined || address === "all"
      ? null
      : length === undefined
        ? withLength(address, family)
        : `${address}/${length}`;
  const set = rules.filter(({ protocol }) => protocol === "4");
  return set
    .map(
      (rule): Rule => ({
        from: prefix(rule.src, rule.srclen),
        to: prefix(rule.dst, rule.dstlen),
        incomingInterface: rule.iif ?? null,
        mark: rule.fwmark === undefined ? null : Number(rule.fwmark),
        invert: "not" in rule,
        priority: rule.priority,
        table: rule.table === undefined || rule.action !== undefined ? null : Number(rule.table),
        suppressPrefixLength: rule.suppress_prefixlen ?? null,
        type: rule.action === undefined ? null : (types[rule.action] as Rule["type"]),
      }),
    )
    .sort(byPriority);
}

function byPriority(a: Rule, b: Rule): number {
  return (a.priority ?? 0) - (b.priority ?? 0);
}
