import type { RouteReport } from "./route-report.js";

/** Reads BIRD's answer to `show route all`. */
export function parseBirdRoutes(answer: string): readonly RouteReport[] {
  const routes: RouteReport[] = [];
  let prefix = "";
  const blocks = answer.split("\n");
  let current: { -readonly [Key in keyof RouteReport]: RouteReport[Key] } | null = null;
  for (const line of blocks) {
    // `10.0.0.1/32  unicast [bgp_x 12:00:00.000 from 10.0.0.1] * (100/0) [AS65001i]`; further ones leave the prefix out.
    const head = /^(\S+)?\s+(unicast|unreachable|blackhole|prohibit) \[(\S+) [^\]]*\]( \*)?/.exec(line);
    if (head) {
      prefix = head[1] ?? prefix;
      const [, , kind, protocol = "", star] = head;
      const none = {
        source: "",
        asPath: [],
        nextHop: null,
        localPref: null,
        med: null,
        onlyToCustomer: null,
        communities: [],
      };
      current = { ...none, prefix, protocol, primary: star !== undefined, unreachable: kind !== "unicast" };
      routes.push(current);
      continue;
    }
    const attribute = /^\s+(?:Type|BGP\.(\w+)): ?(.*)$/.exec(line);
    if (attribute === null || current === null) continue;
    const [, name, value = ""] = attribute;
    if (name === undefined) current.source = value.split(" ", 1)[0] ?? "";
    // Parts of a confederation stand in brackets, and no neighbour outside hears of them (RFC 5065).
    else if (name === "as_path") current.asPath = (value.replace(/\([^)]*\)/g, "").match(/\d+/g) ?? []).map(Number);
    else if (name === "next_hop") current.nextHop = value.split(" ", 1)[0] ?? null;
    else if (name === "local_pref") current.localPref = Number(value);
    else if (name === "med") current.med = Number(value);
    else if (name === "otc") current.onlyToCustomer = Number(value);
    else if (/community$/.test(name)) current.communities = [...current.communities, ...communitiesOf(value)].sort();
  }
  return routes;
}

/** `(65000,100) (65000, 1, 1) (rt, 65000, 7)` in the topology's spelling. */
function communitiesOf(value: string): readonly string[] {
  return [...value.matchAll(/\(([^)]*)\)/g)].map(([, inner = ""]) => inner.split(/,\s*/).join(":"));
}
