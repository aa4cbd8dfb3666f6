import { type Diagnostic, indexNetwork, type Network, type Node, unwrap } from "@nix-nos/topology";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { networkOf, networks, node, none } from "../network.test-support.js";
import { planBgp } from "./plan-bgp.js";
import { sessionTable } from "./session-table.js";
import type { BgpPlan } from "./types.js";

const seed = `
nix-nos:
  clusters:
    lab:
      nodes:
        node01: { role: control-plane, ip: 10.0.1.10, loopback: 10.255.0.1 }
        node02: { role: control-plane, ip: 10.0.1.11 }
        node03: { role: worker, ip: 10.0.1.12 }
  network:
    bgp:
      autonomousSystems:
        "65000":
          members: [node01, node02, node03]
          ibgp: IBGP
      vipAdvertisements:
        web: { vips: [10.0.100.1], nodes: [node03], announce: ANNOUNCE, communities: ["65000:100"] }
`;

function planOf(ibgp: string, announce = "static"): BgpPlan {
  return unwrap(planBgp(networkOf(seed.replace("IBGP", ibgp).replace("ANNOUNCE", announce))));
}

/** `node01>node02` for a session, with `*` where the neighbour is a client. */
function arrows(plan: BgpPlan): readonly string[] {
  return sessionTable(plan).map((row) => `${row.node}>${row.remoteNode}${row.routeReflectorClient ? "*" : ""}`);
}

describe("iBGP", () => {
  it("meshes all members, or reflects, or does nothing", () => {
    expect(arrows(planOf("full-mesh"))).toEqual([
      "node01>node02",
      "node01>node03",
      "node02>node01",
      "node02>node03",
      "node03>node01",
      "node03>node02",
    ]);
    expect(arrows(planOf("{ strategy: route-reflector, reflectors: [node01] }"))).toEqual([
      "node01>node02*",
      "node01>node03*",
      "node02>node01",
      "node03>node01",
    ]);
    expect(arrows(planOf("{ strategy: route-reflector, reflectors: [node01, node02] }"))).toEqual([
      "node01>node02",
      "node01>node03*",
      "node02>node01",
      "node02>node03*",
      "node03>node01",
      "node03>node02",
    ]);
    expect(arrows(planOf("none"))).toEqual([]);
  });

  it("gives reflectors alone a cluster id: the AS's, or their own router id", () => {
    const ids = (ibgp: string) => planOf(ibgp).speakers.map((speaker) => speaker.clusterId);
    expect(ids("{ strategy: route-reflector, reflectors: [node01] }")).toEqual(["10.255.0.1", null, null]);
    expect(ids("{ strategy: route-reflector, reflectors: [node02], clusterId: 10.9.9.9 }")).toEqual([
      null,
      "10.9.9.9",
      null,
    ]);
  });
});

describe("VIPs and other own prefixes", () => {
  it("makes the loopback and the VIP's host route, with the node as next hop", () => {
    const plan = planOf("full-mesh");
    expect(plan.speakers.map((speaker) => speaker.originated)).toEqual([["10.255.0.1/32"], [], []]);
    expect(plan.speakerByNode.get("node03")?.vips).toEqual([
      {
        advertisement: "web",
        prefix: "10.0.100.1/32",
        family: "ipv4",
        announce: "static",
        communities: [{ kind: "standard", asn: 65000, value: 100 }],
        localPref: null,
        nextHop: "10.0.1.12",
        localAddress: "10.0.1.12",
      },
    ]);
    expect(plan.speakers.map((speaker) => speaker.sidecar)).toEqual([null, null, null]);
  });

  it("plans a sidecar where VIPs depend on health, with a router id of its own", () => {
    const plan = planOf("full-mesh", "health");
    expect(plan.speakers.map((speaker) => speaker.sidecar?.routerId ?? null)).toEqual([null, null, "250.0.1.12"]);
    expect(plan.speakerByNode.get("node03")?.sidecar).toMatchObject({
      address: "127.0.0.1",
      port: 1790,
      localAs: 65000,
      families: ["ipv4"],
      prefixes: ["10.0.100.1/32"],
    });
  });
});

const fabric = `
nix-nos:
  clusters: { lab: { nodes: {
    leaf: { role: leaf, ip: 10.0.0.1 }, n1: { role: worker, ip: 10.0.0.2 }, n2: { role: worker, ip: 10.0.0.3 }, out: { role: worker, ip: 10.0.0.4 } } } }
  network:
    links:
      - { between: ["leaf:swp1", "n1:eth1"], addresses: [10.254.0.0/31, 10.254.0.1/31] }
      - { between: ["leaf:swp2", "n1:eth2"], addresses: [10.254.0.2/31, 10.254.0.3/31] }
      - { between: ["n1:eth3", "n2:eth3"], addresses: [10.254.0.4/31, 10.254.0.5/31] }
      - { between: ["leaf:swp4", "out:eth1"], addresses: [10.254.0.6/31, 10.254.0.7/31] }
    bgp: { autonomousSystems: { "65001": { members: [leaf] }, "65000": { members: [n1, n2] } } }
`;

