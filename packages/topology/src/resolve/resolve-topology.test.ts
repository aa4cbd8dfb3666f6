import { describe, expect, it } from "vitest";
import { unwrap } from "../diagnostics/diagnostic.js";
import { loadTopology } from "../load/load-topology.js";
import type { Network } from "../network/network.js";
import { type Remembered, resolveTopology } from "./resolve-topology.js";

function resolve(text: string, previous: Remembered = {}): Network {
  const { document } = unwrap(loadTopology({ file: "t.yaml", format: "yaml", text }));
  return unwrap(resolveTopology(document, { previous }));
}

const fabric = `
nix-nos:
  network:
    pools:
      mgmt: { prefixes: [10.10.0.0/24, "fd00:10::/64"], gateway: [10.10.0.1, "fd00:10::1"], exclude: [10.10.0.1-10.10.0.9] }
      loopbacks: { prefixes: [10.255.0.0/24, "fd00:255::/64"] }
      fabric: { prefixes: [10.254.0.0/20], allocate: 31 }
    vlans:
      storage: { id: 100, pool: { prefixes: [10.20.0.0/24] }, mtu: 9000 }
    links:
      - { between: [spine01:swp1, leaf01:swp51], pool: fabric }
      - { between: [leaf01:swp1, node01:eth1], addresses: [10.99.0.0/31, 10.99.0.1/31] }
  clusters:
    fabric:
      nodes:
        spine01: { role: spine, loopback: auto }
        leaf01: { role: leaf, loopback: auto }
    compute:
      defaults: { loopback: auto, ip: { pool: mgmt, interface: eth0 } }
      nodes:
        node01:
          role: worker
          interfaces:
            bond0: { kind: bond, members: [eth2, eth3], mode: 802.3ad }
            storage: { kind: vlan, parent: bond0, vlan: storage, addresses: auto }
`;

describe("a fabric", () => {
  const network = resolve(fabric);
  const node = (name: string) => network.index.nodeByName.get(name);

  it("gives each node its loopback and its address from the pools", () => {
    expect(node("leaf01")?.loopback).toEqual({ ipv4: "10.255.0.1", ipv6: "fd00:255::1" });
    expect(node("node01")?.ip).toEqual({ ipv4: "10.10.0.10", ipv6: "fd00:10::2" });
    expect(node("node01")?.routerId).toBe(node("node01")?.loopback?.ipv4);
  });

  it("spells out every interface, what it stands on first", () => {
    const shown = node("node01")?.interfaces.map(({ path: _path, ...rest }) => rest);
    const plain = { addresses: [], gateways: [], mtu: null, zone: null, settings: null };
    const port = { ...plain, kind: "ethernet", permanentMac: null };
    expect(shown).toEqual([
      { ...port, mtu: 9000, name: "eth2" },
      { ...port, mtu: 9000, name: "eth3" },
      {
        ...plain,
        mtu: 9000,
        name: "bond0",
        kind: "bond",
        members: ["eth2", "eth3"],
        mode: "802.3ad",
        bond: expect.objectContaining({ lacpRate: "fast", transmitHashPolicy: "layer3+4", miiMonitor: 100 }),
      },
      {
        ...port,
        name: "eth0",
        addresses: ["10.10.0.10/24", "fd00:10::2/64"],
        gateways: ["10.10.0.1", "fd00:10::1"],
      },
      { ...port, name: "eth1", addresses: ["10.99.0.1/31"] },
      {
        ...plain,
        name: "lo",
        kind: "loopback",
        addresses: [`${node("node01")?.loopback?.ipv4}/32`, `${node("node01")?.loopback?.ipv6}/128`],
      },
      {
        ...plain,
        name: "storage",
        kind: "vlan",
        parent: "bond0",
        vlanId: 100,
        addresses: ["10.20.0.1/24"],
        gateways: [],
        mtu: 9000,
      },
    ]);
  });

  it("numbers a link by the names of its ends, not by who was written first", () => {
    const swapped = resolve(fabric.replace("[spine01:swp1, leaf01:swp51]", "[leaf01:swp51, spine01:swp1]"));
    expect(swapped.links.map((link) => link.ends)).toEqual(network.links.map((link) => link.ends));
    expect(network.links[1]?.ends.map((end) => [end.node, end.addresses.ipv4])).toEqual([
      ["leaf01", "10.254.0.0"],
      ["spine01", "10.254.0.1"],
    ]);
  });

  it("is the same data whatever order the document has", () => {
    const reordered = fabric.replace(
      /( {8}spine01:.*\n)( {8}leaf01:.*\n)/,
      (_all, first: string, second: string) => second + first,
    );
    expect(reordered).not.toBe(fabric);
    expect(resolve(reordered)).toEqual(network);
  });

  it("keeps every address when nodes are added, removed or reordered", () => {
    const grown = fabric.replace("        leaf01:", "        aaa01: { role: leaf, loopback: auto }\n        leaf01:");
    const after = resolve(grown, network);
    for (const [key, allocation] of Object.entries(network.allocations))
      expect(after.allocations[key]).toEqual(allocation);
    const fresh = after.index.nodeByName.get("aaa01")?.loopback?.ipv4;
    expect(Object.values(network.allocations).map(({ address }) => address)).not.toContain(fresh);
  });
});

