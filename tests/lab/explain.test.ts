// What `bgp explain` says of every node and prefix, held against what the daemons have.
import { join } from "node:path";
import {
  communityText,
  defaultRouteName,
  defaultRoutes,
  explainRoute,
  type Passage,
  type RouteExplanation,
} from "@nix-nos/bgp-gen";
import { describe, it, type TestContext } from "vitest";
import { planTopology } from "../../apps/cli/src/pipeline.js";
import { askBird } from "../../packages/lab/src/observe/bird-control.js";
import { parseBirdRoutes } from "../../packages/lab/src/observe/bird-routes.js";
import { gobgp, gobgpRoutes } from "../../packages/lab/src/observe/gobgp.js";
import { isNamed } from "../../packages/lab/src/observe/named-by.js";
import type { RouteReport } from "../../packages/lab/src/observe/route-report.js";
import { root } from "../support/cli.js";
import { birdSocketOf, labOf, upAndTested } from "./lab.js";

const file = (name: string) => `tests/lab/topologies/${name}.yaml`;

const { stdin, stdout, stderr } = process;
const io = { stdin, stdout, stderr, cwd: root, env: {}, now: Date.now };

/** Brings a lab up, and gives a function that tells every difference between what is explained and what is there. */
async function explained(context: TestContext, path: string) {
  const lab = labOf(context, path);
  await upAndTested(lab);
  const { network, bgp: plan } = await planTopology(io, { topology: join(root, path), texts: new Map() });
  for (const { node, daemon, vips, originated } of plan.speakers) {
    const injected = vips.filter(({ announce }) => announce === "health").map(({ prefix }) => prefix);
    // What a GoBGP originates has to be told to it (NN3006).
    for (const prefix of daemon === "gobgp" ? [...injected, ...originated] : injected) {
      const family = prefix.includes(":") ? "ipv6" : "ipv4";
      await gobgp(`nnlab-${lab.name}.${node}`, "global", "rib", "add", "-a", family, prefix);
    }
  }
  const prefixes = new Set([
    ...plan.speakers.flatMap(({ originated, vips }) => [...originated, ...vips.map(({ prefix }) => prefix)]),
    ...network.lab.peers.flatMap(({ announce }) => announce.map(({ prefix }) => prefix)),
    ...Object.values(defaultRoutes).filter((prefix) =>
      plan.speakers.some(({ sessions }) =>
        sessions.some(({ channels }) =>
          channels.some(
            ({ defaultOriginate, family }) => defaultOriginate && (family === "ipv6") === prefix.includes(":"),
          ),
        ),
      ),
    ),
  ]);
  const explanations = plan.speakers.flatMap(({ node }) =>
    [...prefixes].map((prefix) => explainRoute(plan, network, { node, prefix })),
  );
  return async () => {
    const hosts = [...plan.speakers.map(({ node }) => node), ...network.bgp.peers.map(({ name }) => `peer.${name}`)];
    const tables = new Map(
      await Promise.all(
        hosts.map(async (host) => {
          if (plan.speakerByNode.get(host)?.daemon === "gobgp")
            return [host, await routesOfGobgp(`nnlab-${lab.name}.${host}`)] as const;
          const answer = await askBird(birdSocketOf(lab, host), "show route all");
          // Parts of a confederation count here too, and so does which neighbour on a link is the next hop.
          const told = answer.replaceAll(/(as_path: )\(([\d ]*)\)/g, "$1$2").replaceAll(/(next_hop: ):: /g, "$1");
          return [host, parseBirdRoutes(told)] as const;
        }),
      ),
    );
    const unknown = plan.speakers.flatMap(({ node }) =>
      (tables.get(node) ?? []).flatMap(({ prefix, source }) =>
        source === "BGP" && !prefixes.has(prefix) ? [`${node} ${prefix}: nobody announces it`] : [],
      ),
    );
    const differing = explanations.flatMap((explanation) =>
      explanation ? differences(explanation, tables, plan) : [],
    );
    return [...unknown, ...differing];
  };
}

