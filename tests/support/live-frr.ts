import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { BgpSession, BgpSpeaker, RouteFilter } from "@nix-nos/bgp-gen";
import { type Community, type Family, type PrefixSet, parseCommunity } from "@nix-nos/topology";
import { onTestFinished } from "vitest";
import { channelName } from "../../packages/bgp-gen/src/bird/channel.js";
import { type BirdItem, block, ip, printBird, statement, symbol } from "../../packages/bgp-gen/src/bird/document.js";
import type { Route } from "../../packages/bgp-gen/src/explain/route.js";
import { layersOf, parseRoutes, staticRoute } from "../../packages/bgp-gen/src/live-bird.test-support.js";
import { node } from "../../packages/bgp-gen/src/network.test-support.js";
import { type SpeakerPolicies, speakerPolicies } from "../../packages/cisco-render/src/bgp/policies.js";
import { routerLines } from "../../packages/cisco-render/src/bgp/router.js";
import { printIos } from "../../packages/cisco-render/src/ios/print.js";
import { type Ports, portsOf } from "../../packages/cisco-render/src/network/ports.js";
import { temporaryFolder } from "./cli.js";
import { frrConfig, startFrr } from "./frr.js";
import { eventually, startLab } from "./netns.js";

export interface FrrBatch {
  readonly direction: "import" | "export";
  readonly family: Family;
  readonly filters: readonly RouteFilter[];
  /** On the way out, each prefix once: FRR tells its best route alone. */
  readonly routes: readonly Route[];
  readonly prefixSets: readonly PrefixSet[];
  readonly localAs: number;
}

/** For each filter, for each route: how it came out. */
type Found = readonly (readonly (Route | null)[])[];

/** AS of the BIRD that sends, and of the one that hears. */
export const outsideAs = 64_500;
const hearingAs = 64_999;

/** FRR's own address in every session. */
export const ownAddress: Readonly<Record<Family, string>> = { ipv4: "100.64.0.1", ipv6: "fd64::1" };

/** Networks that the routes' next hops are in: FRR tells of no route whose next hop it does not reach. */
const hopNetworks = ["192.0.2.200/24", "198.51.100.200/24", "2001:db8::200/64", "2001:db8:ffff::200/64"];

const rejectAll: RouteFilter = { policies: [], otherwise: "reject" };
const acceptAll: RouteFilter = { policies: [], otherwise: "accept" };

/** Neighbours: one a filter and layer that send, or one that sends and one a filter that hears. */
function neighboursOf({ direction, filters, routes }: FrrBatch) {
  const layers = layersOf(routes);
  return direction === "import"
    ? filters.flatMap((filter, index) => layers.map((layer) => ({ index, layer: layer.index, filter, sends: true })))
    : [
        { index: -1, layer: 0, filter: acceptAll, sends: true },
        ...filters.map((filter, index) => ({ index, layer: 0, filter, sends: false })),
      ];
}

function addressOf(family: Family, number: number): string {
  return family === "ipv4"
    ? `100.64.${1 + (number >> 7)}.${1 + (number & 127)}`
    : `fd64::1:${(number + 1).toString(16)}`;
}

/** FRR's end of a session as the BIRD knows it, which has one session with an address. */
function endOf(family: Family, number: number): string {
  return addressOf(family, number).replace("100.64.", "100.64.12").replace("::1:", "::2:");
}

const ports: Ports = portsOf(
  node("dut", {
    platform: "cisco-ios",
    cisco: { ports: new Map([["eth0", "GigabitEthernet0/0"]]) },
    interfaces: [
      {
        kind: "ethernet",
        name: "eth0",
        addresses: ["100.64.0.1/16", "fd64::1/64"],
        gateways: [],
        mtu: null,
        zone: null,
        settings: null,
        permanentMac: null,
        path: [],
      },
    ],
  }),
);

function speakerOf(batch: FrrBatch): BgpSpeaker {
  const sessions = neighboursOf(batch).map(({ filter, sends, index }, number) =>
    sessionWith(batch, number, sends, index === -1 || sends ? filter : acceptAll, sends ? rejectAll : filter),
  );
  return {
    node: "dut",
    daemon: "ios",
    localAs: batch.localAs,
    confederation: null,
    routerId: "10.255.0.1",
    clusterId: null,
    originated: [],
    vips: [],
    sidecar: null,
    sessions,
    prefixSets: batch.prefixSets,
    rpkiCaches: [],
    birdVersion: "2.0.12",
    extraConfig: { bird: null },
    path: [],
  };
}