it("says which pool has run out, and for whom", () => {
  const text = `
nix-nos:
  network: { pools: { loopbacks: { prefixes: [10.255.0.0/32] } } }
  clusters: { lab: { nodes: { a: { role: leaf, loopback: auto }, b: { role: leaf, loopback: auto } } } }
`;
  const { document } = unwrap(loadTopology({ file: "t.yaml", format: "yaml", text }));
  const { value, diagnostics } = resolveTopology(document);
  expect(Object.keys(value?.allocations ?? {})).toEqual(["node/a/loopback/ipv4"]);
  expect(diagnostics).toMatchObject([
    { code: "NN1215", message: 'The pool "loopbacks" has no address left for node/b/loopback/ipv4.' },
  ]);
});

describe("a node with only IPv6 addresses", () => {
  const routerId = (name: string) =>
    resolve(`nix-nos: { clusters: { lab: { nodes: { ${name}: { role: leaf, ip: "fd00::1" } } } } }`).nodes[0]?.routerId;

  it("has a router id made of its name, which is the same in every run", () => {
    expect(routerId("leaf01")).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    expect(routerId("leaf01")).toBe("205.136.19.74");
    expect(routerId("leaf02")).not.toBe(routerId("leaf01"));
  });
});

it("gives an unnumbered link two link-local addresses that only its ends' names make, and their interfaces carry", () => {
  const text = (links: string, more = "") =>
    `nix-nos: { clusters: { c: { nodes: { a: { role: r }, b: { role: r }${more} } } }, network: { links: [${links}] } }`;
  const link = "{ between: ['a:e1', 'b:e1'], unnumbered: true }";
  const network = resolve(text(link));
  const [first, second] = network.links[0]?.ends ?? [];
  expect(first?.addresses.ipv6).toMatch(/^fe80::[0-9a-f]/);
  expect(first?.addresses).not.toEqual(second?.addresses);
  expect(network.nodes.map(({ interfaces }) => interfaces[0]?.addresses)).toEqual([
    [`${first?.addresses.ipv6}/64`],
    [`${second?.addresses.ipv6}/64`],
  ]);
  const others = "{ between: ['b:e2', 'aa:e1'], unnumbered: true }, { between: ['b:e1', 'a:e1'], unnumbered: true }";
  const grown = resolve(text(others, ", aa: { role: r }"));
  expect(grown.links.map(({ ends }) => ends)).toContainEqual(network.links[0]?.ends);
});

it("gives the port below a VXLAN room for the headers", () => {
  const text = `nix-nos: { clusters: { c: { nodes: { n1: { role: w, interfaces: {
    x4: { kind: vxlan, vni: 4, parent: e4, mtu: 1500 },
    x6: { kind: vxlan, vni: 6, parent: e6, mtu: 1500, remotes: ["fd00::2"] } } } } } } }`;
  const { document } = unwrap(loadTopology({ file: "t.yaml", format: "yaml", text }));
  const [node] = unwrap(resolveTopology(document)).nodes;
  const mtus = new Map(node?.interfaces.map(({ name, mtu }) => [name, mtu]));
  expect([mtus.get("e4"), mtus.get("e6")]).toEqual([1550, 1570]);
});
