// Every node's module against the options of NixOS that it sets.
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
