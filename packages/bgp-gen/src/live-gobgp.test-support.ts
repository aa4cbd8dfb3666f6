import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type Community, type Family, type OptionValue, type PrefixSet, parseCommunity } from "@nix-nos/topology";
import { freePort } from "#support/process";
import { channelName } from "./bird/channel.js";
import { type BirdItem, block, ip, printBird, statement, symbol } from "./bird/document.js";
import type { Roa } from "./explain/roas.js";
import type { Route } from "./explain/route.js";
import { type GobgpConfig, gobgpSpeakerConfig, printGobgp } from "./gobgp/config.js";
import { parseGobgpRib } from "./gobgp/rib.js";
import { openingsOf } from "./gobgp-openings.test-support.js";
import { askBird, layersOf, parseRoutes, staticRoute } from "./live-bird.test-support.js";
import type { BgpSession, BgpSpeaker, RouteFilter } from "./plan/types.js";
import { startRtrCache } from "./rtr-cache.test-support.js";

export interface GobgpBatch {
  readonly direction: "import" | "export";
  readonly family: Family;
  readonly filters: readonly RouteFilter[];
  /** On the way out, each prefix once: GoBGP tells its best route alone. */
  readonly routes: readonly Route[];
  readonly prefixSets: readonly PrefixSet[];
  readonly localAs: number;
  /** What the RPKI knows before the first route comes. */
  readonly roas: readonly Roa[];
  /** What it learns afterwards, and whether somebody tells GoBGP then to look at its routes again. */
  readonly later?: { readonly roas: readonly Roa[]; readonly looksAgain: boolean };
}

/** AS of the BIRD that plays every neighbour. */
export const outsideAs = 64_500;

/** AS of the neighbours that hear: GoBGP tells nobody a path with the neighbour's own AS in it. */
const hearingAs = 64_999;

/** What stands for the speaker's own address of a session in the routes that come back. */
export const ownAddress = "127.0.0.1";
const rejectAll: RouteFilter = { policies: [], otherwise: "reject" };
const acceptAll: RouteFilter = { policies: [], otherwise: "accept" };

/**
 * Lets a GoBGP take every route through every filter: on the way in, a BIRD sends all routes to it once for each filter;
 * on the way out, once, and it tells them to one neighbour for each filter.
 *
 * @returns for each filter, for each route, in order: the route as it came out, or `null` where it did not
 */
