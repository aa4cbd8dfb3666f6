import { describe, expect, test } from "vitest";
import { unwrap } from "../diagnostics/diagnostic.js";
import { loadTopology } from "../load/load-topology.js";
import { resolveTopology } from "../resolve/resolve-topology.js";
import { type FirewallSpeakers, planFirewall } from "./plan-firewall.js";

const none: FirewallSpeakers = { speakerByNode: new Map() };

function networkOf(text: string) {
  return unwrap(resolveTopology(unwrap(loadTopology({ file: "t.yaml", format: "yaml", text })).document));
}

/** A topology of one node, with its interfaces and what stands in `network`. */
function one(interfaces: string, network = "{ }", rest = "") {
  return networkOf(`
nix-nos:
  network: ${network}
  clusters: { c: { nodes: { n1: { role: edge, interfaces: ${interfaces}${rest} } } } }
`);
}

function planned(network: ReturnType<typeof networkOf>, speakers = none) {
  const { value, diagnostics } = planFirewall(network, speakers);
  const firewall = value?.firewallByNode.get("n1");
  if (!firewall) throw new Error("no firewall");
  return { firewall, codes: diagnostics.map(({ code }) => code) };
}

const lan = "e0: { addresses: [10.0.0.1/24], zone: lan }";
const wan = "e1: { addresses: [192.0.2.2/30], zone: wan }";

describe("who forwards", () => {
  const forwards = (network: ReturnType<typeof networkOf>) => network.index.nodeByName.get("n1")?.forwards;
  const zones = "{ zones: { lan: { input: accept }, wan: { allow: [ssh] } } }";
  test.each([
    ["no zone", one("{ e0: { addresses: [10.0.0.1/24] } }"), false],
    ["zones with nothing between", one(`{ ${lan}, ${wan} }`, zones), false],
    [
      "a forwarding between its zones",
      one(`{ ${lan}, ${wan} }`, `${zones.slice(0, -1)}, forwardings: [{ from: lan, to: wan }] }`),
      true,
    ],
    [
      "a written no",
      one(
        `{ ${lan}, ${wan} }`,
        `${zones.slice(0, -1)}, forwardings: [{ from: lan, to: wan }] }`,
        ", forwarding: false",
      ),
      false,
    ],
    ["a written yes", one("{ e0: { addresses: [10.0.0.1/24] } }", "{ }", ", forwarding: true"), true],
    ["one interface in a zone that forwards", one(`{ ${lan} }`, "{ zones: { lan: { forward: accept } } }"), false],
    [
      "two interfaces in a zone that forwards",
      one(`{ ${lan}, e1: { zone: lan } }`, "{ zones: { lan: { forward: accept } } }"),
      true,
    ],
  ])("%s", (_what, network, expected) => expect(forwards(network)).toBe(expected));

  test("sessions over two links", () => {
    const text = (members: string) => `
nix-nos:
  clusters: { c: { nodes: { n1: { role: leaf }, n2: { role: leaf }, n3: { role: leaf } } } }
  network:
    links:
      - { between: ["n1:s1", "n2:s1"], unnumbered: true }
      - { between: ["n1:s2", "n3:s1"], unnumbered: true }
    bgp: { autonomousSystems: { ${members} } }
`;
    const three = networkOf(text('"65001": { members: [n1] }, "65002": { members: [n2] }, "65003": { members: [n3] }'));
    expect(three.nodes.map((node) => node.forwards)).toEqual([true, false, false]);
    const two = networkOf(text('"65001": { members: [n1] }, "65002": { members: [n2] }'));
    expect(two.nodes.map((node) => node.forwards)).toEqual([false, false, false]);
  });

  test("a border, between a link and a neighbour outside", () => {
    const text = (address: string) => `
nix-nos:
  clusters: { c: { nodes: { n1: { role: edge, interfaces: { e0: { addresses: [192.0.2.2/30] } } }, n2: { role: leaf } } } }
  network:
    links: [{ between: ["n1:s1", "n2:s1"], unnumbered: true }]
    bgp:
      autonomousSystems: { "65001": { members: [n1] }, "65002": { members: [n2] } }
      peers: { up: { node: n1, remoteAs: 64500, address: ${address} } }
`;
    const own = (address: string) => networkOf(text(address)).nodes.map((node) => node.forwards);
    expect(own("192.0.2.1")).toEqual([true, false]);
    expect(own("198.51.100.1, multihop: 2, localAddress: 192.0.2.2")).toEqual([true, false]);
  });
});

test("an allowance is a rule for each port and family, and none where everything gets in", () => {
  const network = one(
    `{ ${lan}, ${wan} }`,
    '{ zones: { lan: { input: accept, workloads: [] }, wan: { allow: [dns, { ports: [ssh, 9000-9010/udp], from: [10.1.0.7, "fd00::/64"] }] } } }',
  );
  const { firewall, codes } = planned(network);
  expect(codes).toEqual([]);
  const own = firewall.rules.filter(({ at }) => at.kind === "zone");
  expect(
    own.map(({ match, sources, why }) => [match.kind === "ports" && [match.protocol, match.ports], sources, why]),
  ).toEqual([
    [["tcp", [{ first: 53, last: 53 }]], [], "zone wan: dns"],
    [["udp", [{ first: 53, last: 53 }]], [], "zone wan: dns"],
    [["tcp", [{ first: 22, last: 22 }]], ["10.1.0.7"], "zone wan: ssh"],
    [["tcp", [{ first: 22, last: 22 }]], ["fd00::/64"], "zone wan: ssh"],
    [["udp", [{ first: 9000, last: 9010 }]], ["10.1.0.7"], "zone wan: 9000-9010/udp"],
    [["udp", [{ first: 9000, last: 9010 }]], ["fd00::/64"], "zone wan: 9000-9010/udp"],
  ]);
});

