import { describe, expect, it } from "vitest";
import { extended, overlayTopology } from "./overlay.test-support.js";
import type { OverlayNode } from "./plan.js";

function nodesOf(text: string): readonly OverlayNode[] {
  return extended(text).plan?.clusters.flatMap(({ nodes }) => nodes) ?? [];
}

const names = (nodes: readonly OverlayNode[]) => nodes.map(({ node }) => node);
const central = (nodes: readonly OverlayNode[]) =>
  nodes.filter((own) => own.central !== null).map(({ node, central: role }) => (role?.founds ? `${node}!` : node));

describe("who is on the overlay", () => {
  it("those that list prismnet, and nobody else once anybody does", () => {
    const nodes = nodesOf(overlayTopology(["a: prismnet", "b:", "-c: prismnet", "-d: plasmavmc"]));
    expect(names(nodes)).toEqual(["a", "c"]);
  });

  it("where nobody lists it, machines' and containers' nodes with their control plane", () => {
    const { network, plan } = extended(overlayTopology(["a:", "-b: k8shost", "-c: plasmavmc", "-d: fiberlb"]));
    expect(plan?.clusters.map(({ cluster, nodes }) => [cluster, names(nodes)])).toEqual([["lab", ["a", "b", "c"]]]);
    expect(network?.index.nodesByService.get("prismnet")).toEqual(["a", "b", "c"]);
  });

  it("each cluster has its own", () => {
    const text = `
nix-nos: { clusters: {
  one: { nodes: { a: { role: control-plane, ip: 10.0.0.1, services: [prismnet] } } },
  two: { nodes: { b: { role: control-plane, ip: 10.0.0.2, services: [prismnet] } } },
  three: { nodes: { c: { role: worker, ip: 10.0.0.3 } } } } }
services: { prismnet: { overlay: { pool: { prefixes: [10.200.0.0/16] } } } }`;
    const { plan, network } = extended(text);
    expect(plan?.clusters.map(({ cluster, southbound }) => [cluster, southbound])).toEqual([
      ["one", ["tcp:10.0.0.1:6642"]],
      ["two", ["tcp:10.0.0.2:6642"]],
    ]);
    expect(network?.firewall.openings).toEqual([]);
  });

  it("without an overlay nothing changes", () => {
    const { network, plan } = extended(overlayTopology(["a: prismnet"]).replace(/services: \{ prismnet.*/, ""));
    expect([plan, network?.firewall.openings, network?.pools, network?.choices]).toEqual([null, [], [], {}]);
  });
});

describe("OVN's databases", () => {
  it.each([
    [1, ["a!"]],
    [2, ["a!"]],
    [3, ["a!", "b", "c"]],
    [4, ["a!", "b", "c"]],
    [7, ["a!", "b", "c", "d", "e"]],
  ])("of %i control-plane nodes are on %j", (count, holders) => {
    const nodes = [..."abcdefg"].slice(0, count).map((name) => `${name}: prismnet`);
    expect(central(nodesOf(overlayTopology([...nodes, "-w: prismnet"])))).toEqual(holders);
  });

  it("are founded by the node that founds the cluster", () => {
    expect(central(nodesOf(overlayTopology(["a: prismnet", "b: prismnet; bootstrap: true"])))).toEqual(["b!"]);
  });

  it("have one founder for ever: a node that is added joins, also when it sorts first", () => {
    const one = extended(overlayTopology(["b: prismnet"])).network ?? {};
    expect(central(nodesAfter(["a: prismnet", "b: prismnet"], one))).toEqual(["b!"]);
    const three = extended(overlayTopology(["a: prismnet", "b: prismnet", "c: prismnet; bootstrap: true"]), one);
    expect(central(three.plan?.clusters[0]?.nodes ?? [])).toEqual(["a", "b!", "c"]);
    // Who holds them goes on holding them, and a founder that leaves has no successor.
    const two = extended(overlayTopology(["a: prismnet", "c: prismnet"]), three.network ?? {});
    expect(central(two.plan?.clusters[0]?.nodes ?? [])).toEqual(["a", "c"]);
    expect(central(nodesAfter(["a: prismnet", "b: prismnet", "c: prismnet"], two.network ?? {}))).toEqual([
      "a",
      "b",
      "c",
    ]);
  });

  it("are remembered beside what others remember", () => {
    const { network } = extended(overlayTopology(["a: prismnet"]), { choices: { "cluster/lab/member/a": "founder" } });
    expect(network?.choices).toEqual({ "cluster/lab/member/a": "founder", "overlay/lab/central/a": "founder" });
  });

  function nodesAfter(nodes: readonly string[], earlier: object): readonly OverlayNode[] {
    return extended(overlayTopology(nodes), earlier).plan?.clusters[0]?.nodes ?? [];
  }
});

describe("tunnels", () => {
  const bgp = (a: string, b: string) => `
nix-nos:
  clusters: { lab: { nodes: {
    a: { role: control-plane, ${a}, services: [prismnet] }, b: { role: worker, ${b}, services: [prismnet] } } } }
  network: { bgp: { autonomousSystems: { "65000": { members: [a] } } } }
services: { prismnet: { overlay: { pool: { prefixes: [10.200.0.0/16] } } } }`;

  it.each([
    [
      "a loopback where BGP leads to it",
      "ip: 10.0.0.1, loopback: 10.9.0.1",
      "ip: 10.0.0.2, loopback: 10.9.0.2",
      ["10.9.0.1", "10.0.0.2"],
    ],
    [
      "IPv6 where one has nothing else",
      "ip: 10.0.0.1, loopback: 'fd00:9::1'",
      "ip: 'fd00::2'",
      ["fd00:9::1", "fd00::2"],
    ],
    ["IPv4 where all have it", "ip: 10.0.0.1, loopback: 'fd00:9::1'", "ip: 10.0.0.2", ["10.0.0.1", "10.0.0.2"]],
  ])("end at %s", (_name, a, b, ends) => {
    expect(nodesOf(bgp(a, b)).map(({ endpoint }) => endpoint)).toEqual(ends);
  });

  it("over IPv6 put brackets where OVSDB wants them, and nowhere else", () => {
    const [a] = nodesOf(bgp("ip: 'fd00::1'", "ip: 'fd00::2'"));
    expect(a?.externalIds).toEqual({
      "system-id": "a",
      "ovn-remote": "tcp:[fd00::1]:6642",
      "ovn-encap-type": "geneve",
      "ovn-encap-ip": "fd00::1",
      "ovn-set-local-ip": "true",
    });
  });
});

describe("the MTU", () => {
  const wide = (mtu: string) => `interfaces: { eth0: { addresses: [10.0.0.1/24]${mtu} } }`;
  const text = (encapsulation: string, mtu = "") =>
    overlayTopology(
      [`a: prismnet; ${wide(mtu)}`],
      `encapsulation: ${encapsulation}, pool: { prefixes: [10.200.0.0/16] }`,
    );
  const v6 = (encapsulation: string) => text(encapsulation).replace("ip: 10.0.0.1", 'ip: "fd00::1"');
  it.each([
    ["Geneve over IPv4", text("geneve"), 1442, 58],
    ["Geneve over IPv6", v6("geneve"), 1422, 78],
    ["VXLAN over IPv4", text("vxlan"), 1450, 50],
    ["VXLAN over IPv6", v6("vxlan"), 1430, 70],
    ["jumbo frames", text("geneve", ", mtu: 9000"), 8942, 58],
  ])("of %s", (_name, topology, mtu, headers) => {
    expect(extended(topology).plan?.clusters).toMatchObject([{ mtu, headers }]);
  });

  it("is the narrowest node's", () => {
    const { plan } = extended(
      overlayTopology([
        "a: prismnet; interfaces: { eth0: { addresses: [10.0.0.1/24], mtu: 9000 } }",
        "-b: prismnet; interfaces: { eth0: { addresses: [10.0.0.2/24], mtu: 1400 } }",
      ]),
    );
    expect(plan?.clusters[0]).toMatchObject({ mtu: 1342, nodes: [{ underlayMtu: 9000 }, { underlayMtu: 1400 }] });
  });

  it("is that of the fabric where loopbacks are reached by cables, and of iBGP's own network besides", () => {
    const fabric = (transport: string) => `
nix-nos:
  clusters: { lab: { nodes: {
    leaf: { role: leaf, loopback: 10.9.0.9, interfaces: { p1: { mtu: 9216 }, p2: { mtu: 9100 } } },
    a: { role: control-plane, ip: 10.0.0.1, loopback: 10.9.0.1, services: [prismnet],
         interfaces: { up: { mtu: 9216 }, eth0: { addresses: [10.0.0.1/24] } } },
    b: { role: worker, ip: 10.0.0.2, loopback: 10.9.0.2, services: [prismnet],
         interfaces: { up: { mtu: 9216 }, eth0: { addresses: [10.0.0.2/24] } } } } } }
  network:
    links:
      - { between: [leaf:p1, a:up], addresses: [10.8.0.0/31, 10.8.0.1/31] }
      - { between: [leaf:p2, b:up], addresses: [10.8.0.2/31, 10.8.0.3/31] }
    bgp: { autonomousSystems: { "65001": { members: [leaf] }, "65000": { members: [a, b], ibgp: { transport: ${transport} } } } }
services: { prismnet: { overlay: { pool: { prefixes: [10.200.0.0/16] } } } }`;
    expect(extended(fabric("loopback")).plan?.clusters[0]?.mtu).toBe(9100 - 58);
    expect(extended(fabric("ip")).plan?.clusters[0]?.mtu).toBe(1500 - 58);
  });
});

describe("ranges", () => {
  it("stay with their nodes while others come and go", () => {
    const first = extended(overlayTopology(["b: prismnet", "-c: prismnet"]));
    expect(rangesIn(first)).toEqual({ b: "10.200.0.0/24", c: "10.200.1.0/24" });
    const second = extended(overlayTopology(["a: prismnet", "-c: prismnet", "b:"]), first.network ?? {});
    // b gave its range back, which rests.
    expect(second.diagnostics.map(({ code }) => code)).toEqual(["PC2017"]);
    const later = extended(overlayTopology(["a: prismnet", "b: prismnet", "-d: prismnet"]), first.network ?? {});
    expect(rangesIn(later)).toEqual({ a: "10.200.2.0/24", b: "10.200.0.0/24", d: "10.200.3.0/24" });
    expect(Object.keys(later.network?.released ?? {})).toEqual(["node/c/overlay/ipv4"]);
  });

  it("are of both families, and as long as the pool says", () => {
    const { plan } = extended(
      overlayTopology(["a: prismnet"], 'pool: { prefixes: [10.200.0.0/20, "fd00:200::/48"], allocate: 26 }'),
    );
    expect(plan?.clusters[0]?.nodes[0]?.ranges).toEqual({ ipv4: "10.200.0.0/26", ipv6: "fd00:200::/64" });
  });

  it("have the length that the pool says, which the family that it has can have", () => {
    const ranges = (pool: string) => extended(overlayTopology(["a: prismnet"], `pool: { ${pool} }`));
    expect(ranges('prefixes: ["fd00::/16"], allocate: 32').plan?.clusters[0]?.nodes[0]?.ranges.ipv6).toBe("fd00::/32");
    expect(ranges("prefixes: [10.200.0.0/16], allocate: 64").diagnostics).toMatchObject([
      { code: "PC2013", message: "A node's range of IPv4 is a /30 or larger, and `allocate` asks for a /64." },
    ]);
  });

  function rangesIn({ plan }: ReturnType<typeof extended>) {
    return Object.fromEntries(plan?.clusters[0]?.nodes.map(({ node, ranges }) => [node, ranges.ipv4]) ?? []);
  }
});

it("OVN's ports are open to the overlay's own nodes, each for whom it is for", () => {
  const { network } = extended(overlayTopology(["a: prismnet", "b: prismnet", "c: prismnet", "-w: prismnet", "-x:"]));
  const of = (node: string) =>
    network?.firewall.openings.filter((own) => own.node === node).map(({ port, sources }) => [port, sources]);
  expect(of("a")).toEqual([
    [6081, ["10.0.0.2", "10.0.0.3", "10.0.0.4"]],
    [6641, ["10.0.0.2", "10.0.0.3", "10.0.0.4"]],
    [6642, ["10.0.0.2", "10.0.0.3", "10.0.0.4"]],
    [6643, ["10.0.0.2", "10.0.0.3"]],
    [6644, ["10.0.0.2", "10.0.0.3"]],
  ]);
  expect(of("w")).toEqual([[6081, ["10.0.0.1", "10.0.0.2", "10.0.0.3"]]]);
  expect(of("x")).toEqual([]);
});
