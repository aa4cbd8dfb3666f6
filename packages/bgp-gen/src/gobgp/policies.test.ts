import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import { freePort } from "#support/process";
import { networkOf } from "../network.test-support.js";
import { planBgp } from "../plan/plan-bgp.js";
import { gobgpSpeakerConfig, printGobgp } from "./config.js";

/** Two cables to one neighbour, one a family, where the paths of a VIP are made longer; a range with neighbours in it. */
const network = networkOf(`
nix-nos:
  clusters:
    lab:
      nodes:
        n1: { role: edge, ip: 10.0.0.1, interfaces: { eth0: { addresses: [10.0.0.1/24] } } }
        n2: { role: worker, ip: 10.0.0.2, interfaces: { eth0: { addresses: [10.0.0.2/24] } } }
        up: { role: leaf, loopback: 10.255.0.1 }
  network:
    links:
      - { between: ["up:swp1", "n1:eth1"], addresses: [10.254.0.0/31, 10.254.0.1/31] }
      - { between: ["up:swp2", "n1:eth2"], addresses: ["2001:db8:1::/127", "2001:db8:1::1/127"] }
    bgp:
      autonomousSystems: { "65000": { members: [n1, n2] }, "65001": { members: [up] } }
      policies: { all: [{ then: accept }], none: [{ then: reject }] }
      peers:
        anybody: { node: n1, remoteAs: 64501, range: 10.0.0.0/24, import: [all], export: [all] }
        someone: { node: n1, remoteAs: 64496, address: 10.0.0.9, import: [none], export: [none] }
      vipAdvertisements:
        web: { vips: [203.0.113.80, "2001:db8:ffff::80"], nodes: [n2, n1], standby: { order: [n2, n1], by: prepend } }
`);

function configuration() {
  const nodes = network.nodes.map((node) => ({
    ...node,
    bgpDaemon: node.name === "n1" ? ("gobgp" as const) : node.bgpDaemon,
  }));
  const nodeByName = new Map(nodes.map((node) => [node.name, node]));
  const { value } = planBgp({ ...network, nodes, index: { ...network.index, nodeByName } });
  const speaker = value?.speakerByNode.get("n1");
  if (!speaker) throw new Error("n1 is no speaker");
  return gobgpSpeakerConfig(speaker);
}

it("asks for single neighbours before the ranges that they are in, those without a filter too", () => {
  const { global } = configuration() as unknown as {
    readonly global: { readonly "apply-policy": { readonly config: Readonly<Record<string, readonly string[]>> } };
  };
  const lists = global["apply-policy"].config;
  const imports = lists["import-policy-list"] ?? [];
  expect(imports.filter((name) => /someone|anybody/.test(name))).toEqual(["from someone", "from anybody"]);
  expect(imports.findIndex((name) => name.startsWith("from n2"))).toBeLessThan(imports.indexOf("from anybody"));
  const exports = lists["export-policy-list"] ?? [];
  expect(exports.filter((name) => name.startsWith("to up"))).toEqual(["to up", "to up 2"]);
});

it("is loaded by a gobgpd that has all of its policies afterwards, no complaint, and no IPv4-mapped route", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bgp-gen-policies-"));
  const config = configuration();
  const global = config["global"] as { readonly config: object };
  const elsewhere = { ...config, neighbors: [], "peer-groups": [], "dynamic-neighbors": [] };
  const text = printGobgp({ ...elsewhere, global: { ...global, config: { ...global.config, port: -1 } } });
  writeFileSync(join(folder, "gobgpd.yaml"), text);
  const api = await freePort();
  const daemon = spawn("gobgpd", ["-t", "yaml", "-f", join(folder, "gobgpd.yaml"), "--api-hosts", `127.0.0.1:${api}`]);
  try {
    let said = "";
    daemon.stdout.on("data", (data) => {
      said += data;
    });
    for (let tries = 0; !said.includes("Finished reading the config file") && tries < 200; tries++)
      await setTimeout(50);
    await setTimeout(500);
    expect(said).toContain("Finished reading the config file");
    expect(said.split("\n").filter((line) => /"level":"(?:warning|error|fatal)"/.test(line))).toEqual([]);
    const gobgp = (...words: string[]) =>
      spawnSync("gobgp", ["-p", String(api), ...words], { encoding: "utf8" }).stdout;
    const prefixes = ["::ffff:0:0/96", "::ffff:10.0.0.1/128", "2001:db8:ffff::80/128"];
    for (const prefix of prefixes) gobgp("global", "rib", "add", "-a", "ipv6", prefix, "nexthop", "2001:db8::1");
    const found = Object.keys(JSON.parse(gobgp("global", "rib", "-a", "ipv6", "-j")));
    expect(found).toEqual(["2001:db8:ffff::80/128"]);
  } finally {
    const gone = once(daemon, "exit");
    daemon.kill("SIGKILL");
    await gone;
    rmSync(folder, { recursive: true, force: true });
  }
});
