import { unwrap } from "@nix-nos/topology";
import fc from "fast-check";
import { expect, it } from "vitest";
import { gobgpdSays } from "../daemons.test-support.js";
import { networkOf, networks } from "../network.test-support.js";
import { planBgp } from "../plan/plan-bgp.js";
import type { BgpSpeaker } from "../plan/types.js";
import { type GobgpConfig, gobgpSidecarConfig, gobgpSpeakerConfig, printGobgp } from "./config.js";

const topology = networkOf(`
nix-nos:
  clusters:
    lab:
      nodes:
        rr01: { role: control-plane, ip: 10.0.1.10, loopback: 10.255.0.1 }
        node02: { role: worker, ip: 10.0.1.11 }
        leaf01: { role: leaf, ip: 10.0.9.1 }
  network:
    links: [{ between: ["rr01:eth1", "leaf01:swp1"], addresses: [10.254.0.0/31, 10.254.0.1/31] }]
    bgp:
      defaults: { gracefulRestart: true, holdTime: 9, keepalive: 3 }
      autonomousSystems:
        "65000": { members: [rr01, node02], ibgp: { strategy: route-reflector, reflectors: [rr01], clusterId: 10.9.9.9 } }
        "65001": { members: [leaf01] }
      vipAdvertisements:
        web: { vips: [10.0.100.1, "fd00:100::1"], nodes: [rr01], announce: health, communities: ["65000:100", "65000:1:2"] }
`);

function speakerOf(daemon: "bird" | "gobgp"): BgpSpeaker {
  const nodes = topology.nodes.map((node) => ({ ...node, bgpDaemon: daemon }));
  const nodeByName = new Map(nodes.map((node) => [node.name, node]));
  const { value } = planBgp({ ...topology, nodes, index: { ...topology.index, nodeByName } });
  const speaker = value?.speakerByNode.get("rr01");
  if (!speaker) throw new Error("rr01 is no speaker");
  return speaker;
}

/** Either configuration that a speaker can have. */
function configOf(speaker: BgpSpeaker): GobgpConfig | null {
  if (speaker.daemon === "gobgp") return gobgpSpeakerConfig(speaker);
  return speaker.sidecar && gobgpSidecarConfig(speaker.sidecar);
}

it.each(["bird", "gobgp"] as const)("writes the whole gobgpd.yaml beside, or as, the daemon %s", async (daemon) => {
  const config = configOf(speakerOf(daemon));
  const text = config ? printGobgp(config) : "";
  await expect(text).toMatchFileSnapshot(`golden/${daemon === "bird" ? "sidecar" : "speaker"}.yaml`);
  expect(gobgpdSays(text)).toBe("");
});

/** Every name that a policy uses, and every one that is defined, by the key that holds it. */
function namesIn(config: unknown, keys: readonly string[]): readonly string[] {
  const found: string[] = [];
  JSON.stringify(config, (key, value: unknown) => {
    if (keys.includes(key)) found.push(...(Array.isArray(value) ? value : [value]).map(String));
    return value;
  });
  return found;
}

it("is taken by gobgpd for any plan, and never names a set or policy that is not there", {
  tags: "property",
}, () => {
  fc.assert(
    fc.property(networks, (network) => {
      for (const speaker of unwrap(planBgp(network)).speakers) {
        const config = configOf(speaker);
        if (config === null) continue;
        expect(gobgpdSays(printGobgp(config))).toBe("");
        // gobgpd takes an undefined name for a reason to accept everything.
        const { "policy-definitions": definitions = [] } = config as {
          "policy-definitions"?: readonly { name: string }[];
        };
        const policies = definitions.map(({ name }) => name);
        expect(new Set(policies).size).toBe(policies.length);
        for (const name of namesIn(config, ["import-policy-list", "export-policy-list"]))
          expect(policies).toContain(name);
        for (const kind of ["prefix", "neighbor", "community", "ext-community", "large-community", "as-path"]) {
          const sets = namesIn(config, [`${kind}-set-name`]);
          expect(new Set(sets).size).toBe(sets.length);
          for (const name of namesIn(config, [`${kind}-set`])) expect(sets).toContain(name);
        }
      }
    }),
    { numRuns: 40 },
  );
});
