import { loadTopology, type Network, type Outcome, resolveTopology, unwrap } from "@nix-nos/topology";
import { type NetworkServices, planOverlay, plasmacloudNetwork } from "@plasmacloud/network";
import { expect, it } from "vitest";
import { plasmacloudCluster } from "../extension.js";
import { cluster, loaded } from "../network.test-support.js";
import { planRollout, type RolloutPlan } from "./plan.js";

function planOf(text: string): RolloutPlan {
  const { network, services } = loaded(text);
  const { artifacts } = unwrap(plasmacloudCluster.render(network, {}, services));
  const [file, ...more] = artifacts.filter(({ kind }) => kind === "rollout");
  expect([file?.path, file?.node, file?.layer, more]).toEqual(["rollout.json", null, 3, []]);
  return JSON.parse(file?.text ?? "");
}

it("names the members of each service that agrees by majority, by cluster, and no other service's", () => {
  const plan = planOf(`
nix-nos:
  sites: { tokyo: {} }
  clusters:
    a:
      site: tokyo
      nodes:
        n10: { role: control-plane, ip: 10.0.0.10, services: [chainfire, flaredb, iam] }
        n9: { role: control-plane, ip: 10.0.0.9, services: [chainfire] }
        n8: { role: worker, ip: 10.0.0.8, services: [nightlight] }
    b: { nodes: { m1: { role: control-plane, ip: 10.0.1.1, services: [chainfire] }, sw: { role: leaf, platform: cisco-ios } } }
`);
  expect(plan).toEqual({
    version: 1,
    nodes: {
      m1: { cluster: "b", site: null, platform: "nixos" },
      n10: { cluster: "a", site: "tokyo", platform: "nixos" },
      n8: { cluster: "a", site: "tokyo", platform: "nixos" },
      n9: { cluster: "a", site: "tokyo", platform: "nixos" },
      sw: { cluster: "b", site: null, platform: "cisco-ios" },
    },
    groups: [
      { kind: "quorum", name: "ChainFire of a", nodes: ["n9", "n10"], maxDown: 1 },
      { kind: "quorum", name: "FlareDB of a", nodes: ["n10"], maxDown: 1 },
      { kind: "quorum", name: "ChainFire of b", nodes: ["m1"], maxDown: 1 },
    ],
  });
});

const fabric = (bgp: string) => `
nix-nos:
  clusters:
    fabric:
      nodes:
        spine1: { role: spine, ip: 10.0.0.1 }
        spine2: { role: spine, ip: 10.0.0.2 }
        rr1: { role: leaf, ip: 10.0.0.3 }
        leaf1: { role: leaf, ip: 10.0.0.4 }
        leaf2: { role: leaf, ip: 10.0.0.5 }
  network: { bgp: ${bgp} }
`;

it("names the reflectors of an AS level by level, and nobody where all are meshed", () => {
  const system = (ibgp: string) =>
    `{ autonomousSystems: { "65000": { members: [spine1, spine2, rr1, leaf1, leaf2], ibgp: ${ibgp} } } }`;
  const levels = `{ strategy: route-reflector, reflectors: [spine2, spine1],
    groups: { rack-a: { reflectors: [rr1], members: [leaf1] } } }`;
  expect(planOf(fabric(system(levels))).groups).toEqual([
    { kind: "route-reflector", name: "AS 65000", nodes: ["spine1", "spine2"], maxDown: 1 },
    { kind: "route-reflector", name: "AS 65000, rack-a", nodes: ["rr1"], maxDown: 1 },
  ]);
  expect(planOf(fabric(system("{ strategy: full-mesh }"))).groups).toEqual([]);
});

it("names the announcers of a VIP once for all VIPs that they announce together", () => {
  const plan = planOf(
    fabric(`{ autonomousSystems: { "65000": { members: [spine1, spine2, leaf1, leaf2] } }, vipAdvertisements: {
      web: { vips: [10.1.0.1, 10.1.0.2], nodes: [leaf2, leaf1] },
      mail: { vips: [10.1.0.3, 10.1.0.4, 10.1.0.5], nodes: [leaf1, leaf2] },
      dns: { vips: [10.1.0.53], nodes: [leaf2, spine1] } } }`),
  );
  expect(plan.groups).toEqual([
    { kind: "vip", name: "10.1.0.53", nodes: ["leaf2", "spine1"], maxDown: 1 },
    { kind: "vip", name: "10.1.0.3, 10.1.0.4, 10.1.0.5 and 2 more", nodes: ["leaf1", "leaf2"], maxDown: 1 },
  ]);
});

it("names those who hold OVN's databases, which agree by majority too", () => {
  const text = `${cluster("n1: prismnet", "n2: prismnet", "n3: prismnet", "-n4: plasmavmc")}
services: { prismnet: { overlay: { pool: { prefixes: [10.200.0.0/16] } } } }`;
  const extensions = [plasmacloudNetwork as never];
  const { document } = unwrap(loadTopology({ file: "t.yaml", format: "yaml", text }, { extensions }));
  const services = document.services as NetworkServices;
  const network = unwrap(plasmacloudNetwork.extend?.(unwrap(resolveTopology(document)), services) as Outcome<Network>);
  const { groups } = planRollout(network, [], planOverlay(network, services));
  expect(groups).toEqual([{ kind: "quorum", name: "OVN's databases of lab", nodes: ["n1", "n2", "n3"], maxDown: 1 }]);
});
