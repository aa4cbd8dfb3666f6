import { unwrap } from "@nix-nos/topology";
import { describe, expect, it } from "vitest";
import { networkOf } from "../network.test-support.js";
import { planBgp } from "../plan/plan-bgp.js";
import { explainRoute, type RouteExplanation } from "./explain-route.js";
import { policyTable } from "./policy-table.js";

const topology = `
nix-nos:
  clusters: { lab: { nodes: {
    rr: { role: rr, ip: 10.0.0.1 },
    edge: { role: edge, ip: 10.0.0.2, interfaces: { e0: { addresses: [192.0.2.2/30] }, e1: { addresses: [192.0.2.6/30] } } },
    leaf: { role: leaf, ip: 10.0.0.3, bgp: { originate: [198.18.0.0/24] } },
    host: { role: host, ip: 10.0.0.4 } } } }
  network: { bgp: {
    communities: { customers: "65000:1001" },
    autonomousSystems: { "65000": { members: [rr, edge, leaf, host], ibgp: { strategy: route-reflector, reflectors: [rr] } } },
    prefixSets: { ours: [198.18.0.0/24, 10.9.9.9/32] },
    policies: {
      clean: [{ match: { prefixSet: bogons }, then: reject }, { match: { role: peer, asPath: "^64600" }, then: reject }],
      take: [{ match: { neighbor: transit }, set: { localPref: 200, addCommunities: [customers] }, then: accept }, { then: accept }],
      ours: [{ match: { prefixSet: ours }, set: { prepend: 2 }, then: accept }] },
    peers: {
      transit: { node: edge, remoteAs: 64496, address: 192.0.2.1, role: customer, import: [clean, take], export: [ours] },
      other: { node: edge, remoteAs: 64600, address: 192.0.2.5, role: peer, import: [clean, take], export: [take] } },
    vipAdvertisements: { web: { vips: [10.9.9.9], nodes: [host, leaf], communities: ["65535:65281"] } } } }
`;

function explain(node: string, prefix: string, text = topology): RouteExplanation {
  const network = networkOf(text);
  const explanation = explainRoute(unwrap(planBgp(network)), network, { node, prefix });
  if (explanation === null) throw new Error(`${node} is no speaker`);
  return explanation;
}

/** Neighbours with what comes in and goes out. */
function sessions({ sessions: all }: RouteExplanation) {
  return all.map(({ neighbour, import: incoming, export: outgoing }) => [neighbour, incoming.reason, outgoing.reason]);
}

describe("a route of the topology's own", () => {
  it("goes over the reflector to the border, and out as the policy says", () => {
    const explained = explain("edge", "198.18.0.0/24");
    expect(explained).toMatchObject({ origins: [{ kind: "originated", node: "leaf" }], way: ["leaf", "rr", "edge"] });
    expect(explained.route).toMatchObject({ asPath: [], nextHop: "10.0.0.3", localPref: 100 });
    expect(sessions(explained)).toEqual([
      ["rr", "no policy", "it came from there"],
      ["other", "rejected by clean: prefixSet bogons", "accepted by take: every route"],
      ["transit", "rejected by clean: prefixSet bogons", "accepted by ours: prefixSet ours"],
    ]);
    expect(explained.sessions[2]?.export.route?.asPath).toEqual([65000, 65000, 65000]);
  });

  it("a default route goes to whoever is to have one, also from a node that has none, and as if it began there", () => {
    const text = topology.replace("role: peer, import", "role: provider, defaultOriginate: true, import");
    const made = { passes: true, reason: "accepted by nix-nos default route: prefixSet nix-nos default route" };
    const asPath = [65000];
    const other = (node: string, prefix: string, of = text) =>
      explain(node, prefix, of).sessions.find(({ neighbour }) => neighbour === "other")?.export;
    expect(other("edge", "0.0.0.0/0")).toMatchObject({ ...made, route: { asPath, communities: [] } });
    const held = text.replace("bgp: { originate: [198.18.0.0/24] }", 'bgp: { originate: ["0.0.0.0/0"] }');
    expect(other("edge", "0.0.0.0/0", held)).toMatchObject({ ...made, route: { asPath, nextHop: "192.0.2.6" } });
    // The best one may be such as does not leave.
    const kept = `${text.replace("role: customer, import: [clean, take]", "role: customer, import: [take]")}
  lab: { peers: { transit: { announce: [{ prefix: 0.0.0.0/0, communities: ["65535:65281"] }] } } }
`;
    expect(other("edge", "0.0.0.0/0", kept)).toMatchObject({ ...made, route: { asPath, communities: [] } });
  });

  it("with no-export stays inside, and the nearer of two nodes is taken", () => {
    const explained = explain("edge", "10.9.9.9/32");
    expect(explained.origins.map(({ node, kind }) => [node, kind])).toEqual([
      ["host", "vip"],
      ["leaf", "vip"],
    ]);
    expect(explained.route?.communities).toEqual([{ kind: "standard", asn: 65535, value: 65281 }]);
    expect(
      sessions(explained)
        .slice(1)
        .map((row) => row[2]),
    ).toEqual(["it carries no-export (RFC 1997)", "it carries no-export (RFC 1997)"]);
    expect(explain("leaf", "10.9.9.9/32").way).toEqual(["leaf"]);
  });
});

