import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unwrap } from "@nix-nos/topology";
import { describe, expect, it } from "vitest";
import { freePort } from "#support/process";
import { block, ip, printBird, statement, symbol } from "./bird/document.js";
import { filterBody } from "./bird/policies.js";
import { evaluateFilter, type FilterSurroundings } from "./explain/evaluate-filter.js";
import { plainRoute } from "./explain/route.js";
import { gobgpSpeakerConfig, printGobgp } from "./gobgp/config.js";
import { askBird } from "./live-bird.test-support.js";
import { networkOf } from "./network.test-support.js";
import { planBgp } from "./plan/plan-bgp.js";
import type { BgpSpeaker } from "./plan/types.js";
import { callAsNeighbour, type Segment } from "./raw-bgp.test-support.js";

const sequence = (...numbers: number[]): Segment => ({ kind: "sequence", numbers });
const set = (...numbers: number[]): Segment => ({ kind: "set", numbers });

/** Where sets may stand in a path. */
const routes = [
  { prefix: "100.64.1.0/24", path: [sequence(64496, 3356)], isTaken: true },
  { prefix: "100.64.2.0/24", path: [sequence(64496), set(701, 702)], isTaken: false },
  { prefix: "100.64.3.0/24", path: [sequence(64496), set(701)], isTaken: false },
  { prefix: "100.64.4.0/24", path: [sequence(64496), set(701, 702), sequence(3356)], isTaken: false },
  { prefix: "100.64.5.0/24", path: [sequence(64496, 64496, 3356, 3356)], isTaken: true },
];

function speakerOf(daemon: "bird" | "gobgp", own = ""): BgpSpeaker {
  const network = networkOf(`
nix-nos:
  clusters: { lab: { nodes: { edge: { role: edge, ip: 10.0.0.1, interfaces: { e0: { addresses: [192.0.2.1/30] } } } } } }
  network: { bgp: { autonomousSystems: { "65000": { members: [edge] } }, policies: { all: [{ then: accept }] },
    peers: { up: { node: edge, remoteAs: 64496, address: 192.0.2.2, passive: true, import: [all], export: [] ${own} } } } }
`);
  const nodes = network.nodes.map((node) => ({ ...node, bgpDaemon: daemon }));
  const index = { ...network.index, nodeByName: new Map(nodes.map((node) => [node.name, node])) };
  const speaker = unwrap(planBgp({ ...network, nodes, index })).speakerByNode.get("edge");
  if (!speaker) throw new Error("edge is no speaker");
  // Where both ends of the test are.
  const moved = JSON.stringify(speaker).replaceAll("192.0.2.1", "127.0.0.1").replaceAll("192.0.2.2", "127.0.0.2");
  return JSON.parse(moved);
}

const importOf = ({ sessions }: BgpSpeaker) => {
  const [session] = sessions;
  const channel = session?.channels[0];
  if (!session || !channel) throw new Error("no session");
  return { session, filter: channel.import };
};

describe.each(["bird", "gobgp"] as const)("paths with an AS_SET, to %s", (daemon) => {
  it.each([
    ["", routes.filter(({ isTaken }) => isTaken)],
    [", rejectAsSets: false", routes],
  ])("are taken or not: %j", { timeout: 60_000 }, async (own, wanted) => {
    const speaker = speakerOf(daemon, own);
    const { session, filter } = importOf(speaker);
    const prefixes = wanted.map(({ prefix }) => prefix);
    const evaluated = routes.filter(({ prefix, path }) => {
      const hasAsSet = path.some(({ kind }) => kind === "set");
      const route = { ...plainRoute(prefix), asPath: path.flatMap(({ numbers }) => numbers), hasAsSet };
      const surroundings: FilterSurroundings = { ...session, prefixSets: new Map(), rpki: () => "unknown" };
      return evaluateFilter(filter, route, surroundings).verdict === "accept";
    });
    expect(evaluated.map(({ prefix }) => prefix)).toEqual(prefixes);
    expect(await taken(speaker)).toEqual(prefixes);
  });
});

/** The prefixes that a live daemon takes of the routes. */
async function taken(speaker: BgpSpeaker): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "bgp-gen-as-sets-"));
  const [port, api] = [await freePort(), await freePort()];
  const socket = join(folder, "bird.ctl");
  const isBird = speaker.daemon === "bird";
  const file = join(folder, isBird ? "bird.conf" : "gobgpd.yaml");
  writeFileSync(file, isBird ? birdText(speaker, port) : gobgpText(speaker, port));
  const process = isBird
    ? spawn("bird", ["-f", "-c", file, "-s", socket, "-P", join(folder, "pid")], { stdio: "ignore" })
    : spawn("gobgpd", ["-t", "yaml", "-f", file, "--api-hosts", `127.0.0.1:${api}`], { stdio: "ignore" });
  const rib = () =>
    isBird
      ? askBird(socket, "show", "route").stdout
      : spawnSync("gobgp", ["-p", String(api), "global", "rib"], { encoding: "utf8" }).stdout;
  try {
    // The last route is always taken, and they come in order.
    const call = await callAsNeighbour(
      { address: "127.0.0.2", as: 64496, nextHop: "192.0.2.1" },
      { address: "127.0.0.1", port },
      routes,
    );
    await expect.poll(rib, { timeout: 20_000 }).toContain(routes.at(-1)?.prefix);
    expect(call.socket.closed).toBe(false);
    const found = rib();
    call.socket.destroy();
    return routes.map(({ prefix }) => prefix).filter((prefix) => found.includes(prefix));
  } finally {
    const gone = process.exitCode === null ? once(process, "exit") : null;
    process.kill("SIGKILL");
    await gone;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The session's filter in a BIRD that leaves the kernel alone. */
function birdText(speaker: BgpSpeaker, port: number): string {
  const { session, filter } = importOf(speaker);
  const body = filterBody(filter, { ...session, family: "ipv4", prefixSets: speaker.prefixSets });
  return printBird([
    statement`router id ${ip("10.0.0.1")}`,
    block`protocol device`([]),
    block`filter ${symbol("import_up")}`(body),
    block`protocol bgp ${symbol("peer_up")}`([
      statement`local ${ip("127.0.0.1")} port ${port} as 65000`,
      statement`neighbor ${ip("127.0.0.2")} as 64496`,
      statement`multihop 64`,
      statement`passive on`,
      statement`strict bind on`,
      block`ipv4`([statement`import filter ${symbol("import_up")}`, statement`export none`], true),
    ]),
  ]);
}

function gobgpText(speaker: BgpSpeaker, port: number): string {
  const config = gobgpSpeakerConfig(speaker) as { readonly global: { readonly config: object } };
  const listening = { ...config.global.config, port, "local-address-list": ["127.0.0.1"] };
  const multihop = { "ebgp-multihop": { config: { enabled: true, "multihop-ttl": 64 } } };
  const { neighbors } = config as unknown as { readonly neighbors: readonly object[] };
  return printGobgp({
    ...(config as object),
    global: { ...config.global, config: listening },
    neighbors: neighbors.map((neighbor) => ({ ...neighbor, ...multihop })),
  } as Parameters<typeof printGobgp>[0]);
}