function sessionWith(batch: FrrBatch, number: number, sends: boolean, into: RouteFilter, out: RouteFilter): BgpSession {
  const remoteAddress = addressOf(batch.family, number);
  return {
    node: "dut",
    daemon: "ios",
    name: `peer_${number}`,
    kind: "ebgp",
    confederation: false,
    localAs: batch.localAs,
    remoteAs: sends ? outsideAs : hearingAs,
    localAddress: ownAddress[batch.family],
    remoteAddress,
    dynamic: false,
    remoteNode: null,
    interface: null,
    peer: `peer-${number}`,
    description: remoteAddress,
    routeReflectorClient: false,
    external: true,
    role: null,
    enforceFirstAs: false,
    transport: { multihop: null, ttlSecurity: false, passwordFile: null },
    timers: { holdTime: null, keepalive: null },
    bfd: false,
    gracefulRestart: false,
    peering: null,
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

/** What of a batch the route-maps cannot say. */
export function policiesOf(batch: FrrBatch): SpeakerPolicies {
  return speakerPolicies(speakerOf(batch), ports);
}

/** A Cisco device's routing with these filters. */
export function configOf(batch: FrrBatch): string {
  const speaker = speakerOf(batch);
  const policies = speakerPolicies(speaker, ports);
  return printIos([...policies.lists.lines(), ...policies.lines, ...routerLines(speaker, policies, ports, [speaker])]);
}

/**
 * Lets an FRR with the route-maps of a Cisco device take every route through every filter: on the way in, a BIRD sends all
 * routes to it once for each filter; on the way out, once, and it tells them to one neighbour for each filter.
 *
 * @param isExpected - ends the waiting: FRR collects what it tells, for seconds on a busy machine, so that routes which
 * nothing happens to for a moment may still be on their way. What it says no to for half a minute is returned all the same.
 * @returns for each filter, for each route, in order: the route as it came out, or `null` where it did not
 */
export async function throughFrr(batch: FrrBatch, isExpected: (found: Found) => boolean): Promise<Found> {
  const { family, routes, filters } = batch;
  const folder = temporaryFolder();
  const neighbours = neighboursOf(batch);
  const layers = layersOf(routes);
  const lab = startLab({ frr: "100.64.0.1/16", bird: "100.64.255.1/16" });
  onTestFinished(() => lab.stop());
  const [frrHost, birdHost] = [lab.hosts.get("frr"), lab.hosts.get("bird")];
  if (!frrHost || !birdHost) throw new Error("no hosts");
  // A neighbour on one cable believes in next hops of its own networks alone.
  for (const text of hopNetworks)
    birdHost.exec("ip", "address", "add", text.replace("200/", "201/"), "dev", "eth0", "nodad");
  for (const text of ["fd64::1/64", ...hopNetworks]) frrHost.exec("ip", "address", "add", text, "dev", "eth0", "nodad");
  for (const number of neighbours.keys()) {
    const length = family === "ipv4" ? 16 : 64;
    birdHost.exec("ip", "address", "add", `${addressOf(family, number)}/${length}`, "dev", "eth0", "nodad");
    frrHost.exec("ip", "address", "add", `${endOf(family, number)}/${length}`, "dev", "eth0", "nodad");
  }
  const frr = await startFrr(frrHost, ["-n"]);
  const said = frr.configure(frrConfig(configOf(batch), { "GigabitEthernet0/0": "eth0" }));
  if (said !== "") throw new Error(`FRR says: ${said}`);

  const bird: readonly BirdItem[] = [
    statement`router id ${ip("10.255.0.2")}`,
    block`protocol device`([]),
    ...neighbours.map((_, number) => statement`${channelName(family)} table ${symbol(`heard_${number}`)}`),
    ...layers.flatMap(({ index, rows }) => {
      const source = symbol(`source_${index}`);
      return [
        statement`${channelName(family)} table ${source}`,
        block`protocol static ${symbol(`routes_${index}`)}`([
          block`${channelName(family)}`([statement`table ${source}`], true),
          ...rows.flatMap((row) => (routes[row] ? [staticRoute(routes[row])] : [])),
        ]),
      ];
    }),
    ...neighbours.map(({ layer, sends }, number) =>
      block`protocol bgp ${symbol(`session_${number}`)}`([
        statement`local ${ip(addressOf(family, number))} as ${sends ? outsideAs : hearingAs}`,
        statement`neighbor ${ip(endOf(family, number))} as ${batch.localAs}`,
        statement`connect retry time 1`,
        statement`connect delay time 1`,
        statement`error wait time 1, 2`,
        statement`allow local as 100`,
        block`${channelName(family)}`(
          [
            statement`table ${symbol(sends ? `source_${layer}` : `heard_${number}`)}`,
            statement`next hop keep`,
            sends ? statement`import none` : statement`import all`,
            sends ? statement`export all` : statement`export none`,
          ],
          true,
        ),
      ]),
    ),
  ];
  writeFileSync(join(folder, "bird.conf"), printBird(bird));
  const socket = join(folder, "bird.ctl");
  birdHost.start("bird", "-f", "-c", join(folder, "bird.conf"), "-s", socket, "-P", join(folder, "bird.pid"));
  const birdc = (...words: string[]) =>
    spawnSync("birdc", ["-r", "-s", socket, ...words], { encoding: "utf8", maxBuffer: 2 ** 28 }).stdout;
  const table = () => frr.ask(`show bgp ${family} unicast json detail`);
  let [last, same] = ["", 0];
  await eventually(
    "routes have passed",
    90,
    () =>
      `${birdc("show", "protocols").match(/Established/g)?.length}/${neighbours.length} ${birdc("show", "route", "count").match(/\d+ of \d+/g)} ${table().length}`,
    (seen) => {
      same = seen === last && seen.startsWith(`${neighbours.length}/`) ? same + 1 : 0;
      last = seen;
      return same >= 6;
    },
  );
  let found = collect();
  for (let waited = 0; waited < 30 && !isExpected(found); waited++) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    found = collect();
  }
  await lab.stop();
  return found;

  function collect(): Found {
    const rows = filters.map(() => routes.map(() => null as Route | null));
    const set = (index: number, row: number, route: Route | undefined) => {
      const list = rows[index];
      if (list) list[row] = route ?? null;
    };
    const byNeighbour = batch.direction === "import" ? parseTable(table()) : null;
    for (const [number, { index, layer, sends }] of neighbours.entries()) {
      if (byNeighbour !== null) {
        const known = byNeighbour.get(addressOf(family, number));
        for (const row of layers[layer]?.rows ?? []) set(index, row, known?.get(routes[row]?.prefix ?? ""));
      } else if (!sends) {
        const heard = parseRoutes(birdc("show", "route", "table", `heard_${number}`, "all"));
        for (const [row, { prefix }] of routes.entries()) set(index, row, heard.get(prefix));
      }
    }
    return rows;
  }
}

interface FrrPath {
  readonly aspath?: { readonly string?: string };
  readonly nexthops?: readonly { readonly ip?: string; readonly scope?: string }[];
  readonly metric?: number;
  readonly locPrf?: number;
  readonly weight?: number;
  readonly community?: { readonly string?: string };
  readonly largeCommunity?: { readonly string?: string };
  readonly extendedCommunity?: { readonly string?: string };
  readonly peer?: { readonly peerId?: string };
}

/** Routes by neighbour and prefix, from `show bgp … json detail`. */
function parseTable(text: string): ReadonlyMap<string, ReadonlyMap<string, Route>> {
  const found = new Map<string, Map<string, Route>>();
  const { routes = {} } = JSON.parse(text) as { readonly routes?: Readonly<Record<string, readonly FrrPath[]>> };
  for (const [prefix, entry] of Object.entries(routes)) {
    // The first of a prefix's entries is about the prefix.
    for (const path of entry.filter(({ peer }) => peer !== undefined)) {
      const peer = path.peer?.peerId ?? "";
      const known = found.get(peer) ?? new Map<string, Route>();
      found.set(peer, known);
      known.set(prefix, {
        prefix,
        asPath: (path.aspath?.string ?? "")
          .split(/\s+/)
          .filter((word) => /^\d+$/.test(word))
          .map(Number),
        nextHop: path.nexthops?.find(({ scope }) => scope !== "link-local")?.ip ?? null,
        localPref: path.locPrf ?? null,
        med: path.metric ?? null,
        weight: path.weight ?? 0,
        communities: [path.community, path.largeCommunity, path.extendedCommunity].flatMap((own) =>
          (own?.string ?? "").split(/\s+/).filter(Boolean).map(communityOf),
        ),
      });
    }
  }
  return found;
}

function communityOf(shown: string): Community {
  const text = shown === "internet" ? "0:0" : shown.replace(/^RT:/, "rt:").replace(/^SoO:/, "ro:");
  const parsed = parseCommunity(text);
  if (parsed === null) throw new Error(`FRR shows a community ${shown}`);
  return parsed;
}
