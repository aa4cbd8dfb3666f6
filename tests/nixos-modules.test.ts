// Every node's module against the options of NixOS that it sets, and what is hostile in a topology on its way there.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { nixEval, nixNos, root, temporaryFolder } from "./support/cli.js";

const support = join(root, "tests/support");

/** A node's configuration: its module with what the owner adds. */
function configuration(module: string, own = "{ }"): unknown {
  return nixEval(`
    let system = import ${support}/modules.nix; in
    system.evalModules {
      pkgs = import ${support}/pkgs.nix system.lib;
      modules = [ { options = import ${support}/nixos-options.nix system.lib; } ${module} ${own} ];
    }
  `);
}

function render(topology: string): string {
  const out = join(temporaryFolder(), "out");
  const { status, stderr } = nixNos(["render", topology, "--out", out]);
  expect([status, stderr.match(/error\[.*/)]).toEqual([0, null]);
  return out;
}

describe.each(["datacenter.yaml", "seed.yaml"])("%s", (name) => {
  it("is a NixOS configuration on every node", () => {
    const folder = temporaryFolder();
    const topology = join(folder, name);
    writeFileSync(topology, readFileSync(join(root, "examples", name)));
    const out = render(topology);
    const nodes = readdirSync(join(out, "nodes")).filter((node) => existsSync(join(out, "nodes", node, "nixos")));
    expect(nodes.length).toBeGreaterThanOrEqual(3);
    for (const node of nodes) {
      expect(configuration(`${out}/nodes/${node}/nixos/default.nix`)).toMatchObject({
        networking: { hostName: node, hosts: expect.objectContaining({}) },
      });
    }
  });
});

describe("the options that stand in for NixOS's", () => {
  const vlan = (id: string) =>
    `{ systemd.network.netdevs.a = { netdevConfig = { Name = "a"; Kind = "vlan"; }; vlanConfig.Id = ${id}; }; }`;

  it.each([
    ["one that does not exist", "{ services.bird2.enable = true; }", "services.bird2' does not exist"],
    ["a text for a number", '{ networking.firewall.allowedUDPPorts = [ "1" ]; }', "allowedUDPPorts.0' is not of type"],
    ["an unknown section", "{ systemd.network.networks.a.routeConfig = { }; }", "routeConfig' does not exist"],
    ["null in GoBGP's settings", "{ services.gobgpd.settings.a.b = null; }", "services.gobgpd.settings.a"],
    ["a text for a VLAN's number", vlan('"12"'), "vlanConfig.Id' is not of type"],
    ["a number out of its range", vlan("5000"), "vlanConfig.Id' is not of type"],
    [
      "a word that is none",
      '{ systemd.network.netdevs.a.bondConfig.Mode = "lacp"; }',
      "bondConfig.Mode' is not of type",
    ],
    ["a key of old", "{ systemd.network.networks.a.networkConfig.IPForward = true; }", "IPForward' is no key"],
    [
      "a device of no kind",
      '{ systemd.network.netdevs.a.netdevConfig.Name = "a"; }',
      "netdevConfig.Kind' has to be there",
    ],
    ["a restart of no kind", '{ systemd.services.a.serviceConfig.Restart = "often"; }', "Restart' is not of type"],
    ["what is no unit", '{ systemd.services.a.after = [ "b" ]; }', "after.0' is not of type"],
    ["a host name with a dot", '{ networking.hostName = "a.b"; }', "hostName"],
    ["another host name", '{ networking.hostName = "b"; }', "hostName' has conflicting definitions"],
  ])("refuse %s", (_name, own, message) => {
    expect(() => configuration('{ networking.hostName = "a"; }', own)).toThrow(message);
  });
});

describe("hostile text", () => {
  const base = {
    name: "acme",
    clusters: {
      c: {
        nodes: {
          n1: {
            role: "edge",
            ip: "10.0.0.1",
            interfaces: { eth0: { addresses: ["10.0.0.1/24"], zone: "wan" } },
          },
        },
      },
    },
    network: {
      bgp: {
        autonomousSystems: { "65000": { members: ["n1"] } },
        peers: {
          up: {
            node: "n1",
            remoteAs: 64500,
            address: "10.0.0.2",
            localAddress: "10.0.0.1",
            description: "upstream",
            passwordFile: "/run/secrets/x",
          },
        },
      },
    },
  };
  /** Every text of the topology, by the keys that lead to it, and every name in it. */
  const places: readonly (readonly string[])[] = [
    ["name"],
    ["domain"],
    ["clusters", "c", "nodes", "n1", "role"],
    ["clusters", "c", "nodes", "n1", "interfaces", "eth0", "zone"],
    ["network", "bgp", "peers", "up", "description"],
    ["network", "bgp", "peers", "up", "passwordFile"],
    ["network", "bgp", "peers", "up", "address"],
  ];
  const hostile = [
    `'' + abort "x" + '' \${builtins.abort "x"} ''\${a} \\ $(reboot) \`reboot\` } accept; -- */ /* # é \u{1F98A}`,
    'a"; evil = true; #',
    "line\nfeed",
    "tab\tand\rreturn and bell\u0007",
    "line separator \u2028",
  ];

  function withText(place: readonly string[], text: string): object {
    const copy = structuredClone(base) as Record<string, unknown>;
    let at = copy;
    for (const key of place.slice(0, -1)) at = at[key] as Record<string, unknown>;
    at[place[place.length - 1] ?? ""] = text;
    return { "nix-nos": copy };
  }

  it.each(places.map((place) => [place.join("."), place] as const))(
    "in %s is refused, or changes nothing",
    (_n, place) => {
      const folder = temporaryFolder();
      const plainOut = join(folder, "plain");
      writeFileSync(join(folder, "plain.json"), JSON.stringify({ "nix-nos": base }));
      expect(nixNos(["render", join(folder, "plain.json"), "--out", plainOut]).status).toBe(0);
      const plain = configuration(`${plainOut}/nodes/n1/nixos/default.nix`);
      for (const [index, text] of hostile.entries()) {
        const file = join(folder, `${index}.json`);
        const out = join(folder, `out${index}`);
        writeFileSync(file, JSON.stringify(withText(place, text)));
        const { status, stderr } = nixNos(["render", file, "--out", out]);
        if (status === 1) {
          expect(stderr).toMatch(/error\[NN\d{4}\]/);
          continue;
        }
        expect(status).toBe(0);
        const { networking, systemd } = configuration(`${out}/nodes/n1/nixos/default.nix`) as typeof plain & {
          networking: object;
          systemd: object;
        };
        expect({ networking, systemd }).toEqual({
          networking: (plain as { networking: object }).networking,
          systemd: (plain as { systemd: object }).systemd,
        });
      }
    },
  );

  it("converted to Nix and read back is the same text", () => {
    const folder = temporaryFolder();
    const block = (start: number) =>
      String.fromCodePoint(...Array.from({ length: 256 }, (_, index) => Math.max(1, start + index)));
    const blocks = [...Array(49).keys()].map((index) => block(index * 256));
    const others = [0xfe00, 0xff00, 0x1f600, 0x10ff00].map(block);
    // A replacement character is refused: it is what is left of a text that could not be decoded.
    const texts = [...hostile, ...blocks, ...others].map((text) => text.replaceAll("\ufffd", ""));
    const document = { "nix-nos": { texts, keys: Object.fromEntries(texts.map((text) => [`k${text}`, text])) } };
    writeFileSync(join(folder, "t.json"), JSON.stringify(document));
    const { status, stdout } = nixNos(["convert", join(folder, "t.json"), "-", "--to", "nix"]);
    expect(status).toBe(0);
    writeFileSync(join(folder, "t.nix"), stdout);
    expect(nixEval(`import ${folder}/t.nix`)).toEqual(document);
  });
});
