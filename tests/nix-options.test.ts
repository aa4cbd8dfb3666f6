// The other direction: a NixOS configuration that states its topology as options.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadTopology, type Network, resolveTopology, unwrap } from "@nix-nos/topology";
import { describe, expect, it } from "vitest";
import { exampleCopy, nixEval, nixNos, root, temporaryFolder } from "./support/cli.js";

const support = join(root, "tests/support");
const modules = join(root, "nix/modules");
const pkgs = '{ writeText = name: text: "/nix/store/" + name + "\n" + text; }';

/** What a part of the configuration is that some modules come to. */
function ask(part: string, ...own: readonly string[]): unknown {
  const host = '{ options.networking.hostName = lib.mkOption { type = lib.types.str; default = "node01"; }; }';
  return nixEval(`
    let system = import ${support}/modules.nix; inherit (system) lib; in
    (system.evalModules { pkgs = ${pkgs}; modules = [ ${modules}/plasmacloud-cluster.nix ${host} ${own.join(" ")} ]; }).${part}
  `);
}

function networkOf(text: string): Network {
  return unwrap(resolveTopology(unwrap(loadTopology({ file: "t.json", format: "json", text })).document));
}

/** A topology of the examples as JSON. */
function asJson(name: string): string {
  const { status, stdout } = nixNos(["convert", join(root, "examples", name), "-", "--to", "json"]);
  expect(status).toBe(0);
  return stdout;
}

describe.each(["datacenter.yaml", "seed.yaml"])("%s", (name) => {
  it("as options, read back and converted, is the same network", () => {
    const text = asJson(name);
    const folder = temporaryFolder();
    writeFileSync(join(folder, "t.json"), text);
    const stated = `(let said = builtins.fromJSON (builtins.readFile ${folder}/t.json); in { nix-nos = said.nix-nos // { services = said.services; }; })`;
    const topology = join(folder, "topology.json");
    writeFileSync(topology, JSON.stringify(ask("nix-nos.topology", stated)));
    const { status, stdout } = nixNos(["convert", topology, "-", "--to", "json"]);
    expect(status).toBe(0);
    expect(networkOf(stdout)).toEqual(networkOf(text));
    expect(JSON.parse(stdout)).toEqual(JSON.parse(text));
  });
});

describe("the options", () => {
  const node = (own: string) => `{ nix-nos.clusters.c.nodes.node01 = { role = "worker"; ${own} }; }`;

  it("of several modules merge", () => {
    const peer = (name: string) =>
      `{ nix-nos.network.bgp.peers.${name} = { node = "node01"; remoteAs = 64500; address = "192.0.2.1"; }; }`;
    const said = ask("nix-nos.topology", node('ip = "10.0.0.1";'), peer("a"), peer("b")) as {
      "nix-nos": { network: { bgp: { peers: object } } };
    };
    expect(Object.keys(said["nix-nos"].network.bgp.peers)).toEqual(["a", "b"]);
  });

  it.each([
    ["one that does not exist", node('colour = "red";'), "clusters.c.nodes.node01.colour' does not exist"],
    ["a number where a text belongs", node("ip = 10;"), "node01.ip' is not of type string or submodule"],
    ["a number out of range", "{ nix-nos.network.vlans.v.id = 5000; }", "vlans.v.id' is not of type integer between 1"],
    ["a word that is none", node('platform = "windows";'), "node01.platform' is not of type one of"],
    ["what must be said", "{ nix-nos.clusters.c.nodes.node01 = { }; }", "node01.role' is used but not defined"],
  ])("refuse %s", (_name, own, message) => {
    expect(() => ask("nix-nos.topology", own)).toThrow(message);
  });
});

describe("what other modules read", () => {
  function rendered(): string {
    const out = join(temporaryFolder(), "out");
    expect(nixNos(["render", exampleCopy("seed.yaml"), "--out", out]).status).toBe(0);
    return out;
  }

  it("gobgpConfig is the host's own file, as another module's option takes it", () => {
    const out = rendered();
    const fiberlb = `{ options.services.fiberlb.bgp.configFile = lib.mkOption { type = lib.types.path; }; }`;
    const use = `({ config, ... }: { services.fiberlb.bgp.configFile = toString config.nix-nos.network.bgp.gobgpConfig; })`;
    const said = ask("services.fiberlb.bgp.configFile", `{ nix-nos.rendered = ${out}; }`, fiberlb, use);
    expect(said).toBe(`${out}/nodes/node01/gobgp/gobgpd.yaml`);
  });

  it("gobgpConfig of a host that has no such file is made of its neighbours", () => {
    const out = join(temporaryFolder(), "out");
    nixNos(["render", exampleCopy("seed.yaml"), "--out", out, "--layer", "1"]);
    const [path, text = ""] = String(ask("nix-nos.network.bgp.gobgpConfig", `{ nix-nos.rendered = ${out}; }`)).split(
      "\n",
    );
    expect(path).toBe("/nix/store/gobgpd.yaml");
    expect(JSON.parse(text)).toMatchObject({ global: { config: { as: 65000, "router-id": "10.0.1.10" } } });
  });

  it("generateClusterConfig gives the host's document", () => {
    const own = `{ nix-nos.rendered = ${rendered()}; }`;
    expect(ask('nix-nos.cluster.generateClusterConfig { hostname = "node02"; }', own)).toMatchObject({
      node_id: "node02",
    });
  });

  it("without a rendered folder they say what is wanting", () => {
    expect(() => ask("nix-nos.network.bgp.gobgpConfig")).toThrow("nix-nos.rendered is not set");
  });
});
