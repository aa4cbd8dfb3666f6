import { birdSocket } from "../daemons/start.js";
import type { LabDesign } from "../design/types.js";
import { askBird } from "../observe/bird-control.js";
import { parseBirdRoutes, type RouteReport } from "../observe/bird-routes.js";
import { gobgpPrefixes } from "../observe/gobgp.js";

/** What a host's daemon knows. */
export interface Table {
  /** Every route, in BIRD's words; empty for GoBGP. */
  readonly routes: readonly RouteReport[];
  /** Prefixes with a route that is used, and those of them whose next hop leads nowhere. */
  readonly prefixes: ReadonlySet<string>;
  readonly unreachable: ReadonlySet<string>;
}

/** Tables by host. */
export type Tables = ReadonlyMap<string, Table>;

/** The tables of every host that speaks BGP; of one whose daemon does not answer, an empty one. */
export async function readTables(design: LabDesign): Promise<Tables> {
  const speakers = design.hosts.filter(({ bird, gobgp }) => bird !== null || gobgp !== null);
  return new Map(await Promise.all(speakers.map(async (host) => [host.name, await readTable(design, host)] as const)));
}

async function readTable(design: LabDesign, host: LabDesign["hosts"][number]): Promise<Table> {
  try {
    if (host.bird === null) {
      const [v4, v6] = await Promise.all([
        gobgpPrefixes(host.namespace, "ipv4"),
        gobgpPrefixes(host.namespace, "ipv6"),
      ]);
      return { routes: [], prefixes: new Set([...v4, ...v6]), unreachable: new Set() };
    }
    const routes = parseBirdRoutes(await askBird(birdSocket(design.id, host.name), "show route all"));
    const primary = routes.filter((route) => route.primary);
    const lost = primary.filter((route) => route.unreachable && route.source === "BGP");
    return {
      routes,
      prefixes: new Set(primary.map(({ prefix }) => prefix)),
      unreachable: new Set(lost.map(({ prefix }) => prefix)),
    };
  } catch {
    return { routes: [], prefixes: new Set(), unreachable: new Set() };
  }
}
