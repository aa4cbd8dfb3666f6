// PrismNET's overlay as a NixOS configuration: which units a node has by its part, and what they run.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { nixEval, nixNos, root, temporaryFolder } from "./support/cli.js";

const support = join(root, "tests/support");

function render(...args: readonly string[]): string {
  return renderIn(temporaryFolder(), ...args);
}

function renderIn(folder: string, ...args: readonly string[]): string {
  writeFileSync(join(folder, "datacenter.yaml"), readFileSync(join(root, "examples/datacenter.yaml")));
  const { status, stderr } = nixNos(["render", "datacenter.yaml", ...args], { cwd: folder });
  expect([status, stderr.match(/error\[.*/)]).toEqual([0, null]);
  return join(folder, args.includes("--out") ? "bare" : "out");
}

interface Unit {
  readonly after: readonly string[];
  readonly requires: readonly string[];
  readonly reloadIfChanged: boolean;
  readonly environment: Readonly<Record<string, string>>;
  readonly serviceConfig: Readonly<Record<string, unknown>>;
}

interface Configuration {
  readonly services: { readonly prismnet: { readonly settings: unknown; readonly overlay: Record<string, string> } };
  readonly systemd: { readonly services: Readonly<Record<string, Unit>> };
  readonly virtualisation: { readonly vswitch: { readonly enable: boolean } };
}

function configuration(module: string): Configuration {
  return nixEval(`
    let system = import ${support}/modules.nix; in
    system.evalModules {
      pkgs = import ${support}/pkgs.nix system.lib;
      modules = [ { options = import ${support}/nixos-options.nix system.lib; } ${module} ];
    }
  `) as Configuration;
}

const unitsOf = (configured: Configuration) =>
  Object.keys(configured.systemd.services)
    .filter((name) => name.startsWith("ovn-"))
    .sort();

it("a node with databases has them, a chassis and what translates; any other a chassis", () => {
  const out = render();
  const [first, third] = ["node01", "node03"].map((name) => configuration(`${out}/nodes/${name}/nixos/default.nix`));
  const chassis = ["ovn-chassis", "ovn-controller"];
  expect(first && unitsOf(first)).toEqual([...chassis, "ovn-northbound", "ovn-northd", "ovn-southbound"]);
  expect(third && unitsOf(third)).toEqual(chassis);
  expect([first?.virtualisation.vswitch.enable, third?.virtualisation.vswitch.enable]).toEqual([true, true]);
  expect(first?.services.prismnet.settings).toEqual({
    overlay: {
      encapsulation: "geneve",
      mtu: 1442,
      chassis: "node01",
      endpoint: "10.255.0.4",
      ranges: ["10.200.0.0/24"],
      northbound: ["tcp:10.255.0.4:6641"],
      southbound: ["tcp:10.255.0.4:6642"],
    },
  });
});

it("what a unit runs is the script that stands in the tree, and it starts after what it needs", () => {
  const out = render();
  const { services, systemd } = configuration(`${out}/nodes/node01/nixos/default.nix`);
  for (const name of ["chassis", "central"]) {
    expect(services.prismnet.overlay[name]).toBe(readFileSync(join(out, "nodes/node01/ovn", `${name}.sh`), "utf8"));
  }
  const unit = systemd.services;
  const shell = "/nix/store/bash/bin/bash /nix/store";
  expect(unit["ovn-chassis"]).toMatchObject({
    requires: ["ovsdb.service"],
    reloadIfChanged: true,
    serviceConfig: {
      Type: "oneshot",
      RemainAfterExit: true,
      ExecStart: `${shell}/ovn-chassis.sh join`,
      ExecReload: `${shell}/ovn-chassis.sh join`,
      ExecStop: `${shell}/ovn-chassis.sh leave`,
    },
  });
  expect(unit["ovn-controller"]?.requires).toEqual(["ovn-chassis.service"]);
  expect(unit["ovn-northbound"]).toMatchObject({
    environment: { OVN_PKGDATADIR: "/nix/store/ovn/share/ovn", OVN_DBDIR: "/var/lib/ovn" },
    serviceConfig: { ExecStart: `${shell}/ovn-central.sh nb`, StateDirectory: "ovn" },
  });
  expect(unit["ovn-southbound"]?.serviceConfig.ExecStart).toBe(`${shell}/ovn-central.sh sb`);
  expect(unit["ovn-northd"]?.after).toEqual(["ovn-northbound.service", "ovn-southbound.service"]);
});

it("the module alone is nothing until a node has a script", () => {
  const { systemd, virtualisation } = configuration(
    `${join(root, "nix/modules/prismnet-overlay.nix")} { networking.hostName = "n"; }`,
  );
  expect([systemd.services, virtualisation.vswitch.enable]).toEqual([{}, false]);
});

it("Layer 1 alone has nothing of it, and takes no range away", () => {
  const folder = temporaryFolder();
  renderIn(folder);
  const lock = readFileSync(join(folder, "topology.lock.json"), "utf8");
  expect(lock).toContain('"node/node01/overlay/ipv4"');
  const bare = renderIn(folder, "--layer", "1", "--out", "bare");
  expect(readFileSync(join(folder, "topology.lock.json"), "utf8")).toBe(lock);
  const texts = readdirSync(bare, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  expect(texts.filter((path) => /prismnet|ovn|chassis/i.test(path))).toEqual([]);
  expect(texts.filter((path) => /prismnet|vswitch|geneve/i.test(readFileSync(path, "utf8")))).toEqual([]);
  expect(existsSync(join(bare, "nodes/node01/nixos/default.nix"))).toBe(true);
});
