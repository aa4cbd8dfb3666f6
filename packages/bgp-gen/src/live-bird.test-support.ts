import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type Community, type Family, type PrefixSet, parseCommunity } from "@nix-nos/topology";
import { addCommunities, channelName } from "./bird/channel.js";
import { type BirdItem, block, ip, printBird, statement, symbol } from "./bird/document.js";
import { definitionsOf, filterBody } from "./bird/policies.js";
import { rpkiProtocols } from "./bird/rpki.js";
import type { Roa } from "./explain/roas.js";
import type { Route } from "./explain/route.js";
import type { RouteFilter } from "./plan/types.js";
import { startRtrCache } from "./rtr-cache.test-support.js";

/** What a batch of routes goes through. */
export interface BirdBatch {
  readonly family: Family;
  readonly filters: readonly RouteFilter[];
  readonly routes: readonly Route[];
  readonly prefixSets: readonly PrefixSet[];
  readonly roas: readonly Roa[];
  readonly localAs: number;
  readonly localAddress: string;
}

/**
 * Lets one BIRD send every route through every filter: a static protocol holds the routes of one prefix each in a table
 * of its own, and a pipe with the filter leads to another.
 *
 * @returns for each filter, for each route, in order: the route as it came out, or `null` where it was rejected
 */
export async function throughBird(batch: BirdBatch): Promise<readonly (readonly (Route | null)[])[]> {
  const folder = mkdtempSync(join(tmpdir(), "bgp-gen-bird-"));
  const [config, socket] = [join(folder, "bird.conf"), join(folder, "bird.ctl")];
  const cache = asksRpki(batch) ? await startRtrCache(batch.roas) : null;
  writeFileSync(config, printBird(configuration(batch, cache?.port ?? null)));
  const bird = spawn("bird", ["-f", "-c", config, "-s", socket, "-P", join(folder, "bird.pid")], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  let said = "";
  bird.stderr.on("data", (data) => {
    said += data;
  });
  const ask = (...words: string[]) => askBird(socket, ...words);
  try {
    for (let tries = 0; ask("show", "status").status !== 0; tries++) {
      if (tries > 100 || bird.exitCode !== null) throw new Error(`bird does not answer: ${said}`);
      await setTimeout(50);
    }
    // Routes are there before the ROAs, and are judged again when those come.
    for (let tries = 0; cache !== null && roaCount(ask) < batch.roas.length; tries++) {
      if (tries > 200) throw new Error(`bird has no ROAs: ${said}`);
      await setTimeout(50);
    }
    // BIRD looks at routes again when its ROAs have been the same for a second.
    if (cache !== null) await setTimeout(1500);
    // Routes pass a pipe in a moment, but not before the daemon answers.
    for (let last = "", same = 0; same < 2; ) {
      await setTimeout(50);
      const now =
        ask("show", "protocols", "all")
          .stdout.match(/Routes:.*/g)
          ?.join() ?? "";
      same = now === last ? same + 1 : 0;
      last = now;
    }
    const shown = ask("show", "route", "table", "all", "all").stdout.split(/^Table /m);
    const tables = new Map(shown.map((text) => [text.slice(0, text.indexOf(":")), text]));
    return batch.filters.map((_, index) => {
      const rows = batch.routes.map(() => null as Route | null);
      for (const layer of layersOf(batch.routes)) {
        const found = parseRoutes(tables.get(`out_${layer.index}_${index}`) ?? "");
        for (const row of layer.rows) rows[row] = found.get(batch.routes[row]?.prefix ?? "") ?? null;
      }
      return rows;
    });
  } finally {
    const gone = once(bird, "exit");
    bird.kill("SIGKILL");
    await gone;
    await cache?.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function asksRpki({ filters }: BirdBatch): boolean {
  return filters.some(({ policies }) => policies.some(({ terms }) => terms.some(({ match }) => match.rpki !== null)));
}

function roaCount(ask: (...words: string[]) => { readonly stdout: string }): number {
  const counts = ["roas_v4", "roas_v6"].map((table) => ask("show", "route", "table", table, "count").stdout);
  return counts.reduce((sum, text) => sum + Number(/(\d+) of \d+ routes/.exec(text)?.[1] ?? 0), 0);
}

export function askBird(socket: string, ...words: readonly string[]) {
  return spawnSync("birdc", ["-r", "-s", socket, ...words], { encoding: "utf8", maxBuffer: 2 ** 28 });
}

/** A table holds one static route a prefix, so routes of one prefix go into several. */
export function layersOf(
  routes: readonly Route[],
): readonly { readonly index: number; readonly rows: readonly number[] }[] {
  const layers: number[][] = [];
  const depth = new Map<string, number>();
  for (const [row, { prefix }] of routes.entries()) {
    const own = depth.get(prefix) ?? 0;
    depth.set(prefix, own + 1);
    layers[own] = [...(layers[own] ?? []), row];
  }
  return layers.map((rows, index) => ({ index, rows }));
}

function configuration(batch: BirdBatch, rtrPort: number | null): readonly BirdItem[] {
  const { family, filters, routes } = batch;
  const channel = channelName(family);
  return [
    statement`router id ${ip("10.255.0.1")}`,
    block`protocol device`([]),
    ...definitionsOf(filters, batch.prefixSets),
    ...rpkiProtocols({
      rpkiCaches: rtrPort === null ? [] : [{ name: "test", address: "127.0.0.1", port: rtrPort, refresh: null }],
    }),
    ...filters.map((filter, index) => block`filter ${symbol(`filter_${index}`)}`(filterBody(filter, batch))),
    ...layersOf(routes).flatMap(({ index: layer, rows }) => {
      const source = symbol(`source_${layer}`);
      return [
        statement`${channel} table ${source}`,
        block`protocol static ${symbol(`routes_${layer}`)}`([
          block`${channel}`(
            [statement`table ${source}`, block`import filter`([statement`preference = 100`, statement`accept`], true)],
            true,
          ),
          ...rows.flatMap((row) => (routes[row] ? [staticRoute(routes[row])] : [])),
        ]),
        ...filters.flatMap((_, index) => {
          const out = symbol(`out_${layer}_${index}`);
          return [
            statement`${channel} table ${out}`,
            block`protocol pipe ${symbol(`pipe_${layer}_${index}`)}`([
              statement`table ${source}`,
              statement`peer table ${out}`,
              statement`import none`,
              statement`export filter ${symbol(`filter_${index}`)}`,
            ]),
          ];
        }),
      ];
    }),
  ];
}

export function staticRoute(route: Route): BirdItem {
  const { localPref, med, nextHop } = route;
  return block`route ${ip(route.prefix)} blackhole`(
    [
      ...route.asPath.toReversed().map((number) => statement`bgp_path.prepend(${number})`),
      ...(nextHop === null ? [] : [statement`bgp_next_hop = ${ip(nextHop)}`]),
      ...(localPref === null ? [] : [statement`bgp_local_pref = ${localPref}`]),
      ...(med === null ? [] : [statement`bgp_med = ${med}`]),
      ...addCommunities(route.communities),
    ],
    true,
  );
}

/** Routes by prefix, from `show route all`. */
export function parseRoutes(text: string): ReadonlyMap<string, Route> {
  const routes = new Map<string, Route>();
  for (const part of text.split(/\n(?=[0-9a-f.:]+\/\d+ )/)) {
    const [, prefix, preference] = /^([0-9a-f.:]+\/\d+) .*\((\d+)/.exec(part) ?? [];
    if (prefix === undefined) continue;
    const attribute = (name: string) => new RegExp(`BGP\\.${name}:(.*)`).exec(part)?.[1]?.trim();
    const number = (name: string) => (attribute(name) === undefined ? null : Number(attribute(name)));
    const list = (name: string) => attribute(name)?.match(/\([^)]*\)/g) ?? [];
    const community = (shown: string): Community => {
      const text = shown.slice(1, -1).replace(/,\s*/g, ":");
      const parsed = parseCommunity(text);
      if (parsed === null) throw new Error(`BIRD shows a community ${shown}`);
      return parsed;
    };
    routes.set(prefix, {
      prefix,
      asPath: attribute("as_path")?.split(/\s+/).filter(Boolean).map(Number) ?? [],
      nextHop: attribute("next_hop")?.split(" ")[0] ?? null,
      localPref: number("local_pref"),
      med: number("med"),
      weight: Number(preference) - 100,
      communities: [...list("community"), ...list("large_community"), ...list("ext_community")].map(community),
    });
  }
  return routes;
}