describe("a route from outside", () => {
  it("comes in where a policy takes it, and does not leak to a peer (RFC 9234)", () => {
    const explained = explain("edge", "45.0.0.0/8");
    expect(explained.way).toEqual(["transit", "edge"]);
    expect(explained.route).toMatchObject({ asPath: [64496], localPref: 200 });
    expect(sessions(explained)).toEqual([
      ["rr", "the neighbour has it from here", "no policy"],
      [
        "other",
        'rejected by clean: asPath "^64600"',
        "it came from a provider, peer or route server, and goes to customers alone (RFC 9234)",
      ],
      ["transit", "accepted by take: every route", "it came from there"],
    ]);
  });

  it("reaches the others with the border as its next hop", () => {
    expect(explain("leaf", "45.0.0.0/8")).toMatchObject({
      way: ["transit", "edge", "rr", "leaf"],
      route: { nextHop: "10.0.0.2", localPref: 200 },
      over: "ibgp_rr_v4",
    });
  });

  it("reaches nobody where every policy rejects it", () => {
    expect(explain("leaf", "10.0.0.0/24")).toMatchObject({
      route: null,
      way: [],
      origins: [{ kind: "peer" }, { kind: "peer" }],
    });
  });
});

it("a plain mesh member passes nothing on from one iBGP neighbour to another (RFC 4456)", () => {
  const text = `
nix-nos:
  clusters: { lab: { nodes: { a: { role: x, ip: 10.0.0.1, bgp: { originate: [198.18.0.0/24] } }, b: { role: x, ip: 10.0.0.2 }, c: { role: x, ip: 10.0.0.3 } } } }
  network: { bgp: { autonomousSystems: { "65000": { members: [a, b, c] } } } }
`;
  expect(sessions(explain("b", "198.18.0.0/24", text))).toEqual([
    ["a", "no policy", "it came from there"],
    [
      "c",
      "it came over iBGP, and goes on to a reflector's clients alone (RFC 4456)",
      expect.stringContaining("RFC 4456"),
    ],
  ]);
});

it("a loop over eBGP ends where the own AS is in the path", () => {
  const text = `
nix-nos:
  clusters: { lab: { nodes: { a: { role: x, loopback: 10.0.0.1, bgp: { originate: [198.18.0.0/24] } }, b: { role: x, loopback: 10.0.0.2 }, c: { role: x, loopback: 10.0.0.3 } } } }
  network: { pools: { links: { prefixes: [10.254.0.0/24], allocate: 31 } },
    links: [ { between: ["a:e0", "b:e0"], pool: links }, { between: ["b:e1", "c:e0"], pool: links } ],
    bgp: { autonomousSystems: { "65001": { members: [a, c], ibgp: none }, "65002": { members: [b] } } } }
`;
  const explained = explain("c", "198.18.0.0/24", text);
  expect(explained.route).toBeNull();
  expect(sessions(explained)).toEqual([
    ["b", "its path has the own AS 65001: a loop (RFC 4271)", "the node has no route"],
  ]);
});