test("a session's neighbour is let in from its address, and many in one rule", () => {
  const sessions = Array.from({ length: 5 }, (_, index) => {
    return {
      remoteAddress: `10.0.0.${index + 2}`,
      interface: null,
      bfd: index === 0,
      remoteNode: `r${index}`,
      peer: null,
    };
  });
  const speakers: FirewallSpeakers = { speakerByNode: new Map([["n1", { sessions, vips: [] }]]) };
  const { firewall } = planned(one("{ e0: { addresses: [10.0.0.1/24] } }"), speakers);
  const ports = firewall.rules.filter(({ match }) => match.kind === "ports");
  expect(ports.map(({ sources, why }) => [sources.length, why])).toEqual([
    [5, "BGP: r0, r1 and 3 more"],
    [1, "BFD: r0"],
  ]);
});

test("a workload's ports are open where no zone is, and in the zones that name it", () => {
  const network = networkOf(`
nix-nos:
  network: { zones: { dmz: { allow: [ssh], workloads: [web] }, wan: { allow: [ssh] } } }
  clusters:
    c:
      nodes: { n1: { role: edge, interfaces: { ${wan}, e2: { zone: dmz } } }, n2: { role: edge } }
      workloads:
        web: { command: [/bin/web], nodes: [n1], ports: ["8080"] }
        other: { command: [/bin/other], nodes: [n2], ports: ["9090"] }
`);
  const { firewall } = planned(network);
  const places = firewall.rules.filter(({ why }) => /workload/.test(why)).map(({ at, why }) => [at, why]);
  expect(places).toEqual([
    [{ kind: "unzoned" }, "workload web"],
    [{ kind: "zone", zone: "dmz" }, "zone dmz: workload web"],
  ]);
});

test("what passes within a zone, and what the node may hand on, are rules too", () => {
  const zones =
    "{ lan: { input: accept, forward: accept }, wan: { allow: [{ ports: [https], from: [10.1.0.7, 10.1.0.7] }] } }";
  const { firewall } = planned(one(`{ ${lan}, ${wan} }`, `{ zones: ${zones}, forwardings: [{ from: wan, to: lan }] }`));
  expect(firewall.forwardings.map(({ from, to, match, why }) => [from, to, match, why])).toEqual([
    ["lan", "lan", null, "within lan"],
    ["wan", "lan", null, "wan to lan"],
  ]);
  expect(firewall.dnat.map(({ zone, match, sources }) => [zone, match?.protocol ?? null, sources])).toEqual([
    ["lan", null, []],
    ["wan", "tcp", ["10.1.0.7"]],
    ["wan", "udp", ["10.1.0.7"]],
  ]);
});

describe("ssh", () => {
  test.each([
    ["kept out by every zone", `{ ${wan} }`, "{ zones: { wan: { allow: [https] } } }", ["NN1347"]],
    ["let in by name", `{ ${wan} }`, "{ zones: { wan: { allow: [ssh] } } }", []],
    [
      "let in by its port, for some",
      `{ ${wan} }`,
      "{ zones: { wan: { allow: [{ ports: [1-1024/tcp], from: [10.0.0.1] }] } } }",
      [],
    ],
    ["let in by another zone", `{ ${lan}, ${wan} }`, "{ zones: { lan: { input: accept }, wan: { } } }", []],
    ["on an interface without a zone", `{ ${wan}, e2: { addresses: [10.9.0.1/24] } }`, "{ zones: { wan: { } } }", []],
    ["on UDP alone", `{ ${wan} }`, "{ zones: { wan: { allow: [22/udp] } } }", ["NN1347"]],
    ["by zones that nobody defined", `{ ${lan}, ${wan} }`, "{ }", ["NN1348", "NN1348"]],
  ])("%s", (_what, interfaces, network, expected) => {
    expect(planned(one(interfaces, network)).codes).toEqual(expected);
  });
});

test("an answer of a DHCPv6 server comes in by the interface that asked", () => {
  const { firewall } = planned(one("{ e0: { dhcp: true, zone: wan }, e1: { dhcp: ipv4 } }", "{ zones: { wan: {} } }"));
  expect(firewall.rules.filter(({ why }) => why.startsWith("DHCP"))).toEqual([
    {
      at: { kind: "interface", interface: "e0" },
      family: "ipv6",
      match: { kind: "ports", protocol: "udp", ports: [{ first: 546, last: 546 }] },
      sources: ["fe80::/10"],
      why: "DHCPv6 on e0",
    },
  ]);
});

test("what an extension's service needs is open on its node, to those whom it needs it from", () => {
  const network = one("{ e0: { zone: wan } }", "{ zones: { wan: {} } }");
  const openings = [
    { node: "n1", name: "store: members", protocol: "tcp", port: 2380, sources: ["10.0.0.2", "fd00::2", "10.0.0.3"] },
    { node: "n1", name: "nobody", protocol: "tcp", port: 1, sources: [] },
    { node: "elsewhere", name: "elsewhere", protocol: "tcp", port: 2, sources: ["10.0.0.2"] },
  ] as const;
  const { firewall } = planned({ ...network, firewall: { ...network.firewall, openings } });
  const match = { kind: "ports", protocol: "tcp", ports: [{ first: 2380, last: 2380 }] };
  expect(firewall.rules.filter(({ match: { kind } }) => kind === "ports")).toEqual([
    { at: { kind: "anywhere" }, family: "ipv4", match, sources: ["10.0.0.2", "10.0.0.3"], why: "store: members" },
    { at: { kind: "anywhere" }, family: "ipv6", match, sources: ["fd00::2"], why: "store: members" },
  ]);
});
