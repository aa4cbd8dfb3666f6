// The main job, end to end, with the built command line and the real parsers.
import { spawnSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { catalogue } from "@plasmacloud/cluster";
import { describe, expect, it } from "vitest";
import { exampleCopy, nixEval, nixNos, root, temporaryFolder, treeDigest } from "./support/cli.js";

const seed = (extension: string) => exampleCopy(`seed.${extension}`);

function render(topology: string, ...flags: string[]): string {
  const out = join(temporaryFolder(), "out");
  const { status, stderr } = nixNos(["render", topology, "--out", out, ...flags]);
  expect(stderr).not.toMatch(/error\[/);
  expect(status).toBe(0);
  return out;
}

const stubs = '{ lib = { }; config = { }; pkgs = { bird2 = "bird2"; }; }';

describe("the seed topology", () => {
  const hosts = ["node01", "node02", "node03"];

  it("renders to the same bytes from YAML, from Nix, and again", () => {
    const yaml = treeDigest(render(seed("yaml")));
    expect(Object.keys(yaml)).toContain("manifest.json");
    expect(treeDigest(render(seed("nix")))).toEqual(yaml);
    expect(treeDigest(render(seed("yaml")))).toEqual(yaml);
  });

  it("writes what the design's tree names, and nothing else", () => {
    const perNode = hosts.flatMap((host) =>
      ["bgp.json", "bird/bird.conf", "cluster-config.json", "gobgp/gobgpd.yaml", "nixos/default.nix"].map(
        (file) => `nodes/${host}/${file}`,
      ),
    );
    const shared = [
      "argument",
      "catalogue",
      "fiberlb-bgp",
      "first-boot-automation",
      "installer",
      "installer-iso",
      "installer-netboot",
      "phone-home",
      "plasmacloud",
      "reserved-area",
      "service",
      "tls",
    ];
    const modules = [...shared, ...catalogue.keys()].map((name) => `modules/${name}`);
    const programs = ["first-boot", "installer-settings", "phone-home"].map((name) => `nix/modules/${name}.sh`);
    const entries = ["default", "deploy", "hive", "hosts", "nixos-configurations", "targets", ...modules];
    expect(Object.keys(treeDigest(render(seed("yaml"))))).toEqual(
      ["manifest.json", "rollout.json", ...programs, ...entries.map((name) => `nix/${name}.nix`), ...perNode].sort(),
    );
  });

  it("lists every file with its digest and size in the manifest", () => {
    const out = render(seed("yaml"));
    const manifest = JSON.parse(readFileSync(join(out, "manifest.json"), "utf8"));
    const { "manifest.json": _own, ...files } = treeDigest(out);
    const listed = manifest.files.map((file: { path: string; sha256: string }) => [file.path, file.sha256]);
    expect(Object.fromEntries(listed)).toEqual(files);
    for (const { path, bytes } of manifest.files) expect(readFileSync(join(out, path)).length).toBe(bytes);
  });

  it("is accepted by bird, gobgpd and Nix", () => {
    const out = render(seed("yaml"));
    for (const host of hosts) {
      const folder = join(out, "nodes", host);
      const bird = spawnSync("bird", ["-p", "-c", join(folder, "bird/bird.conf")], { encoding: "utf8" });
      expect([bird.status, bird.stderr]).toEqual([0, ""]);
      const gobgp = spawnSync("gobgpd", ["-d", "-p", "-t", "yaml", "-f", join(folder, "gobgp/gobgpd.yaml")]);
      expect(gobgp.status, String(gobgp.stdout)).toBe(0);
      const module = nixEval(`import ${folder}/nixos/default.nix ${stubs}`);
      expect(module).toMatchObject({ networking: { hostName: host }, services: { bird: { enable: true } } });
    }
  });

  it("warns that a node without an interface gets no network unit, and renders everything else", () => {
    const out = join(temporaryFolder(), "out");
    const { status, stderr } = nixNos(["render", seed("yaml"), "--out", out]);
    expect(status).toBe(0);
    expect(stderr.match(/warning\[NN4001\]/g)).toHaveLength(3);
  });

  it("answers per host from nix/default.nix", () => {
    const out = render(seed("nix"));
    const lib = (call: string) => nixEval(`(import ${out}/nix/default.nix).lib.${call}`);
    expect(lib('getLocalAs "node01"')).toBe(65000);
    expect(lib('getRouterId "node03"')).toBe("10.0.1.12");
    expect(lib('getPeers "node01"')).toMatchObject([
      { address: "10.0.1.11", remoteAs: 65000, remoteNode: "node02", routeReflectorClient: true },
      { address: "10.0.1.12", remoteAs: 65000, remoteNode: "node03", routeReflectorClient: true },
    ]);
    for (const host of hosts) {
      const document = JSON.parse(readFileSync(join(out, "nodes", host, "cluster-config.json"), "utf8"));
      expect(lib(`generateClusterConfig { hostname = "${host}"; }`)).toEqual(document);
    }
    const text = lib(
      'generateGobgpConfig { localAs = 65000; routerId = "10.0.1.10"; neighbors = lib.getPeers "node01"; }'.replace(
        "lib.getPeers",
        `(import ${out}/nix/default.nix).lib.getPeers`,
      ),
    ) as string;
    const file = join(temporaryFolder(), "gobgpd.yaml");
    writeFileSync(file, text);
    expect(spawnSync("gobgpd", ["-d", "-p", "-t", "yaml", "-f", file]).status).toBe(0);
    expect(nixEval(`builtins.attrNames (import ${out}/nix/default.nix).nodes`)).toEqual(hosts);
  });

  it("lets exactly one node found the cluster, and gives node01 the document of the design", () => {
    const out = render(seed("yaml"));
    const documents = hosts.map((host) =>
      JSON.parse(readFileSync(join(out, "nodes", host, "cluster-config.json"), "utf8")),
    );
    expect(documents.map((document) => document.bootstrap)).toEqual([true, false, false]);
    expect(documents[0]).toEqual({
      version: 1,
      cluster_name: "plasmacloud",
      node_id: "node01",
      node_role: "control-plane",
      node_ip: "10.0.1.10",
      bootstrap: true,
      initial_peers: [{ id: "node01", addr: "10.0.1.10:2380" }],
      join_endpoints: [],
      services: { chainfire: { client_port: 2379, peer_port: 2380, peers: ["node01"] } },
    });
    for (const joining of documents.slice(1)) expect(joining.join_endpoints).toEqual(["10.0.1.10:2379"]);
  });

  it("announces the VIPs from BIRD itself when no service is named", () => {
    const topology = join(temporaryFolder(), "plain.yaml");
    writeFileSync(topology, readFileSync(seed("yaml"), "utf8").replace(/^services:[\s\S]*/m, ""));
    const out = render(topology);
    expect(readdirSync(join(out, "nodes", "node03"))).not.toContain("gobgp");
    const bird = readFileSync(join(out, "nodes/node03/bird/bird.conf"), "utf8");
    expect(bird).toContain("10.0.100.1/32");
    expect(bird).not.toContain("1790");
  });

  it("renders layer 1 alone without a word of the cloud's services beyond the names that the topology gives", () => {
    const out = render(seed("yaml"), "--layer", "1");
    const files = Object.keys(treeDigest(out));
    expect(files.filter((file) => /gobgp|cluster-config/.test(file))).toEqual([]);
    for (const file of files) {
      // The cluster's own name is the topology's.
      const text = readFileSync(join(out, file), "utf8").replaceAll('"plasmacloud"', "");
      expect(text).not.toMatch(/chainfire|plasmacloud|ClusterConfig/i);
    }
  });

  it.each(["1", "2"])("renders layer %s alone with the record of the whole, and nothing of layer 3", (layer) => {
    const record = (...args: readonly string[]) => {
      const folder = temporaryFolder();
      copyFileSync(join(root, "examples/datacenter.yaml"), join(folder, "topology.yaml"));
      const { status, stderr } = nixNos(["render", "topology.yaml", ...args], { cwd: folder });
      expect([status, stderr.match(/^error.*/gm)]).toEqual([0, null]);
      return { folder, lock: readFileSync(join(folder, "topology.lock.json"), "utf8") };
    };
    const { folder, lock } = record("--layer", layer);
    expect(lock).toBe(record().lock);
    const own = [...catalogue.keys()]
      .filter((name) => name !== "fiberlb" && (layer === "1" || name !== "prismnet"))
      .join("|");
    for (const file of Object.keys(treeDigest(join(folder, "out")))) {
      expect([file, readFileSync(join(folder, "out", file), "utf8")]).not.toEqual([
        file,
        expect.stringMatching(new RegExp(`\\b(?:${own})\\b`, "i")),
      ]);
    }
  });
});

describe("a wrong topology", () => {
  const wrong = `
nix-nos:
  colour: red
  clusters:
    lab:
      nodes:
        node01: { role: worker, ip: 256.1.1.1 }
        node02: { role: worker, ip: 10.0.0.2 }
        node03: { role: worker, ip: 10.0.0.2 }
  network:
    bgp:
      autonomousSystems:
        "0": { members: [node01] }
        "65000":
          members: [node01, node02]
          ibgp: { strategy: route-reflector, reflectors: [node03] }
`;

  it("shows every error at once, each with place and hint, and leaves out/ alone", () => {
    const folder = temporaryFolder();
    const out = join(folder, "out");
    const topology = join(folder, "topology.yaml");
    writeFileSync(topology, readFileSync(seed("yaml")));
    expect(nixNos(["render", topology, "--out", out]).status).toBe(0);
    const before = treeDigest(out);

    writeFileSync(topology, wrong);
    const { status, stdout, stderr } = nixNos(["render", topology, "--out", out]);
    expect(status).toBe(1);
    for (const [code, place] of [
      ["NN1101", "3:3"],
      ["NN1201", "7:37"],
      ["NN1208", "9:37"],
      ["NN1206", "13:9"],
      ["NN1204", "15:21"],
      ["NN1203", "16:59"],
    ]) {
      expect(stderr).toContain(`error[${code}]`);
      expect(stderr).toContain(`topology.yaml:${place}`);
    }
    expect(stderr.match(/^error\[/gm)).toHaveLength(6);
    expect(stderr.match(/hint:/g)?.length).toBeGreaterThanOrEqual(5);
    expect(stdout + stderr).not.toMatch(/^\s+at .*\.js/m);
    expect(treeDigest(out)).toEqual(before);
  });

  it.each([
    ["broken.yaml", "nix-nos: [1, 2\nfoo: 3\n", "NN1001"],
    ["empty.yaml", "", "NN1002"],
    ["binary.yaml", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 255, 254, 1]), "NN1003"],
    ["broken.json", "{ nope", "NN1001"],
    ["broken.nix", "{ nix-nos = { ;", "NN1006"],
    ["empty.nix", "", "NN1006"],
    ["binary.nix", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 255, 254, 1]), "NN1003"],
    ["throws.nix", '{ nix-nos.clusters = throw "no"; }', "NN1006"],
  ])("%s", (name, content, code) => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, name), content);
    const { status, stdout, stderr } = nixNos(["render", name], { cwd: folder });
    expect(stderr).toContain(`error[${code}]`);
    expect(status).toBe(1);
    expect(stderr).toContain(`${name}:`);
    expect(stdout + stderr).not.toMatch(/^\s+at .*\.js/m);
    expect(readdirSync(folder)).toEqual([name]);
  });

  it("says in Nix, too, where the mistake stands", () => {
    const folder = temporaryFolder();
    const text = readFileSync(seed("nix"), "utf8").replace(
      'ibgp.reflectors = [ "node01" ];',
      'ibgp.reflectrs = [ "node01" ];',
    );
    writeFileSync(join(folder, "seed.nix"), text);
    const line = text.split("\n").findIndex((each) => each.includes("reflectrs")) + 1;
    const { status, stderr } = nixNos(["validate", "seed.nix"], { cwd: folder });
    expect(status).toBe(1);
    expect(stderr).toContain("error[NN1101]");
    expect(stderr).toContain(`seed.nix:${line}:`);
    expect(stderr).toContain('Did you mean "reflectors"?');
  });
});