describe("which of several routes is used", () => {
  const two = (policies: string) => `
nix-nos:
  clusters: { lab: { nodes: { a: { role: x, ip: 10.0.0.1, loopback: 10.255.0.1, interfaces: { e0: { addresses: [192.0.2.2/29] } } },
    b: { role: x, ip: 10.0.0.2 } } } }
  network: { bgp: {
    autonomousSystems: { "65000": { members: [a, b], ibgp: { transport: ip } } },
    policies: { all: [{ then: accept }], ${policies} },
    peers: {
      one: { node: a, remoteAs: 64496, address: 192.0.2.1, import: [one], export: [all] },
      two: { node: a, remoteAs: 64497, address: 192.0.2.3, import: [all], export: [all] } } } }
  lab: { peers: {
    one: { announce: [{ prefix: 198.18.0.0/24, med: 10 }, { prefix: 10.255.0.1/32 }] },
    two: { announce: [{ prefix: 198.18.0.0/24, med: 5, communities: ["64497:1"] }, { prefix: 198.18.1.0/24 }] } } }
`;

  it("is not guessed where a neighbour's identifier decides", () => {
    const explained = explain("a", "198.18.0.0/24", two("one: [{ then: accept }]"));
    expect(explained).toMatchObject({ way: ["one", "a"], asGood: [["two", "a"]] });
    expect(explained.origins.map((origin) => origin.kind === "peer" && origin.announced)).toEqual([true, true]);
  });

  it("is decided by weight, which goes no further, and after whether one is the node's own", () => {
    const text = two("one: [{ set: { weight: 50 }, then: accept }]");
    expect(explain("a", "198.18.0.0/24", text)).toMatchObject({ way: ["one", "a"], asGood: [], route: { weight: 50 } });
    expect(explain("b", "198.18.0.0/24", text)).toMatchObject({ way: ["one", "a", "b"], route: { weight: 0 } });
    expect(explain("a", "10.255.0.1/32", text).way).toEqual(["a"]);
  });

  it("and goes out without the metric that it came with, from a neighbour on the same network with its address", () => {
    const [toOne] = explain("a", "198.18.1.0/24", two("one: [{ then: accept }]"))
      .sessions.filter(({ neighbour }) => neighbour === "one")
      .map((session) => session.export.route);
    expect(toOne).toMatchObject({ asPath: [65000, 64497], med: null, nextHop: "192.0.2.3" });
  });
});

it("a confederation's identifier and parts are its own in a path from outside (RFC 5065)", () => {
  const text = (asPath: string) => `
nix-nos:
  clusters: { lab: { nodes: { a: { role: x, ip: 10.0.0.1, interfaces: { e0: { addresses: [192.0.2.2/30] } } }, b: { role: x, ip: 10.0.0.2 } } } }
  network: { links: [{ between: ["a:e1", "b:e1"], addresses: [10.1.0.0/31, 10.1.0.1/31] }],
    bgp: { policies: { all: [{ then: accept }] },
      autonomousSystems: { "65001": { members: [a], confederation: 64500 }, "65002": { members: [b], confederation: 64500 } },
      peers: { out: { node: a, remoteAs: 64496, address: 192.0.2.1, import: [all], export: [all] } } } }
  lab: { peers: { out: { announce: [{ prefix: 198.18.0.0/24, asPath: ${asPath}, med: 10 }] } } }
`;
  expect(explain("a", "198.18.0.0/24", text("[64500]")).route).toBeNull();
  expect(explain("a", "198.18.0.0/24", text("[65001]")).route).toBeNull();
  const part = explain("b", "198.18.0.0/24", text("[65002]"));
  expect(sessions(part)).toEqual([["a", "its path has the own AS 65002: a loop (RFC 4271)", "the node has no route"]]);
  expect(explain("b", "198.18.0.0/24", text("[]"))).toMatchObject({
    way: ["out", "a", "b"],
    confederationPath: [65001],
    route: { asPath: [64496], med: 10, nextHop: "10.1.0.0" },
  });
});

it("the table of policies leaves out what can never hold on a session", () => {
  const rows = policyTable(unwrap(planBgp(networkOf(topology))));
  const imports = rows.filter(({ direction }) => direction === "import");
  expect(imports.map(({ peer, terms }) => [peer, terms.map(({ when }) => when)])).toEqual([
    ["other", ["an AS set in the path", "community 65535:0", "prefixSet bogons", 'asPath "^64600"', "every route"]],
    ["transit", ["an AS set in the path", "community 65535:0", "prefixSet bogons", "community 65535:0", "every route"]],
  ]);
});