it("runs eBGP over each link between systems, and over no other", () => {
  const plan = unwrap(planBgp(networkOf(fabric)));
  expect(
    plan.speakerByNode.get("leaf")?.sessions.map((s) => [s.kind, s.name, s.localAddress, s.remoteAddress]),
  ).toEqual([
    ["ebgp", "ebgp_n1_swp1_v4", "10.254.0.0", "10.254.0.1"],
    ["ebgp", "ebgp_n1_swp2_v4", "10.254.0.2", "10.254.0.3"],
  ]);
  const inner = plan.speakers.flatMap((speaker) => speaker.sessions.filter((session) => session.kind === "ibgp"));
  expect(inner.map((session) => [session.node, session.channels[0]?.nextHopSelf])).toEqual([
    ["n1", "ebgp"],
    ["n2", "none"],
  ]);
});

/** Nodes of one AS, as they are. */
function meshOf(nodes: readonly Node[], own: Partial<Network["bgp"]> = {}): Network {
  const members = nodes.map(({ name }) => name);
  const ibgp = {
    strategy: "full-mesh",
    reflectors: [],
    clusterId: null,
    groups: [],
    transport: "ip",
    nextHopSelf: "ebgp",
  } as const;
  return indexNetwork({
    name: null,
    domain: null,
    sites: [],
    clusters: [],
    workloads: [],
    firewall: { zones: [], forwardings: [], openings: [] },
    dns: { nameServers: [], services: [] },
    lab: { peers: [] },
    nodes,
    pools: [],
    reservations: [],
    vlans: [],
    links: [],
    bgp: {
      timers: { holdTime: null, keepalive: null },
      bfd: false,
      gracefulRestart: false,
      autonomousSystems: [{ number: 65000, members, ibgp, confederation: null, path: ["as"] }],
      multihop: [],
      rpkiCaches: [],
      birdVersion: "2.0.12",
      speakers: new Map(),
      peers: [],
      prefixSets: [],
      policies: [],
      vipAdvertisements: [],
      ...own,
    },
    allocations: {},
    released: {},
  });
}

const v4 = (last: number) => ({ ip: { ipv4: `10.0.0.${last}`, ipv6: null }, routerId: `10.0.0.${last}` });
const entry = { nextHop: "self", communities: [], standby: null, path: ["vips", "web"] } as const;

describe("mistakes", () => {
  const brief = (diagnostics: readonly Diagnostic[]) =>
    diagnostics.map(({ code, severity, path, related }) => [
      code,
      severity,
      path.join("."),
      related?.[0]?.path.join("."),
    ]);
  const faults = (network: Network) => brief(planBgp(network).diagnostics);

  it("no router id, or zero, which is none", () => {
    const network = meshOf([
      node("a", v4(1)),
      node("b", { ...v4(2), routerId: null }),
      node("c", { ...v4(3), routerId: "0.0.0.0" }),
    ]);
    expect(faults(network)).toEqual([
      ["NN3001", "error", "nodes.b", undefined],
      ["NN3001", "error", "nodes.c", undefined],
    ]);
    expect(planBgp(network).value).toBeNull();
  });

  it("one router id twice, also where the second is a sidecar's", () => {
    expect(faults(meshOf([node("a", v4(1)), node("b", { ...v4(2), routerId: "10.0.0.1" })]))).toEqual([
      ["NN3002", "error", "nodes.b", "nodes.a"],
    ]);
    const vipAdvertisements = [
      { ...entry, name: "web", vips: ["10.9.9.9"], nodes: ["a"], announce: "health" as const },
    ];
    const network = meshOf([node("a", v4(1)), node("b", { ...v4(2), routerId: "250.0.0.1" })], { vipAdvertisements });
    expect(faults(network)).toEqual([["NN3002", "error", "nodes.a", "nodes.b"]]);
  });

  it("neighbours without a common family, and each node blamed once however large the mesh", () => {
    const v6 = node("v6", { ip: { ipv4: null, ipv6: "fd00::1" }, routerId: "10.0.0.9" });
    expect(faults(meshOf([node("a", v4(1)), v6]))).toEqual([["NN3003", "error", "nodes.v6", "nodes.a"]]);
    const many = Array.from({ length: 200 }, (_, index) =>
      node(`n${index}`, { ip: none, routerId: `10.1.0.${index + 1}` }),
    );
    expect(planBgp(meshOf([node("a", v4(1)), ...many])).diagnostics).toHaveLength(200);
  });

  it("a link between systems without addresses", () => {
    const without = fabric.replace(", addresses: [10.254.0.0/31, 10.254.0.1/31]", "");
    expect(faults(networkOf(without))).toEqual([["NN3004", "warning", "nix-nos.network.links.0", undefined]]);
  });

  it("a VIP whose family no session carries", () => {
    const vipAdvertisements = [{ ...entry, name: "web", vips: ["fd00::9"], nodes: ["a"], announce: "static" as const }];
    const network = meshOf([node("a", v4(1)), node("b", v4(2))], { vipAdvertisements });
    expect(faults(network)).toEqual([["NN3005", "warning", "vips.web", undefined]]);
    expect(planBgp(network).value).not.toBeNull();
  });

  it("what GoBGP cannot do: originate, and BFD, which then neither end has", () => {
    const loopback = { ipv4: "10.255.0.1", ipv6: null };
    const network = meshOf(
      [node("a", { ...v4(1), bgpDaemon: "gobgp", loopback }), node("b", v4(2)), node("c", v4(3))],
      { bfd: true },
    );
    expect(faults(network)).toEqual([
      ["NN3006", "warning", "nodes.a", undefined],
      ["NN3007", "warning", "nodes.a", undefined],
    ]);
    const sessions = unwrap(planBgp(network)).speakers.flatMap((speaker) => speaker.sessions);
    expect(sessions.filter((session) => session.bfd).map((session) => session.name)).toEqual([
      "ibgp_c_v4",
      "ibgp_b_v4",
    ]);
  });
});

