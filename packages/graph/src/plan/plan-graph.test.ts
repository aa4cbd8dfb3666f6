import { planBgp } from "@nix-nos/bgp-gen";
import { loadTopology, resolveTopology, unwrap } from "@nix-nos/topology";
import { describe, expect, it } from "vitest";
import type { Graph, GraphView } from "../model.js";
import { planGraph } from "./plan-graph.js";

function graphOf(view: GraphView, network: object, nodes: object, cluster: object = {}): Graph {
  const document = { "nix-nos": { sites: { t: {} }, network, clusters: { lab: { ...cluster, nodes } } } };
  const source = { file: "lab.json", text: JSON.stringify(document), format: "json" } as const;
  const resolved = unwrap(resolveTopology(unwrap(loadTopology(source)).document));
  return planGraph(resolved, unwrap(planBgp(resolved)), view);
}

/** `count` nodes n1, n2…, each with an address of its own. */
function workers(count: number, more: object = {}): Record<string, object> {
  const names = Array.from({ length: count }, (_, index) => index + 1);
  return Object.fromEntries(names.map((index) => [`n${index}`, { role: "worker", ip: `10.0.0.${index}`, ...more }]));
}

const members = (count: number) => Object.keys(workers(count));
const lines = ({ edges }: Graph) => edges.map(({ from, kind, to, client }) => [from, kind, to, client]);

describe("sessions", () => {
  it("of a reflector have their arrow at the client, whoever is above", () => {
    const bgp = {
      autonomousSystems: {
        "65000": { members: ["n1", "n2"], ibgp: { strategy: "route-reflector", reflectors: ["n2"] } },
      },
      peers: { up: { node: "n1", remoteAs: 64500, address: "10.0.0.9", localAddress: "10.0.0.1" } },
    };
    const graph = graphOf("bgp", { bgp }, workers(2), { site: "t" });
    expect(lines(graph)).toEqual([
      ["node/n1", "reflector-client", "node/n2", "from"],
      ["peer/up", "external", "node/n1", null],
    ]);
    expect(graph.legend.edges).toEqual([
      { kind: "reflector-client", text: "iBGP, to a reflector's client", directed: true },
      { kind: "external", text: "eBGP with the outside", directed: false },
    ]);
    expect(graph.groups.map(({ id, parent }) => [id, parent])).toEqual([
      ["site/t", null],
      ["cluster/lab/t", "site/t"],
      ["cluster/lab/t/as/65000", "cluster/lab/t"],
    ]);
    expect(graph.nodes.map(({ label, shape, lines: under }) => [label, shape, ...under])).toEqual([
      ["up", "external", "AS 64500", "10.0.0.9"],
      ["n1", "border", "worker"],
      ["n2", "reflector", "worker"],
    ]);
  });

  it("of a full mesh are drawn one by one up to four nodes, and from five on as a star around a stack", () => {
    const mesh = (count: number) => ({ bgp: { autonomousSystems: { "65000": { members: members(count) } } } });
    expect(graphOf("bgp", mesh(4), workers(4)).edges).toHaveLength(6);
    const five = graphOf("bgp", mesh(5), workers(5));
    expect(five.nodes.map(({ label, lines: under }) => [label, ...under])).toEqual([
      ["5 × node", "worker"],
      ["full mesh", "5 speakers", "10 sessions"],
    ]);
    expect(five.nodes[0]?.members.map(({ label }) => label)).toEqual(members(5));
    expect(lines(five)).toEqual([["stack/node/n1", "ibgp", "mesh/65000", null]]);
  });

  it("and VIPs at one announcer alone keep it out of the stack of its like", () => {
    const bgp = {
      autonomousSystems: { "65000": { members: members(7) } },
      vipAdvertisements: { web: { vips: ["192.0.2.1"], nodes: ["n7"] } },
    };
    const { nodes } = graphOf("bgp", { bgp }, workers(7));
    expect(nodes.map(({ label, vips }) => [label, ...vips])).toEqual([
      ["6 × node"],
      ["n7", "192.0.2.1"],
      ["full mesh"],
    ]);
  });
});

