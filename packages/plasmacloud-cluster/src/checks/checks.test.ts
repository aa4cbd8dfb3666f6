import { planBgp } from "@nix-nos/bgp-gen";
import { unwrap } from "@nix-nos/topology";
import { describe, expect, it } from "vitest";
import { plasmacloudCluster } from "../extension.js";
import { cluster, loaded } from "../network.test-support.js";

function problems(text: string): readonly string[] {
  const { network, services } = loaded(text);
  const bgp = unwrap(planBgp(network));
  return plasmacloudCluster
    .render(network, { bgp }, services)
    .diagnostics.map(({ code, message, path }) => `${code} ${path.slice(-2).join(".")}: ${message}`);
}

const control = "chainfire flaredb iam";

describe("the number of members", () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ["three", ["a: chainfire", "b: chainfire", "c: chainfire"], []],
    ["one on a small cluster", ["a: chainfire", "b:"], []],
    ["one where three would fit", ["a: chainfire", "b:", "-c:"], ["one member"]],
    ["two", ["a: chainfire", "b: chainfire"], ["2 members"]],
    ["four", ["a: chainfire", "b: chainfire", "c: chainfire", "-d: chainfire"], ["4 members"]],
    ["two of each", ["a: chainfire flaredb", "b: chainfire flaredb"], ["ChainFire", "FlareDB"]],
  ])("%s", (_name, nodes, said) => {
    const found = problems(cluster(...nodes));
    expect(found.map((line) => line.slice(0, 6))).toEqual(said.map(() => "PC3010"));
    for (const [index, words] of said.entries()) expect(found[index]).toContain(words);
  });
});

describe("a dependency", () => {
  it("that runs nowhere is said once for all that need it", () => {
    expect(problems(cluster("a: chainfire plasmavmc k8shost", "b: k8shost"))).toEqual([
      "PC3009 a.services: PlasmaVMC, k8shost cannot work without iam, which runs on no node.",
    ]);
  });

  it("may run on another node, or in another cluster", () => {
    const text = `nix-nos: { clusters: {
      main: { nodes: { a: { role: control-plane, ip: 10.0.0.1, services: [${control.split(" ").join(", ")}] } } },
      batch: { nodes: { b: { role: worker, ip: 10.0.0.2, services: [k8shost] } } } } }`;
    expect(problems(text)).toEqual([]);
  });
});

describe("a port", () => {
  const base = (more: string, services: string) => `
nix-nos:
  clusters:
    lab:
      nodes:
        a: { role: control-plane, ip: 10.0.0.1, services: [${control.split(" ").join(", ")}, flashdns, prismnet]${more} }
      workloads: { shop: { image: "shop:1", nodes: [a], ports: ["8080:80", "5353:53/udp"] } }
  network: { bgp: { autonomousSystems: { "65000": { members: [a] } } } }
services: ${services}
`;
  const overlay = (encapsulation: string, more = "") =>
    `{ prismnet: { overlay: { encapsulation: ${encapsulation}, pool: { prefixes: [10.200.0.0/16] } } }${more} }`;
  const vxlan = ", interfaces: { vx: { kind: vxlan, vni: 7, port: 4789, local: 10.0.0.1, remotes: [10.0.0.9] } }";
  it.each([
    ["of its own each", "", "{}", []],
    ["of two services", "", "{ iam: { ports: { api: 2380 } } }", ["ChainFire (peer) and by IAM (api)"]],
    ["twice of one", "", "{ chainfire: { ports: { peer: 2379 } } }", ["ChainFire (client) and by ChainFire (peer)"]],
    ["of a workload", "", "{ iam: { ports: { api: 8080 } } }", ["workload shop and by IAM (api)"]],
    ["of a workload, in one protocol", "", "{ flashdns: { ports: { dns: 5353 } } }", ["5353/udp of a"]],
    ["of BGP", "", "{ flaredb: { nodes: { a: { ports: { client: 179 } } } } }", ["BGP and by FlareDB (client)"]],
    ["of a tunnel", vxlan, overlay("vxlan"), ["interface vx and by OVN's tunnels"]],
    ["of another kind of tunnel", vxlan, overlay("geneve"), []],
    ["of a tunnel, in TCP", vxlan, "{ prismnet: { ports: { api: 4789 } } }", []],
    [
      "of OVN's databases",
      "",
      overlay("geneve", ", iam: { ports: { api: 6642 } }"),
      ["OVN's southbound database and by IAM"],
    ],
  ])("%s", (_name, more, services, said) => {
    const found = problems(base(more, services));
    expect(found.filter((line) => line.startsWith("PC3012"))).toHaveLength(said.length);
    for (const words of said) expect(found.join("\n")).toContain(words);
  });

  it("that clashes on every node is one mistake", () => {
    const found = problems(
      `${cluster("a: chainfire nightlight", "b: chainfire nightlight", "c: chainfire nightlight")}services: { nightlight: { ports: { api: 2379 } } }`,
    );
    expect(found).toEqual([
      "PC3012 ports.api: Port 2379/tcp of a, b, c is taken twice: by ChainFire (client) and by NightLight (api).",
    ]);
  });
});

it("a service of one's own is known where a VIP or a workload has its name", () => {
  const text = (entries: string, workloads = "{}") => `
nix-nos:
  clusters: { lab: { nodes: { a: { role: worker, ip: 10.0.0.1, services: [zebra, shop] } }, workloads: ${workloads} } }
  network: { bgp: { autonomousSystems: { "65000": { members: [a] } }, vipAdvertisements: { ${entries} } } }
`;
  expect(problems(text("")).map((line) => line.slice(0, 6))).toEqual(["PC3006", "PC3006"]);
  expect(problems(text("zebra: { vips: [192.0.2.1] }", "{ shop: { image: a, nodes: [a] } }"))).toEqual([]);
});