/** GoBGP's table, with what it leaves out: no next hop of an own route, and the LOCAL_PREF that none is as good as. */
async function routesOfGobgp(namespace: string): Promise<readonly RouteReport[]> {
  const families = await Promise.all([gobgpRoutes(namespace, "ipv4"), gobgpRoutes(namespace, "ipv6")]);
  return families.flat().map((route) => ({
    ...route,
    nextHop: route.source === "BGP" ? route.nextHop : null,
    localPref: route.source === "BGP" ? (route.localPref ?? 100) : route.localPref,
  }));
}

/** Each a line: node, prefix, where, and what is there instead of what was explained. */
function differences(
  explanation: RouteExplanation,
  tables: ReadonlyMap<string, readonly RouteReport[]>,
  plan: Parameters<typeof explainRoute>[0],
): readonly string[] {
  const { node, prefix } = explanation;
  const routes = (tables.get(node) ?? []).filter((route) => route.prefix === prefix);
  const best = routes.find((route) => route.primary && /^(BGP|static)$/.test(route.source) && !isMade(route));
  const isEither = explanation.asGood.length > 0;
  const rows: [where: string, said: Passage, found: RouteReport | undefined][] = [];
  if (!isEither) rows.push(["its route", passageOf(explanation), best]);
  const sessions = plan.speakerByNode.get(node)?.sessions ?? [];
  for (const { session, neighbour, import: incoming, export: outgoing } of explanation.sessions) {
    const planned = sessions.find(({ name }) => name === session);
    const peer = planned?.peer;
    // What a played neighbour does not announce was explained as if it did.
    const isAnnounced = !peer || explanation.origins.some((origin) => origin.kind === "peer" && origin.peer === peer);
    const came = routes.find((route) => planned && isNamed(planned, route.protocol));
    if (isAnnounced) rows.push([`from ${neighbour}`, incoming, came]);
    if (!peer) continue;
    const went = tables
      .get(`peer.${peer}`)
      ?.find((route) => route.prefix === prefix && route.protocol === "lab_session");
    rows.push([`to ${neighbour}`, outgoing, went]);
  }
  return rows.flatMap(([where, said, found]) =>
    difference(said, found, where.startsWith("to ")).map((text) => `${node} ${prefix}, ${where}: ${text}`),
  );
}

/** The default route that is made for neighbours alone. */
function isMade({ protocol }: RouteReport): boolean {
  return [defaultRouteName("ipv4"), defaultRouteName("ipv6")].includes(protocol);
}

function passageOf({ route, confederationPath }: RouteExplanation): Passage {
  return { passes: route !== null, reason: "", route, confederationPath };
}

function difference(
  { route, reason, confederationPath }: Passage,
  found: RouteReport | undefined,
  isOutside: boolean,
): readonly string[] {
  if (route === null) return found ? [`there is one, and not because ${reason}`] : [];
  if (found === undefined) return ["there is none"];
  const rows = [
    ["path", [...confederationPath, ...route.asPath].join(" "), found.asPath.join(" ")],
    ["MED", route.med, found.med],
    ["communities", [...new Set(route.communities.map(communityText))].sort().join(" "), found.communities.join(" ")],
    // The address of one who calls from a range is not known before.
    ["next hop", route.nextHop, route.nextHop === null && found.source === "BGP" ? null : found.nextHop],
    // The neighbour gives it one of its own.
    ["local-pref", isOutside ? null : route.localPref, isOutside ? null : found.localPref],
  ] as const;
  return rows.filter(([, a, b]) => a !== b).map(([what, a, b]) => `${what} is ${b}, not ${a}`);
}

describe.concurrent("explain and the daemons", { timeout: 150_000 }, () => {
  it.for([
    "examples/datacenter.yaml",
    ...["transit", "guards", "edges", "clos", "reflectors", "confederation"].map(file),
  ])("%s", async (path, context) => {
    const differing = await explained(context, path);
    await context.expect.poll(differing, { timeout: 15_000, interval: 1000 }).toEqual([]);
  });
});