describe("cables", () => {
  const on = (address: string) => ({ role: "worker", interfaces: { eth0: { addresses: [`${address}/24`] } } });

  it("between the same two nodes are one line that tells both", () => {
    const links = [
      { between: ["n1:eth0", "n2:eth0"], addresses: ["10.1.0.0/31", "10.1.0.1/31"] },
      { between: ["n2:eth1", "n1:eth1"], addresses: ["10.1.0.3/31", "10.1.0.2/31"] },
    ];
    const { edges } = graphOf("physical", { links }, workers(2));
    expect(edges).toEqual([
      {
        from: "node/n1",
        to: "node/n2",
        kind: "cable",
        client: null,
        label: "2 links",
        details: ["n1:eth0 – n2:eth0, 10.1.0.0 – 10.1.0.1", "n1:eth1 – n2:eth1, 10.1.0.2 – 10.1.0.3"],
      },
    ]);
  });

  it("have the port of each end at that end's side, whatever end was written first", () => {
    const links = [{ between: ["n1:eth0", "s1:swp1"] }, { between: ["s1:swp2", "n2:eth1"] }];
    const { edges } = graphOf("physical", { links }, { ...workers(2), s1: { role: "spine" } });
    expect(edges.map(({ from, to, label }) => [from, label, to])).toEqual([
      ["node/s1", "swp1 – eth0", "node/n1"],
      ["node/s1", "swp2 – eth1", "node/n2"],
    ]);
  });

  it("of a shared network meet at it, whatever families its interfaces have", () => {
    const both = { role: "worker", interfaces: { eth0: { addresses: ["10.0.0.2/24", "fd00::2/64"] } } };
    const six = { role: "worker", interfaces: { eth0: { addresses: ["fd00::3/64"] } } };
    const { nodes, edges } = graphOf("physical", {}, { n1: on("10.0.0.1"), n2: both, n3: six });
    expect(nodes.at(-1)).toMatchObject({ shape: "network", label: "10.0.0.0/24", lines: ["fd00::/64"], group: null });
    expect(edges.map(({ from, label }) => [from, label])).toEqual([
      ["node/n1", "eth0"],
      ["node/n2", "eth0"],
      ["node/n3", "eth0"],
    ]);
  });

  it("of a network that joins many are not drawn: it says how many", () => {
    const many = Array.from({ length: 13 }, (_, index) => [`n${index}`, on(`10.0.0.${index + 1}`)] as const);
    const { nodes, edges } = graphOf("physical", {}, Object.fromEntries(many));
    expect(edges).toEqual([]);
    expect(nodes.at(-1)?.lines).toEqual(["joins 13 nodes"]);
  });

  it("show platforms, roles and what is outside by shape", () => {
    const nodes = {
      s1: { role: "super-spine" },
      l1: { role: "leaf" },
      r1: { role: "router", platform: "openwrt" },
      e1: { role: "edge" },
      n1: { role: "worker" },
    };
    const { nodes: drawn, legend } = graphOf("physical", {}, nodes);
    expect(drawn.map(({ label, shape, lines: under }) => [label, shape, ...under])).toEqual([
      ["e1", "border", "edge"],
      ["l1", "leaf"],
      ["n1", "node", "worker"],
      ["r1", "router", "OpenWrt"],
      ["s1", "spine", "super-spine"],
    ]);
    expect(legend).toEqual({
      shapes: [
        { shape: "border", text: "border" },
        { shape: "spine", text: "spine" },
        { shape: "leaf", text: "leaf" },
        { shape: "router", text: "OpenWrt or Cisco" },
        { shape: "node", text: "node" },
      ],
      edges: [],
    });
  });
});
