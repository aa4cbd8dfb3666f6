import { indexNetwork, unwrap } from "@nix-nos/topology";
import { describe, expect, it } from "vitest";
import { birdConfig } from "../bird/config.js";
import { birdSays, gobgpdSays } from "../daemons.test-support.js";
import { explainRoute } from "../explain/explain-route.js";
import { gobgpSpeakerConfig, printGobgp } from "../gobgp/config.js";
import { networkOf } from "../network.test-support.js";
import { planBgp } from "./plan-bgp.js";

/** `x`, an AS of its own, has a link with each of two borders; `r1` and `r2` reflect what these know to `c`. */
const topology = (drained: string, more = "") => {
  const nodes = ["x", "d", "e", "r1", "r2", "c"].map((name, at) => {
    const bgp = name === drained ? ", bgp: { maintenance: true }" : "";
    return `${name}: { role: r, ip: 10.0.0.${at + 1}, loopback: 10.255.0.${at + 1}${bgp} }`;
  });
  return networkOf(`
nix-nos:
  clusters: { lab: { nodes: { ${nodes.join(", ")} } } }
  network:
    links:
      - { between: ["x:eth1", "d:eth1"], addresses: [10.254.0.0/31, 10.254.0.1/31] }
      - { between: ["x:eth2", "e:eth1"], addresses: [10.254.0.2/31, 10.254.0.3/31] }
    bgp:
      autonomousSystems:
        "65010": { members: [x] ${more} }
        "65000": { members: [d, e, r1, r2, c], ibgp: { transport: ip, strategy: route-reflector, reflectors: [r1, r2] } ${more} }
`);
};

const loopbacks: Readonly<Record<string, string>> = { x: "10.255.0.1/32", d: "10.255.0.2/32", c: "10.255.0.6/32" };

/** How a prefix of one node comes to another: the nodes on its way, and its LOCAL_PREF there. */
function wayOf(network: ReturnType<typeof topology>, from: string, to: string) {
  const prefix = loopbacks[from] ?? "";
  const explained = explainRoute(unwrap(planBgp(network)), network, { node: to, prefix });
  expect(explained?.isSettled).toBe(true);
  return [explained?.way.join(" "), explained?.route?.localPref];
}

describe("a node in maintenance", () => {
  it("is on the way of nothing that has another, in both directions", () => {
    expect(wayOf(topology(""), "x", "c")).toEqual(["x d r1 c", 100]);
    expect(wayOf(topology(""), "c", "x")).toEqual(["c r1 d x", 100]);
    expect(wayOf(topology("d"), "x", "c")).toEqual(["x e r1 c", 100]);
    expect(wayOf(topology("d"), "c", "x")).toEqual(["c r1 e x", 100]);
  });

  it("stays reachable, and so does what only it leads to", () => {
    expect(wayOf(topology("d"), "d", "c")).toEqual(["d r1 c", 0]);
    expect(wayOf(topology("d"), "d", "x")).toEqual(["d x", 0]);
    expect(wayOf(topology("x"), "x", "c")).toEqual(["x d r1 c", 0]);
  });

  it("that reflects is on the way of no news", () => {
    expect(wayOf(topology("r1"), "x", "c")).toEqual(["x d r2 c", 100]);
    expect(wayOf(topology("r1"), "c", "x")).toEqual(["c r2 d x", 100]);
  });

  it("asks so across the parts of a confederation", () => {
    const parts = ", confederation: 64500";
    expect(wayOf(topology("d", parts), "x", "c")).toEqual(["x e r1 c", 100]);
    expect(wayOf(topology("d", parts), "c", "x")).toEqual(["c r1 e x", 100]);
    expect(wayOf(topology("d", parts), "d", "x")).toEqual(["d x", 0]);
  });

  it("alone is configured otherwise than before", () => {
    const [before, after] = ["", "d"].map((drained) => unwrap(planBgp(topology(drained))).speakers);
    const changed = before?.filter((speaker, at) => after?.[at] && birdConfig(speaker) !== birdConfig(after[at]));
    expect(changed?.map(({ node }) => node)).toEqual(["d"]);
  });

  it("is what both daemons read", async () => {
    const d = unwrap(planBgp(topology("d"))).speakerByNode.get("d");
    if (!d) throw new Error("d is no speaker");
    expect(birdSays(birdConfig(d))).toBe("");
    await expect(birdConfig(d)).toMatchFileSnapshot("../bird/golden/maintenance.conf");
    const network = topology("d");
    const nodes = network.nodes.map((node) => (node.name === "d" ? { ...node, bgpDaemon: "gobgp" as const } : node));
    const gobgp = planBgp(indexNetwork({ ...network, nodes })).value?.speakerByNode.get("d");
    if (!gobgp) throw new Error("d is no speaker");
    const text = printGobgp(gobgpSpeakerConfig(gobgp));
    expect(gobgpdSays(text)).toBe("");
    await expect(text).toMatchFileSnapshot("../gobgp/golden/maintenance.yaml");
  });

  it("of a mesh has one list of channels for all its sessions, and so has everybody else", () => {
    const names = Array.from({ length: 30 }, (_, at) => `n${at}`);
    const nodes = names.map(
      (name, at) => `${name}: { role: r, ip: 10.0.0.${at + 1}, bgp: { maintenance: ${at === 0} } }`,
    );
    const network = networkOf(`
nix-nos:
  clusters: { lab: { nodes: { ${nodes.join(", ")} } } }
  network: { bgp: { autonomousSystems: { "65000": { members: [${names.join(", ")}] } } } }
`);
    const all = unwrap(planBgp(network)).speakers.flatMap(({ sessions }) => sessions);
    expect(all).toHaveLength(870);
    expect(new Set(all.map(({ channels }) => channels)).size).toBe(2);
  });
});
