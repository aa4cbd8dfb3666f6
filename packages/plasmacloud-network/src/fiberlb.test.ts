import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BgpPlan, planBgp } from "@nix-nos/bgp-gen";
import {
  type Contribution,
  type Extension,
  loadTopology,
  type Network,
  resolveTopology,
  unwrap,
} from "@nix-nos/topology";
import { describe, expect, it, onTestFinished } from "vitest";
import { type NetworkServices, plasmacloudNetwork } from "./index.js";

const topology = (services: string, entry = "fiberlb") => `
nix-nos:
  clusters: { lab: { nodes: {
    a: { role: worker, ip: 10.0.0.1 }, b: { role: worker, ip: 10.0.0.2 }, c: { role: worker, ip: 10.0.0.3 } } } }
  network:
    bgp:
      autonomousSystems: { "65000": { members: [a, b, c] } }
      vipAdvertisements:
        ${entry}: { vips: [192.0.2.10], nodes: [b, c], communities: ["65000:100"] }
        other: { vips: [192.0.2.20], nodes: [a, b] }
services: ${services}
`;

function load(text: string) {
  const extensions = [plasmacloudNetwork as Extension];
  return loadTopology({ file: "lab.yaml", text, format: "yaml" }, { extensions });
}

function extend(text: string) {
  const { document } = unwrap(load(text));
  const services = (document.services ?? {}) as NetworkServices;
  const before = unwrap(resolveTopology(document));
  const outcome = plasmacloudNetwork.extend?.(before, services);
  if (!outcome) throw new Error("the extension extends nothing");
  return { before, services, outcome };
}

function render(text: string): { network: Network; bgp: BgpPlan; contribution: Contribution } {
  const { services, outcome } = extend(text);
  const network = unwrap(outcome);
  const bgp = unwrap(planBgp(network));
  return { network, bgp, contribution: unwrap(plasmacloudNetwork.render(network, { bgp }, services)) };
}

describe("extend", () => {
  it("changes nothing unless it is enabled", () => {
    for (const services of [
      "{}",
      "{ fiberlb: {} }",
      "{ fiberlb: { bgp: {} } }",
      "{ fiberlb: { bgp: { attach: peers } } }",
    ]) {
      const { before, outcome } = extend(topology(services));
      expect(outcome).toEqual({ value: before, diagnostics: [] });
      expect(render(topology(services)).contribution.artifacts).toEqual([]);
    }
  });

  it("makes its own entry depend on health, no other, and leaves the given network as it was", () => {
    const { before, outcome } = extend(topology("{ fiberlb: { bgp: { enable: true } } }"));
    const announce = (network: Network) => network.bgp.vipAdvertisements.map((entry) => [entry.name, entry.announce]);
    expect(announce(unwrap(outcome))).toEqual([
      ["fiberlb", "health"],
      ["other", "static"],
    ]);
    expect(announce(before).map(([, how]) => how)).toEqual(["static", "static"]);
    expect(unwrap(outcome).nodes).toEqual(before.nodes);
  });

  it("makes GoBGP the daemon of its nodes when it attaches to the peers, in the indexes too", () => {
    const network = unwrap(extend(topology("{ fiberlb: { bgp: { enable: true, attach: peers } } }")).outcome);
    expect(network.nodes.map((node) => node.bgpDaemon)).toEqual(["bird", "gobgp", "gobgp"]);
    for (const node of network.nodes) expect(network.index.nodeByName.get(node.name)).toBe(node);
  });

  it("says how to add the entry that it needs", () => {
    const { outcome } = extend(topology("{ fiberlb: { bgp: { enable: true } } }", "web"));
    expect(outcome.value).toBeNull();
    expect(outcome.diagnostics).toMatchObject([
      {
        code: "PC2001",
        severity: "error",
        path: ["services", "fiberlb", "bgp", "enable"],
        hint: expect.stringContaining("vipAdvertisements.fiberlb"),
      },
    ]);
  });

  it("takes health checks of its own VIPs, each once", () => {
    const checks = "{ 192.0.2.20: { port: 80 }, 192.0.2.10: { port: 80 }, '::ffff:192.0.2.10': { port: 81 } }";
    const { outcome } = extend(topology(`{ fiberlb: { bgp: { enable: true, healthChecks: ${checks} } } }`));
    expect(outcome.value).toBeNull();
    expect(outcome.diagnostics.map(({ code, path }) => [code, path.at(-1)])).toEqual([
      ["PC2002", "192.0.2.20"],
      ["PC2002", "::ffff:192.0.2.10"],
    ]);
  });

  it.each([
    ["{ fiberlb: { bgp: { enabel: true } } }", "NN1101"],
    ["{ fiberlb: { bgp: { enable: true, attach: bgp } } }", "NN1104"],
    ["{ fiberlb: { bgp: { enable: 1 } } }", "NN1103"],
  ])("refuses %s", (services, code) => {
    expect(load(topology(services)).diagnostics.map((diagnostic) => diagnostic.code)).toEqual([code]);
  });
});

describe("render", () => {
  it.each(["bird", "peers"])("gives each of its nodes a GoBGP that gobgpd takes, attached to: %s", (attach) => {
    const { bgp, contribution } = render(topology(`{ fiberlb: { bgp: { enable: true, attach: ${attach} } } }`));
    expect(contribution.artifacts.map(({ path, layer, kind, node }) => [path, layer, kind, node])).toEqual([
      ["nodes/b/gobgp/gobgpd.yaml", 2, "gobgp", "b"],
      ["nodes/c/gobgp/gobgpd.yaml", 2, "gobgp", "c"],
    ]);
    expect([...bgp.speakers].map((speaker) => speaker.sidecar !== null)).toEqual([
      false,
      attach === "bird",
      attach === "bird",
    ]);
    const folder = mkdtempSync(join(tmpdir(), "plasmacloud-network-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    for (const { node, text } of contribution.artifacts) {
      const [yaml, json] = [join(folder, "gobgpd.yaml"), join(folder, "gobgpd.json")];
      const settings = contribution.nixosOptions?.get(node ?? "")?.services;
      expect(settings).toMatchObject({ gobgpd: { enable: true } });
      writeFileSync(yaml, text);
      writeFileSync(json, JSON.stringify((settings as { gobgpd: { settings: unknown } }).gobgpd.settings));
      for (const [type, file] of [
        ["yaml", yaml],
        ["json", json],
      ] as const) {
        const { status, stdout } = spawnSync("gobgpd", ["-d", "-p", "-t", type, "-f", file], { encoding: "utf8" });
        expect(status, stdout).toBe(0);
      }
    }
  });

  it("lets nobody but this machine reach a sidecar, whose API has no password", () => {
    const systemd = (attach: string) => {
      const { contribution } = render(topology(`{ fiberlb: { bgp: { enable: true, attach: ${attach} } } }`));
      return contribution.nixosOptions?.get("b")?.systemd;
    };
    const serviceConfig = { IPAddressDeny: "any", IPAddressAllow: "localhost" };
    expect(systemd("bird")).toEqual({ services: { gobgpd: { serviceConfig } } });
    expect(systemd("peers")).toBeUndefined();
  });

  it("holds no null, which NixOS's option does not take", () => {
    for (const attach of ["bird", "peers"]) {
      const { contribution } = render(topology(`{ fiberlb: { bgp: { enable: true, attach: ${attach} } } }`));
      expect(JSON.stringify([...(contribution.nixosOptions ?? [])])).not.toContain("null");
    }
  });
});