export async function throughGobgp(batch: GobgpBatch): Promise<readonly (readonly (Route | null)[])[]> {
  const folder = mkdtempSync(join(tmpdir(), "bgp-gen-gobgp-"));
  const [port, api] = [await freePort(), await freePort()];
  const layers = layersOf(batch.routes);
  const isImport = batch.direction === "import";
  // Neighbours: one a filter and layer that send, or one that sends and one a filter that hears.
  const neighbors = isImport
    ? batch.filters.flatMap((filter, index) => layers.map((layer) => ({ index, layer: layer.index, filter })))
    : [
        { index: -1, layer: 0, filter: acceptAll },
        ...batch.filters.map((filter, index) => ({ index, layer: 0, filter })),
      ];
  const sessions = neighbors.map(({ index, filter }, number) =>
    sessionWith(
      number,
      batch,
      isImport || index === -1 ? filter : rejectAll,
      isImport || index === -1 ? rejectAll : filter,
    ),
  );
  const cache = await startRtrCache(batch.roas);
  const config = gobgpSpeakerConfig(speakerWith(sessions, batch, cache.port));
  const openings = openingsOf(config);
  if (openings.length > 0) throw new Error(openings.join("; "));
  const addresses = sessions.map(({ localAddress }) => localAddress);
  writeFileSync(join(folder, "gobgpd.yaml"), printGobgp(listeningOn(withNextHop(config, batch), port, addresses)));
  const bird: readonly BirdItem[] = [
    statement`router id ${ip("10.255.0.2")}`,
    block`protocol device`([]),
    ...neighbors.map((_, number) => statement`${channelName(batch.family)} table ${symbol(`heard_${number}`)}`),
    ...layers.flatMap(({ index, rows }) => staticTable(batch, index, rows)),
    ...neighbors.map(({ index, layer }, number) => birdSession(batch, number, layer, port, isImport || index === -1)),
  ];
  writeFileSync(join(folder, "bird.conf"), printBird(bird));
  const daemons = [
    start("gobgpd", ["-t", "yaml", "-f", join(folder, "gobgpd.yaml"), "--api-hosts", `127.0.0.1:${api}`, "-l", "warn"]),
  ];
  try {
    const gobgp = (...words: string[]) =>
      spawnSync("gobgp", ["-p", String(api), ...words], { encoding: "utf8", maxBuffer: 2 ** 28 }).stdout;
    const knows = async (roas: readonly Roa[]) => {
      const tables = () => gobgp("rpki", "table", "-a", "ipv4") + gobgp("rpki", "table", "-a", "ipv6");
      await settled(() => ((tables().match(/:\d+$/gm) ?? []).length === roas.length ? "" : null));
    };
    await knows(batch.roas);
    const files = ["-c", join(folder, "bird.conf"), "-s", join(folder, "bird.ctl"), "-P", join(folder, "bird.pid")];
    daemons.push(start("bird", ["-f", ...files]));
    const birdc = (...words: string[]) => askBird(join(folder, "bird.ctl"), ...words).stdout;
    await settled(() => {
      const isUp = (birdc("show", "protocols").match(/Established/g) ?? []).length === neighbors.length;
      const fault = daemons.find(({ process }) => process.exitCode !== null);
      if (fault) throw new Error(`a daemon ended: ${fault.said()}`);
      return isUp ? birdc("show", "route", "count") + gobgp("global", "rib", "summary", "-a", batch.family) : null;
    });
    if (batch.later) {
      cache.add(batch.later.roas);
      await knows([...batch.roas, ...batch.later.roas]);
      if (batch.later.looksAgain) gobgp("neighbor", "all", "softresetin");
      await settled(() => gobgp("global", "rib", "summary", "-a", batch.family));
    }
    const rows = batch.filters.map(() => batch.routes.map(() => null as Route | null));
    if (isImport) {
      const byNeighbor = parseRib(gobgp("global", "rib", "-a", batch.family, "-j"));
      for (const [number, { index, layer }] of neighbors.entries()) {
        const found = byNeighbor.get(addressOf(number));
        for (const row of layers[layer]?.rows ?? []) set(rows, index, row, found?.get(batch.routes[row]?.prefix ?? ""));
      }
    } else {
      for (const [number, { index }] of neighbors.entries()) {
        if (index === -1) continue;
        const found = parseRoutes(birdc("show", "route", "table", `heard_${number}`, "all"));
        for (const [row, { prefix }] of batch.routes.entries()) set(rows, index, row, found.get(prefix));
      }
    }
    return rows;
  } finally {
    for (const { process } of daemons) {
      const gone = process.exitCode === null ? once(process, "exit") : null;
      process.kill("SIGKILL");
      await gone;
    }
    await cache.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function set(rows: (Route | null)[][], index: number, row: number, route: Route | undefined): void {
  const list = rows[index];
  if (list) list[row] = route ?? null;
}

function addressOf(number: number): string {
  return `127.0.${10 + Math.floor(number / 200)}.${1 + (number % 200)}`;
}

/** BIRD has one session with an address, so each has its own. */
function ownAddressOf(number: number): string {
  return addressOf(number).replace("127.0.", "127.1.");
}

function sessionWith(number: number, batch: GobgpBatch, into: RouteFilter, out: RouteFilter): BgpSession {
  const address = addressOf(number);
  return {
    node: "dut",
    daemon: "gobgp",
    name: `peer_${address.replaceAll(".", "_")}`,
    kind: "ebgp",
    confederation: false,
    localAs: batch.localAs,
    remoteAs: into === rejectAll ? hearingAs : outsideAs,
    localAddress: ownAddressOf(number),
    remoteAddress: address,
    dynamic: false,
    remoteNode: null,
    interface: null,
    peer: address,
    description: address,
    routeReflectorClient: false,
    external: true,
    role: null,
    enforceFirstAs: false,
    transport: { multihop: 64, ttlSecurity: false, passwordFile: null },
    timers: { holdTime: null, keepalive: null },
    bfd: false,
    gracefulRestart: false,
    peering: {
      passive: true,
      longLivedGracefulRestart: null,
      addPath: { ipv4: null, ipv6: null },
      maintenance: false,
      interpretsCommunities: false,
      rejectAsSets: false,
      extraConfig: { bird: null },
    },
    channels: [
      {
        family: batch.family,
        nextHopSelf: "none",
        extendedNextHop: false,
        allowLocalAs: 0,
        defaultOriginate: false,
        limit: null,
        import: into,
        export: out,
      },
    ],
  };
}

function speakerWith(
  sessions: readonly BgpSession[],
  { localAs, prefixSets }: GobgpBatch,
  rtrPort: number,
): BgpSpeaker {
  return {
    node: "dut",
    daemon: "gobgp",
    localAs,
    confederation: null,
    routerId: "10.255.0.1",
    clusterId: null,
    originated: [],
    vips: [],
    sidecar: null,
    sessions,
    prefixSets,
    rpkiCaches: [{ name: "test", address: "127.0.0.1", port: rtrPort, refresh: null }],
    birdVersion: "2.0.12",
    extraConfig: { bird: null },
    path: [],
  };
}

/** Neighbours drop IPv6 routes with the next hop that GoBGP gives them over a session of IPv4, so here they have another. */
function withNextHop(config: GobgpConfig, { family }: GobgpBatch): GobgpConfig {
  if (family === "ipv4") return config;
  const global = config["global"] as {
    readonly "apply-policy": { readonly config: Record<string, readonly string[]> };
  };
  const { config: lists } = global["apply-policy"];
  const name = "next hop of the test";
  const statement = { name, actions: { "bgp-actions": { "set-next-hop": "2001:db8::2" } } };
  return {
    ...config,
    global: {
      ...global,
      "apply-policy": {
        config: { ...lists, "export-policy-list": [name, ...(lists["export-policy-list"] ?? [])] },
      },
    },
    "policy-definitions": [
      ...(config["policy-definitions"] as readonly OptionValue[]),
      { name, statements: [statement] },
    ],
  };
}

function listeningOn(config: GobgpConfig, port: number, addresses: readonly string[]): GobgpConfig {
  const global = config.global as { readonly config: GobgpConfig };
  return { ...config, global: { ...global, config: { ...global.config, port, "local-address-list": addresses } } };
}

function staticTable({ family, routes }: GobgpBatch, layer: number, rows: readonly number[]): readonly BirdItem[] {
  const channel = channelName(family);
  const source = symbol(`source_${layer}`);
  return [
    statement`${channel} table ${source}`,
    block`protocol static ${symbol(`routes_${layer}`)}`([
      block`${channel}`([statement`table ${source}`], true),
      ...rows.flatMap((row) => (routes[row] ? [staticRoute(routes[row])] : [])),
    ]),
  ];
}

function birdSession(batch: GobgpBatch, number: number, layer: number, port: number, sends: boolean): BirdItem {
  return block`protocol bgp ${symbol(`session_${number}`)}`([
    statement`local ${ip(addressOf(number))} as ${sends ? outsideAs : hearingAs}`,
    statement`neighbor ${ip(ownAddressOf(number))} port ${port} as ${batch.localAs}`,
    statement`multihop 64`,
    // GoBGP tells nobody a route that came from the same router.
    statement`router id ${ip(`10.255.${sends ? 1 : 2}.${1 + (number % 200)}`)}`,
    statement`connect retry time 1`,
    statement`connect delay time 1`,
    statement`error wait time 1, 2`,
    statement`allow local as 100`,
    block`${channelName(batch.family)}`(
      [
        statement`table ${symbol(sends ? `source_${layer}` : `heard_${number}`)}`,
        statement`next hop keep`,
        sends ? statement`import none` : statement`import all`,
        sends ? statement`export all` : statement`export none`,
      ],
      true,
    ),
  ]);
}

function start(command: string, words: readonly string[]) {
  const process = spawn(command, words, { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("data", (data) => {
      said = (said + data).slice(-4000);
    });
  }
  return { process, said: () => said };
}

/** Waits until what is shown has been the same for a while. */
async function settled(show: () => string | null): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (let last: string | null = null, same = 0; same < 4; ) {
    if (performance.now() > deadline) throw new Error(`not settled: ${last}`);
    await setTimeout(150);
    const now = show();
    same = now !== null && now === last ? same + 1 : 0;
    last = now;
  }
}

/** Routes by neighbour and prefix, from `gobgp global rib -j`. */
function parseRib(text: string): ReadonlyMap<string, ReadonlyMap<string, Route>> {
  const rib = new Map<string, Map<string, Route>>();
  for (const { neighbor, best: _best, nextHop, communities, ...route } of parseGobgpRib(text)) {
    const known = rib.get(neighbor ?? "") ?? new Map<string, Route>();
    const own = nextHop?.startsWith("127.1.") ? ownAddress : nextHop;
    rib.set(
      neighbor ?? "",
      known.set(route.prefix, { ...route, nextHop: own, weight: 0, communities: communities.map(communityOf) }),
    );
  }
  return rib;
}

function communityOf(text: string): Community {
  const parsed = parseCommunity(text);
  if (parsed === null) throw new Error(`GoBGP shows a community ${text}`);
  return parsed;
}