describe("every plan", () => {
  it("has each session's mirror at its other end, and names that BIRD can tell apart", { tags: "property" }, () => {
    fc.assert(
      fc.property(networks, (network) => {
        const plan = unwrap(planBgp(network));
        const all = plan.speakers.flatMap((speaker) => speaker.sessions);
        const key = (...parts: readonly unknown[]) => JSON.stringify(parts);
        const ends = new Set(
          all.map((s) => key(s.node, s.remoteNode, s.localAs, s.remoteAs, s.localAddress, s.remoteAddress)),
        );
        expect(ends.size).toBe(all.length);
        for (const s of all) {
          expect(ends).toContain(key(s.remoteNode, s.node, s.remoteAs, s.localAs, s.remoteAddress, s.localAddress));
          expect(s.name).toMatch(/^[ie]bgp_\w{1,59}$/);
        }
        for (const { sessions } of plan.speakers) {
          expect(new Set(sessions.map((session) => session.name)).size).toBe(sessions.length);
        }
      }),
    );
  });

  it("keeps the names and order of sessions when a node is added", { tags: "property" }, () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.stringMatching(/^[a-z][a-z0-9_-]{0,70}$/), { minLength: 3, maxLength: 8 }),
        (names) => {
          const nodes = names.map((name, index) => node(name, v4(index + 1)));
          const namesOf = (network: Network) =>
            unwrap(planBgp(network)).speakers[0]?.sessions.map((session) => session.name);
          expect(namesOf(meshOf(nodes))?.slice(0, -1)).toEqual(namesOf(meshOf(nodes.slice(0, -1))));
        },
      ),
    );
  });
});

it("plans a mesh of 1,000 and a reflected AS of 10,000, whose sessions share what is alike in them", () => {
  const nodes = Array.from({ length: 10_000 }, (_, index) => {
    const address = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
    return node(`n${index}`, { ip: { ipv4: address, ipv6: null }, routerId: `11.0.${index >> 8}.${index & 255}` });
  });
  const mesh = unwrap(planBgp(meshOf(nodes.slice(0, 1000))));
  expect(mesh.speakers.reduce((sum, speaker) => sum + speaker.sessions.length, 0)).toBe(1000 * 999);
  const [system] = meshOf(nodes).bgp.autonomousSystems;
  const reflectors = nodes.slice(0, 4).map(({ name }) => name);
  const ibgp = {
    strategy: "route-reflector",
    reflectors,
    clusterId: null,
    groups: [],
    transport: "ip",
    nextHopSelf: "ebgp",
  } as const;
  const autonomousSystems = system ? [{ ...system, ibgp }] : [];
  const reflected = unwrap(planBgp(meshOf(nodes, { autonomousSystems })));
  expect(reflected.speakers.reduce((sum, speaker) => sum + speaker.sessions.length, 0)).toBe(2 * (6 + 4 * 9996));
  const sessions = [...mesh.speakers, ...reflected.speakers].flatMap((speaker) => speaker.sessions);
  expect(new Set(sessions.map(({ channels }) => channels)).size).toBe(2);
  expect(new Set(sessions.map(({ transport }) => transport)).size).toBe(1);
});
