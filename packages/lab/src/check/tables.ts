import { birdSocket, programsOf } from "../daemons/start.js";
import type { LabDesign } from "../design/types.js";
import { askBird } from "../observe/bird-control.js";
import { parseBirdRoutes } from "../observe/bird-routes.js";
import { frrRoutes } from "../observe/frr.js";
import { gobgpRoutes } from "../observe/gobgp.js";
import type { RouteReport } from "../observe/route-report.js";

/** What a host's daemon knows. */
export interface Table {
  /** Why it could not be read; `null` where it was. Then nothing can be said of what is in it, or is not. */
  readonly fault: string | null;
  readonly routes: readonly RouteReport[];
  /** Prefixes with a route that is used, and those of them whose next hop leads nowhere. */
  readonly prefixes: ReadonlySet<string>;
  readonly unreachable: ReadonlySet<string>;
}

/** Tables by host. */
export type Tables = ReadonlyMap<string, Table>;

/** The tables of every host that speaks BGP; of one whose daemon does not answer, a fault. */
export async function readTables(design: LabDesign): Promise<Tables> {
  const speakers = design.hosts.filter((host) => programsOf(host).length > 0);
  return new Map(await Promise.all(speakers.map(async (host) => [host.name, await readTable(design, host)] as const)));
}

async function readTable(design: LabDesign, host: LabDesign["hosts"][number]): Promise<Table> {
  try {
    const routes = await readRoutes(design, host);
    const primary = routes.filter((route) => route.primary);
    const lost = primary.filter((route) => route.unreachable && route.source === "BGP");
    return {
      fault: null,
      routes,
      prefixes: new Set(primary.map(({ prefix }) => prefix)),
      unreachable: new Set(lost.map(({ prefix }) => prefix)),
    };
  } catch (error) {
    const fault = error instanceof Error ? error.message : String(error);
    return { fault, routes: [], prefixes: new Set(), unreachable: new Set() };
  }
}

async function readRoutes(design: LabDesign, host: LabDesign["hosts"][number]): Promise<readonly RouteReport[]> {
  if (host.bird !== null) return parseBirdRoutes(await askBird(birdSocket(design.id, host.name), "show route all"));
  if (host.frr !== null) return frrRoutes(design.id, host);
  const families = await Promise.all([gobgpRoutes(host.namespace, "ipv4"), gobgpRoutes(host.namespace, "ipv6")]);
  return families.flat();
}
