import {
  containsAddress,
  formatPrefix,
  isLinkLocal,
  networkOf,
  parseAddress,
  parseInterfaceAddress,
  parsePrefix,
} from "@nix-nos/ipam";
import type { Diagnostic, Path } from "../diagnostics/diagnostic.js";
import { quote } from "../diagnostics/nearest.js";
import type { TopologyInterface } from "../document/interface-schema.js";
import { routeDestination } from "../resolve/interface-settings.js";
import { itemsOf, type Loose } from "./loose.js";

type Route = Loose<NonNullable<TopologyInterface["routes"]>[number]>;
type Rule = Loose<NonNullable<TopologyInterface["routingRules"]>[number]>;
type Fault = (code: string, message: string, place: Path, hint: string) => void;

/** What the routes of one node's interfaces are held against. */
export interface RouteFacts {
  /** The interface's own addresses, or `null` where not all of them are known yet. */
  readonly addresses: readonly string[] | null;
  /** Table where a route names none: the VRF's, or main. */
  readonly table: number;
  /** Routes and rules of the node so far. */
  readonly seen: Map<string, Path>;
}

const mainTable = 254;
const localTable = 255;

/** Each route leads somewhere by a way that there is, and once. */
export function checkRoutes(own: Loose<TopologyInterface>, path: Path, facts: RouteFacts, out: Diagnostic[]): void {
  const error: Fault = (code, message, place, hint) =>
    out.push({ code, severity: "error", message, path: place, hint });
  for (const gateway of [own.gateway ?? []].flat()) {
    const address = gateway === undefined ? null : parseAddress(gateway);
    if (address === null) continue;
    const to = address.family === "ipv6" ? "::/0" : "0.0.0.0/0";
    facts.seen.set(JSON.stringify([to, facts.table, null]), [...path, "gateway"]);
  }
  for (const [index, route] of itemsOf(own.routes)) {
    if (route.to === undefined) continue;
    checkRoute(route, route.to, [...path, "routes", index], facts, error, out);
  }
  for (const [index, rule] of itemsOf(own.routingRules)) {
    const place: Path = [...path, "routingRules", index];
    checkRule(rule, place, error);
    twice("rule", JSON.stringify(["rule", ...Object.entries(rule).sort()]), place, facts, out);
  }
}

function checkRoute(route: Route, to: string, path: Path, facts: RouteFacts, error: Fault, out: Diagnostic[]): void {
  const { via, source, type = "unicast" } = route;
  if (route.table === localTable) {
    error("NN1105", "The routing table 255 is the system's own.", [...path, "table"], "Take another number.");
  }
  if (type !== "unicast") {
    const key = (["via", "onLink", "source", "mtu"] as const).find((name) => route[name] !== undefined);
    if (key !== undefined) {
      const message = `A route of type ${type} sends nothing, so it has no ${quote(key)}.`;
      error("NN1320", message, [...path, key], "Remove the key, or the type.");
      return;
    }
  }
  if (to === "default" && via === undefined && source === undefined) {
    const hint = "Write 0.0.0.0/0 or ::/0.";
    error("NN1321", "Nothing says of which family this default route is.", [...path, "to"], hint);
    return;
  }
  if (route.onLink === true && via === undefined) {
    const hint = "Remove `onLink`, or name the router.";
    error("NN1320", "`onLink` is said of a router, and the route has no `via`.", [...path, "onLink"], hint);
  }
  const destination = routeDestination({ to, via, source });
  const isV6 = destination.includes(":");
  // A router of IPv6 may lead to IPv4 (RFC 8950), and no other way round.
  if (via !== undefined && isV6 && !via.includes(":")) {
    const hint = "Give the router's IPv6 address.";
    error("NN1321", `The route to ${destination} has an IPv4 router, ${via}.`, [...path, "via"], hint);
    return;
  }
  if (source !== undefined && source.includes(":") !== isV6) {
    const hint = "Packets have addresses of one family.";
    error("NN1321", `The route to ${destination} has a source of the other family.`, [...path, "source"], hint);
    return;
  }
  if (via !== undefined) checkReach(via, route.onLink ?? false, [...path, "via"], facts, error);
  const key = JSON.stringify([destination, route.table ?? facts.table, route.metric ?? null]);
  twice(`route to ${destination}`, key, path, facts, out);
}

function checkReach(via: string, onLink: boolean, path: Path, { addresses }: RouteFacts, error: Fault): void {
  const router = parseAddress(via);
  if (router === null || onLink || addresses === null) return;
  if (isLinkLocal(via)) return;
  const networks = addresses.flatMap((text) => parseInterfaceAddress(text) ?? []);
  if (networks.some(({ address, length }) => containsAddress(networkOf(address, length), router))) return;
  const list = networks.map(({ address, length }) => formatPrefix(networkOf(address, length))).join(", ");
  const message = `The router ${via} is in none of the interface's networks${list === "" ? "" : ` (${list})`}.`;
  error(
    "NN1218",
    message,
    path,
    "A router is another machine in the same network; if it is there all the same, add `onLink: true`.",
  );
}

function twice(what: string, key: string, path: Path, facts: RouteFacts, out: Diagnostic[]): void {
  const first = facts.seen.get(key);
  facts.seen.set(key, first ?? path);
  if (first === undefined) return;
  const message = `The ${what} stands twice on this node.`;
  const hint = what === "rule" ? "Remove one of them." : "Remove one of them, or give it another `metric` or `table`.";
  const related = [{ message: "the first one", path: first }];
  out.push({ code: "NN1322", severity: "error", message, path, hint, related });
}

/** A rule sends packets to a table, or does something to them. */
function checkRule(rule: Rule, path: Path, error: Fault): void {
  const families = [rule.from, rule.to].filter((text) => text !== undefined).map((text) => text.includes(":"));
  if (families.length === 2 && families[0] !== families[1]) {
    error("NN1323", "`from` and `to` are of two families.", [...path, "to"], "Packets have addresses of one family.");
  } else if (families.length > 0 && rule.family !== undefined) {
    const hint = "Remove `family`.";
    error("NN1323", "The rule's addresses say its family.", [...path, "family"], hint);
  }
  if (Object.hasOwn(rule, "table") && Object.hasOwn(rule, "type")) {
    const hint = "Remove one of the two.";
    error("NN1323", `A rule of type ${rule.type} looks in no table.`, [...path, "table"], hint);
  } else if (!Object.hasOwn(rule, "table") && !Object.hasOwn(rule, "type")) {
    error(
      "NN1323",
      "The rule says nothing to do.",
      path,
      `Give it a table, as ${mainTable} for the main one, or a type.`,
    );
  }
  if (rule.suppressPrefixLength !== undefined && rule.type !== undefined) {
    const hint = "Remove it.";
    error("NN1323", "`suppressPrefixLength` is said of a table.", [...path, "suppressPrefixLength"], hint);
  }
}

/** Whether a text is a prefix of IPv6 that hosts can make addresses in (RFC 4862 §5.5.3). */
export function isHostPrefix(text: string): boolean {
  const prefix = parsePrefix(text);
  return prefix !== null && text.includes(":") && prefix.length === 64;
}
