import { describe, expect, it } from "vitest";
import { locateDiagnostics } from "../diagnostics/locate.js";
import { loadTopology } from "../load/load-topology.js";
import { resolveTopology } from "../resolve/resolve-topology.js";

/** Every stage of this package over a text: `CODE «text at its place» message [text at the other place]`. */
function faults(text: string): string[] {
  const loaded = loadTopology({ file: "t.yaml", format: "yaml", text });
  const resolved = loaded.value && resolveTopology(loaded.value.document);
  const later = loaded.value && resolved ? locateDiagnostics(resolved.diagnostics, loaded.value.sourceMap) : [];
  const lines = text.split("\n");
  const at = (place: { line?: number; column?: number; endColumn?: number }) =>
    lines[(place.line ?? 0) - 1]?.slice(
      (place.column ?? 1) - 1,
      place.endColumn === undefined ? undefined : place.endColumn - 1,
    );
  return [...loaded.diagnostics, ...later].map((diagnostic) => {
    const { code, severity, message, related = [] } = diagnostic;
    const others = related.map((place) => ` [${at(place)}]`).join("");
    return `${code}${severity === "warning" ? " warning" : ""} «${at(diagnostic)}» ${message}${others}`;
  });
}

const onNode = (interfaces: string) => `nix-nos:
  network:
    vlans: { storage: { id: 100, mtu: 9000 }, backup: { id: 100 } }
  clusters: { lab: { nodes: { n1: { role: worker, interfaces: {
    ${interfaces} } } } } }
`;

describe("interfaces", () => {
  it.each([
    [
      "e0: { addresses: [10.0.0.0/24] }",
      ['NN1224 «10.0.0.0/24» "10.0.0.0/24" is the network\'s own address, which no interface can have.'],
    ],
    [
      "e0: { addresses: [10.0.0.255/24] }",
      ['NN1224 «10.0.0.255/24» "10.0.0.255/24" is the network\'s broadcast address, which no interface can have.'],
    ],
    ["e0: { addresses: [10.0.0.0/31, 10.0.1.1/31, 10.0.2.0/32, 'fd00::/127'] }", []],
    [
      "e0: { addresses: [10.0.0.1/24] }, e1: { addresses: [10.0.0.129/25] }",
      [
        'NN1223 «10.0.0.129/25» Two interfaces of "n1" are in one network: e0 in 10.0.0.0/24, e1 in 10.0.0.128/25. [10.0.0.1/24]',
      ],
    ],
    [
      "e0: { addresses: [10.0.0.1/24] }, e1: { addresses: [10.0.0.129/25] }, red: { kind: vrf, table: 10, members: [e1] }",
      [],
    ],
    ["e0: { addresses: ['fe80::1/64'] }, e1: { addresses: ['fe80::2/64', 10.0.0.1/32] }", []],
    [
      "b0: { kind: bond, members: [e0] }, s: { kind: vlan, parent: b0, vlan: storage }, e0: { mtu: 1500 }",
      ['NN1232 «storage» The MTU of "s" (9000) is larger than that of "e0" (1500), on which it stands. [1500]'],
    ],
    [
      "br0: { kind: bridge, members: [e0], mtu: 9000 }, e0: { mtu: 1500 }",
      ['NN1232 «9000» The MTU of "br0" (9000) is larger than that of "e0" (1500), on which it stands. [1500]'],
    ],
    [
      "e0: { mtu: 1500 }, x: { kind: vxlan, vni: 5, parent: e0, mtu: 1451 }",
      [
        'NN1232 «1451» The MTU of "x" (1451, and 50 of VXLAN\'s headers) is larger than that of "e0" (1500), on which it stands. [1500]',
      ],
    ],
    ["e0: { mtu: 1500 }, x: { kind: vxlan, vni: 5, parent: e0, mtu: 1450 }", []],
    [
      "e0: { mtu: 1500 }, x: { kind: vxlan, vni: 5, parent: e0, mtu: 1450, remotes: ['fd00::2'] }",
      [expect.stringContaining("(1450, and 70 of VXLAN's headers)")],
    ],
    [
      "br0: { kind: bridge, members: [s], mtu: 9500 }, s: { kind: vlan, parent: e0, vlan: storage }",
      ['NN1232 «9500» The MTU of "br0" (9500) is larger than that of "s" (9000), on which it stands. [storage]'],
    ],
    [
      "s: { kind: vlan, parent: e0, vlan: storage }, b: { kind: vlan, parent: e0, vlan: backup }",
      [
        'NN1219 «{ kind: vlan, parent: e0, vlan: backup }» The VLAN "backup" (id 100) stands twice on "e0". [{ kind: vlan, parent: e0, vlan: storage }]',
      ],
    ],
    ["e0: { mtu: 67 }", ["NN1105 «67» Expected a whole number of at least 68, found 67."]],
    [
      "e0: { mtu: 1279, addresses: ['fd00::1/64'] }",
      ["NN1105 «1279» An interface with an IPv6 address needs an MTU of at least 1280 (RFC 8200), found 1279."],
    ],
    ["e0: { mtu: 1e400 }", ["NN1105 «1e400» Expected a whole number, found Infinity."]],
    ["e0: { mtu: 1500.5 }", ["NN1105 «1500.5» Expected a whole number, found 1500.5."]],
    [
      "e0: { mtu: 99999999999999999999 }",
      ["NN1105 «99999999999999999999» Expected a whole number of at most 65535, found 100000000000000000000."],
    ],
    ["__proto__: { mtu: 1 }", ['NN1106 «__proto__» The name "__proto__" cannot be used.']],
    ["e0: { __proto__: 1 }", ['NN1106 «__proto__» The name "__proto__" cannot be used.']],
    [
      "bond0: { kind: bond, members: [eth2] }, s: { kind: vlan, parent: bnod0, vlan: storage }",
      ['NN1217 «bnod0» The node has no interface "bnod0".'],
    ],
    [
      "bond0: { kind: bond, members: [eth2] }, s: { kind: vlan, parent: bod0, vlan: storage }",
      ['NN1217 «bod0» The node has no interface "bod0".'],
    ],
    ["eth0: {}, br0: { kind: bridge, members: [eht0] }", ['NN1217 «eht0» The node has no interface "eht0".']],
    ["eth0: {}, eno1: {}, br0: { kind: bridge, members: [eth1, ens1, eth10] }", []],
    [
      "e0: { addresses: [10.0.0.1/24, 10.0.0.1/24] }",
      ["NN1208 «10.0.0.1/24» The address 10.0.0.1 is given twice: to n1:e0 and to n1:e0. [10.0.0.1/24]"],
    ],
    [
      "e0: { addresses: [224.0.0.1/4, '::1/128', '::ffff:10.0.0.1/120'] }",
      [
        "NN1224 «224.0.0.1/4» 224.0.0.1 is a multicast group, so no machine has it as its own.",
        "NN1224 «'::1/128'» ::1 is the loopback address of each machine, so no machine has it as its own.",
        "NN1224 «'::ffff:10.0.0.1/120'» ::ffff:10.0.0.1 is an IPv4 address in IPv6 (RFC 4291 §2.5.5.2), so no machine has it as its own.",
      ],
    ],
    ["lo: { addresses: [127.0.0.1/8, '::1/128'] }", []],
    [
      "e0: { addresses: [10.0.0.1/24], gateway: 10.0.0.255 }",
      [
        "NN1218 «10.0.0.255» The gateway 10.0.0.255 is the network's own address or its broadcast address, and no machine's.",
      ],
    ],
    ["e0: { addresses: ['fd00::1/64'], gateway: 'fd00::' }", []],
    ["all: {}", [expect.stringMatching(/^NN1106 «all» Expected an interface name/)]],
    ["lo: { kind: dummy }", ['NN1217 «{ kind: dummy }» The interface "lo" is the loopback.']],
    ["r: { kind: vrf, table: 254 }", ["NN1105 «254» The routing table 254 is the system's own."]],
    [
      "w: { kind: wireguard }",
      ['NN1102 «{ kind: wireguard }» The key "privateKeyFile" is missing: an interface of kind wireguard needs it.'],
    ],
    [
      "w: { kind: wireguard, privateKeyFile: 'secret', peers: [{ publicKey: abc, allowedIps: [10.0.0.1/24], endpoint: 'h:0' }] }",
      [
        "NN1107 «'secret'» Expected the absolute path of a file on the node, found \"secret\".",
        'NN1106 «abc» Expected a WireGuard key, found "abc".',
        'NN1202 «10.0.0.1/24» Expected a prefix: an address and a length, and no bits set after the length, found "10.0.0.1/24".',
        "NN1201 «'h:0'» Expected HOST:PORT, found \"h:0\".",
      ],
    ],
    [
      "w: { kind: wireguard, privateKeyFile: /run/../etc/shadow }",
      ['NN1107 «/run/../etc/shadow» Expected the absolute path of a file on the node, found "/run/../etc/shadow".'],
    ],
    [
      "x: { kind: vxlan, vni: 16777216 }",
      ["NN1105 «16777216» Expected a whole number of at most 16777215, found 16777216."],
    ],
    ["x: { kind: dummy, vni: 5 }", ['NN1101 «vni» An interface of kind dummy has no "vni".']],
    [
      "x: { kind: vlna, parent: e0 }",
      ['NN1104 «vlna» Expected one of ethernet, vlan, bond, bridge, vxlan, wireguard, dummy, vrf, found "vlna".'],
    ],
    [
      "a: { kind: vlan, parent: b, vlan: storage }, b: { kind: bridge, members: [a] }",
      ['NN1217 «{ kind: vlan, parent: b, vlan: storage }» The interface "a" stands upon itself: a → b → a.'],
    ],
    ["eth0123456789abcd: {}", [expect.stringMatching(/^NN1106 «eth0123456789abcd» Expected an interface name/)]],
  ])("%s", (interfaces, expected) => {
    expect(faults(onNode(interfaces))).toEqual(expected);
  });
});

const withBgp = (bgp: string) => `nix-nos:
  clusters: { lab: { nodes: {
    n1: { role: edge, ip: 10.0.0.1, interfaces: { e0: { addresses: [10.0.0.1/24, 'fd00::1/64'] } } },
    n2: { role: worker, ip: 10.0.0.2 } } } }
  network: { bgp: { autonomousSystems: { "65000": { members: [n1] } },
    ${bgp} } }
`;
const peer = (rest: string, more = "") =>
  withBgp(`peers: { up: { node: n1, remoteAs: 64496, address: 10.0.0.9, import: [], export: [], ${rest} } }${more}`);

describe("peers and policies", () => {
  it.each([
    [peer(""), []],
    [
      peer("localAddress: 10.0.0.7"),
      [
        "NN1222 «10.0.0.7» 10.0.0.7 is no address of n1, so it cannot speak from it. [{ e0: { addresses: [10.0.0.1/24, 'fd00::1/64'] } }]",
      ],
    ],
    [peer("localAddress: 'fd00::1'"), ["NN1222 «'fd00::1'» The two addresses of \"up\" are of different families."]],
    [
      withBgp(
        "peers: { up: { node: n1, remoteAs: 64496, address: 'fe80::9', interface: e0, multihop: 2, import: [], export: [] } }",
      ),
      ['NN1222 «2» The address of "up" is link-local, so the neighbour is no hops away.'],
    ],
    [
      peer(String.raw`description: "a\u0085\u202e\U000E0041"`),
      [
        String.raw`NN1106 «"a\u0085\u202e\U000E0041"» Expected one line of text, at most 200 characters, found "a\u0085\u202e\udb40\udc41".`,
      ],
    ],
    [
      peer("passwordFile: hunter2"),
      ['NN1107 «hunter2» Expected the absolute path of a file on the node, found "hunter2".'],
    ],
    [peer('description: "a\\nb"'), [expect.stringMatching(/^NN1106 «"a\\nb"» Expected one line of text/)]],
    [
      peer("role: transit"),
      ['NN1104 «transit» Expected one of provider, customer, peer, rs, rs-client, found "transit".'],
    ],
    [
      withBgp("peers: { up: { node: n2, remoteAs: 23456, address: 10.0.0.2 } }"),
      [
        'NN1231 warning «{ node: n2, remoteAs: 23456, address: 10.0.0.2 }» The peer "up" has no import policy, so no route comes in (RFC 8212).',
        'NN1231 warning «{ node: n2, remoteAs: 23456, address: 10.0.0.2 }» The peer "up" has no export policy, so no route goes out (RFC 8212).',
        'NN1222 «n2» The node "n2" is in no autonomous system, so it has no session with "up".',
        'NN1206 «23456» "23456" is a reserved AS number, which no network may use.',
      ],
    ],
    [
      withBgp("peers: { up: { node: n1, remoteAs: 64496, address: 10.0.0.2, import: [], export: [] } }"),
      [
        'NN1222 «10.0.0.2» The peer "up" has an address of the topology\'s own node n2. [{ role: worker, ip: 10.0.0.2 }]',
      ],
    ],
    [
      withBgp(
        "peers: { up: { node: n1, remoteAs: 64496, address: 10.0.0.9, import: [], export: [] }, down: { node: n1, remoteAs: 64497, address: 10.0.0.9, import: [], export: [] } }",
      ),
      ['NN1222 «10.0.0.9» "n1" has two sessions with 10.0.0.9. [10.0.0.9]'],
    ],
    [
      withBgp("peers: { up: { node: n1, remoteAs: 65000, address: 10.0.0.9, role: peer, import: [], export: [] } }"),
      ['NN1222 «peer» "up" is in the node\'s own AS 65000, and roles are between different ones (RFC 9234).'],
    ],
    [
      withBgp(
        "peers: { up: { node: n1, remoteAs: 64496, address: 10.0.0.9, import: [drop-bogon], export: [drop-bogon] } }, policies: { drop-bogons: [{ match: { prefixSet: bogon }, then: reject }] }",
      ),
      ['NN1221 «drop-bogon» Unknown policy "drop-bogon". [drop-bogon]', 'NN1221 «bogon» Unknown prefix set "bogon".'],
    ],
    [
      withBgp("prefixSets: { bogons: [10.0.0.0/8] }"),
      [expect.stringMatching(/^NN1228 .* The prefix set "bogons" is built in/)],
    ],
    [
      withBgp("policies: { p: [{ then: accept }, { match: { asPathLength: { min: 9, max: 3 } }, then: reject }] }"),
      [expect.stringMatching(/^NN1230 warning .* No route reaches this term of "p"/)],
    ],
    [
      withBgp("policies: { p: [{ match: { asPathLength: { min: 9, max: 3 } }, then: reject }] }"),
      ["NN1105 «{ min: 9, max: 3 }» No path is at least 9 and at most 3 AS numbers long."],
    ],
    [
      withBgp("policies: { p: [{ set: { addLargeCommunities: ['65000:1'] }, then: accept }] }"),
      ["NN1209 «'65000:1'» \"65000:1\" is no large community: expected three numbers, as 65000:1:1."],
    ],
    [withBgp("prefixSets: { s: ['10.0.0.0/8{7,24}'] }"), [expect.stringMatching(/^NN1202/)]],
    ...["10.0.0.0/8{24,16}", "10.0.0.0/8{16,33}", "10.0.0.1/8+", "10.0.0.0/8-", "10.0.0.0+"].map(
      (range): [string, unknown[]] => [
        withBgp(`prefixSets: { s: ["${range}"] }`),
        [expect.stringMatching(/^NN1202 .* Expected a prefix, alone or with a range of lengths/)],
      ],
    ),
    ...[
      "-h",
      "AS-",
      "AS-A B",
      "AS-A;x",
      "AS-ANY",
      "EXCEPT",
      "RIPE::",
      "RIPE::-S",
      "AS-A:",
      "AS-A\\n",
      "RS-A",
      "AS--x\\0",
    ].map((object): [string, unknown[]] => [
      withBgp(`asSets: { s: { asSet: "${object}" } }`),
      [expect.stringMatching(/^NN1106 .* Expected the name of an AS-SET, found/)],
    ]),
    [
      withBgp("prefixSets: { s: { asSet: [RS-A, '-l'], sources: [RIPE, '-A', 'A,B'] } }"),
      [
        `NN1106 «'-A'» Expected the name of a routing registry, found "-A".`,
        `NN1106 «'-l'» Expected the name of an AS-SET or a route-set, found "-l".`,
        `NN1106 «'A,B'» Expected the name of a routing registry, found "A,B".`,
      ],
    ],
    ...["rt:65536:65536", "rt:65535:4294967296", "xx:1:2", "65536:1", "1:2:3:4"].map(
      (community): [string, unknown[]] => [
        withBgp(`policies: { p: [{ match: { community: "${community}" }, then: accept }] }`),
        [expect.stringMatching(/^NN1209 .* Expected a BGP community/)],
      ],
    ),
  ])("%s", (text, expected) => {
    expect(faults(text).sort()).toEqual([...expected].sort((a, b) => (String(a) < String(b) ? -1 : 1)));
  });
});

const withGroups = (groups: string) => `nix-nos:
  sites: { here: {} }
  clusters: { lab: { site: here, nodes: { a: { role: r }, b: { role: r }, c: { role: r }, d: { role: r } } } }
  network: { bgp: { autonomousSystems: { "65000": { members: [a, b, c], ibgp: {
    strategy: route-reflector, reflectors: [a], groups: { ${groups} } } } } } }
`;

describe("levels of reflectors", () => {
  it.each([
    ["g: { reflectors: [b], members: [c] }", []],
    ["g: { reflectors: [b], site: here }", []],
    ["g: { reflectors: [d] }", ['NN1203 «d» "d" is no member of AS 65000.']],
    ["g: { reflectors: [a] }", ['NN1233 «a» "a" reflects for the whole AS, so it is in no group.']],
    ["g: { reflectors: [b], members: [c] }, h: { reflectors: [c] }", ['NN1233 «c» "c" is in two groups. [c]']],
    ["g: { reflectors: [b], site: here }, h: { reflectors: [c] }", ['NN1233 «here» "c" is in two groups. [c]']],
    [
      "g: { reflectors: [b], members: [c], site: here }",
      ["NN1233 «here» A group has `members` or a `site`, not both."],
    ],
    ["g: { reflectors: [b], site: there }", ['NN1214 «there» Unknown site "there".']],
    ["g: { reflectors: [b], parent: h }", ['NN1214 «h» Unknown group "h".']],
    ["g: { reflectors: [b], parent: g }", ['NN1233 «g» The group "g" stands over itself: g → g.']],
    [
      "g: { reflectors: [b], parent: h }, h: { reflectors: [c], parent: g }",
      ['NN1233 «h» The group "g" stands over itself: g → h → g.'],
    ],
  ])("%s", (groups, expected) => {
    expect(faults(withGroups(groups))).toEqual(expected);
  });
});

const withNetwork = (network: string) => `nix-nos:
  network: { ${network} }
  clusters: { lab: { nodes: { n1: { role: a, ip: 10.0.0.1 }, n2: { role: a, ip: 10.0.0.2 } } } }
`;

describe("pools and links", () => {
  it.each([
    [
      "links: [{ between: ['n1:e0', 'n1:e1'], addresses: [10.5.0.0/31, 10.5.0.1/31] }]",
      ["NN1216 «['n1:e0', 'n1:e1']» The link joins \"n1\" to itself."],
    ],
    [
      "links: [{ between: ['n1:e0', 'n2:e0'], addresses: [10.5.0.0/31, 10.5.0.1/31], unnumbered: true }]",
      [
        "NN1216 «[10.5.0.0/31, 10.5.0.1/31]» An unnumbered link has link-local addresses alone, and this one has `addresses`.",
      ],
    ],
    [
      "pools: { a: { prefixes: [10.1.0.0/16] }, b: { prefixes: [10.1.2.0/24] } }",
      [
        "NN1227 «10.1.2.0/24» The pools' prefixes 10.1.0.0/16 and 10.1.2.0/24 overlap: one address could be given twice. [10.1.0.0/16]",
      ],
    ],
    [
      "pools: { f: { prefixes: [10.1.0.0/24], allocate: 32 } }, links: [{ between: ['n1:e0', 'n2:e0'], pool: f }]",
      ["NN1226 «32» An IPv4 block of length 32 has no two addresses, which a link needs."],
    ],
    // A number that no block of the pool can have is not passed over.
    [
      "pools: { f: { prefixes: [10.1.0.0/24], allocate: 127 } }, links: [{ between: ['n1:e0', 'n2:e0'], pool: f }]",
      ["NN1226 «127» An IPv4 block of length 127 has no two addresses, which a link needs."],
    ],
    [
      "pools: { f: { prefixes: [10.1.0.0/24, 'fd00::/64'], allocate: 32 } }, links: [{ between: ['n1:e0', 'n2:e0'], pool: f }]",
      ["NN1226 «32» An IPv4 block of length 32 has no two addresses, which a link needs."],
    ],
    [
      "pools: { f: { prefixes: ['fd00::/64'], allocate: 31 } }, links: [{ between: ['n1:e0', 'n2:e0'], pool: f }]",
      ["NN1226 «'fd00::/64'» The prefix fd00::/64 is smaller than one block of length 31, which links take from it."],
    ],
    [
      "pools: { f: { prefixes: ['fd00::/64'], allocate: { ipv6: 128 } } }",
      ["NN1105 «128» Expected a whole number of at most 127, found 128."],
    ],
    [
      "pools: { a: { prefixes: [10.1.0.0/24], gateway: 10.1.0.255 } }",
      [
        "NN1218 «10.1.0.255» The gateway 10.1.0.255 is the network's own address or its broadcast address, and no machine's.",
      ],
    ],
    [
      "pools: { f: { prefixes: [10.1.0.0/30], allocate: 29 } }, links: [{ between: ['n1:e0', 'n2:e0'], pool: f }]",
      ["NN1226 «10.1.0.0/30» The prefix 10.1.0.0/30 is smaller than one block of length 29, which links take from it."],
    ],
    [
      "links: [{ between: ['n1:e0', 'n2:e0'], addresses: [10.1.0.1/24, 10.2.0.1/24] }]",
      [
        "NN1229 «10.2.0.1/24» The two ends of the link are in different networks: 10.1.0.1/24 and 10.2.0.1/24. [10.1.0.1/24]",
      ],
    ],
    [
      "pools: { a: { prefixes: [10.1.0.0/16], gateway: 10.2.0.1 } }",
      ["NN1218 «10.2.0.1» The gateway 10.2.0.1 is in none of the pool's prefixes."],
    ],
    [
      "pools: { a: { prefixes: [10.1.0.0/16], quarantineDays: -1 } }",
      ["NN1105 «-1» Expected a whole number of at least 0, found -1."],
    ],
    ["vlans: { a: { id: 4095 } }", ["NN1105 «4095» Expected a whole number of at most 4094, found 4095."]],
  ])("%s", (network, expected) => {
    expect(faults(withNetwork(network))).toEqual(expected);
  });
});

it("a workload has no port that BGP or WireGuard has on its node", () => {
  const wireguard = "{ wg0: { kind: wireguard, port: 51820, privateKeyFile: /run/keys/wg } }";
  const text = `nix-nos:
  network: { bgp: { autonomousSystems: { "65000": { members: [n1] } } } }
  clusters:
    lab:
      nodes: { n1: { role: a, ip: 10.0.0.1 }, n2: { role: a, interfaces: ${wireguard} } }
      workloads: { w: { image: 'x:1', nodes: [n1, n2], ports: [179/udp, '179', 51820/udp, '51820'] } }
`;
  expect(faults(text)).toEqual([
    expect.stringMatching(/^NN1225 «'179'» The port 179\/tcp of "n1"/),
    expect.stringMatching(/^NN1225 «51820\/udp» The port 51820\/udp of "n2"/),
  ]);
});

const withWorkloads = (workloads: string) => `nix-nos:
  clusters:
    lab: { nodes: { n1: { role: a }, n2: { role: a } }, workloads: { ${workloads} } }
    other: { nodes: { n3: { role: a } } }
`;

describe("workloads", () => {
  it.each([
    ["w: { image: 'docker.io/library/registry:2', nodes: [n1], ports: ['80', '53:5353/udp'], schedule: daily }", []],
    [
      "w: { nodes: [n1] }",
      ['NN1225 «{ nodes: [n1] }» The workload "w" has neither an image nor a command, so there is nothing to run.'],
    ],
    [
      "w: { image: 'x:1', nodes: [n3] }",
      ['NN1225 «n3» The node "n3" is in the cluster "other", not in "lab". [{ role: a }]'],
    ],
    [
      "v: { image: 'x:1', nodes: [n1, n2], ports: ['80'] }, w: { image: 'y:1', nodes: [n2], ports: ['80:8080'] }",
      ["NN1225 «'80:8080'» The port 80/tcp of \"n2\" is taken twice, the second time by \"w\". ['80']"],
    ],
    [
      "w: { image: 'x:1', nodes: [n1], ports: ['70000:80'] }",
      [expect.stringMatching(/^NN1105 «'70000:80'» Expected a port/)],
    ],
    ...["w: { command: [ls], nodes: [n1] }"].map((text): [string, unknown[]] => [
      text,
      [expect.stringMatching(/^NN1361 «ls» The program "ls" has no absolute path/)],
    ]),
    ["w: { command: [/bin/ls], nodes: [n1], ports: ['80:80'] }", []],
    [
      "w: { command: [/bin/ls], nodes: [n1], ports: ['80:81', { port: 90, container: 91 }] }",
      [expect.stringMatching(/^NN1364 «'80:81'»/), expect.stringMatching(/^NN1364 «{ port: 90, container: 91 }»/)],
    ],
    [
      "w: { image: 'x:1', nodes: [n1], hardening: { privateTmp: false } }",
      [expect.stringMatching(/^NN1364 «{ privateTmp: false }»/)],
    ],
    ["w: { image: 'r:5000/x', nodes: [n1] }", [expect.stringMatching(/^NN1366 warning «'r:5000\/x'»/)]],
    ["w: { image: 'r:5000/x@sha256:00', nodes: [n1] }", []],
    [
      "w: { command: [/bin/ls], nodes: [n1], schedule: '25:00' }",
      ["NN1360 «'25:00'» \"25:00\" is no calendar expression: the hour 25 is not between 0 and 23."],
    ],
    [
      "w: { command: [/bin/ls], nodes: [n1], schedule: { calendar: daily }, healthCheck: { tcp: 5 }, restart: always }",
      [expect.stringMatching(/^NN1364 «{ tcp: 5 }»/), expect.stringMatching(/^NN1364 «always»/)],
    ],
    ["w: { command: [/bin/ls], nodes: [n1], healthCheck: {} }", [expect.stringMatching(/^NN1365 «{}»/)]],
    [
      "w: { command: [/bin/ls], nodes: [n1], healthCheck: { tcp: 5, exec: [/x] } }",
      [expect.stringMatching(/^NN1365 .* this has tcp and exec/)],
    ],
    [
      "w: { command: [/bin/ls], nodes: [n1], healthCheck: { http: { port: 5, path: 'a b' } } }",
      [expect.stringMatching(/^NN1365 «'a b'»/)],
    ],
    [
      "w: { image: 'x:1', nodes: [n1], ports: ['80:8080'], healthCheck: { http: { port: 8080 } } }",
      [expect.stringMatching(/^NN1365 «8080» The check asks the node's port 8080/)],
    ],
    ["w: { image: 'x:1', nodes: [n1], ports: ['80:8080'], healthCheck: { tcp: 80 } }", []],
    [
      "w: { image: 'x:1', nodes: [n1], ports: ['80/udp'], healthCheck: { tcp: 80 } }",
      [expect.stringMatching(/^NN1365 «80»/)],
    ],
    [
      "w: { image: 'x:1', nodes: [n1], healthCheck: { exec: [/bin/a b] } }",
      [expect.stringMatching(/^NN1365 «\/bin\/a b» podman splits/)],
    ],
    [
      "w: { image: 'x:1', nodes: [n1], healthCheck: { exec: [cmd-shell, /bin/a] } }",
      [expect.stringMatching(/^NN1365 «cmd-shell» podman takes/)],
    ],
    [
      "w: { image: 'x:1', nodes: [n1], healthCheck: { exec: [/bin/a] }, secrets: { t: '/run/a:b' } }",
      [expect.stringMatching(/^NN1364 «'\/run\/a:b'» podman ends/)],
    ],
    [
      "a: { command: [/bin/ls], nodes: [n1], after: [c] }, b: { command: [/bin/ls], nodes: [n1], after: [a], requires: [x] }, c: { command: [/bin/ls], nodes: [n1], after: [b] }",
      ['NN1362 «a» "a" waits for itself: a → c → b → a.', 'NN1362 «x» Unknown workload "x" in this cluster.'],
    ],
    ["a: { command: [/bin/ls], nodes: [n1], after: [a] }", ['NN1362 «a» "a" waits for itself: a → a.']],
    [
      "a: { command: [/bin/ls], nodes: [n1] }, b: { command: [/bin/ls], nodes: [n2], after: [a] }, c: { command: [/bin/ls], nodes: [n1, n2], after: [a], requires: [b] }",
      [
        'NN1363 «a» "b" and "a" run on no common node, so neither waits for the other. [[n1]]',
        'NN1363 «b» "c" requires "b", which does not run on "n1". [[n2]]',
      ],
    ],
    ["W_x: { command: [/bin/ls], nodes: [n1] }", [expect.stringMatching(/^NN1106 «W_x»/)]],
    [
      "w: { command: [/bin/ls], nodes: [n1], volumes: ['/a:b', '/../x', '/a:/b:ro', /c] }",
      [expect.stringMatching(/^NN1106 «'\/a:b'»/), expect.stringMatching(/^NN1106/)],
    ],
    ["w: { command: [/bin/ls], nodes: [n1], resources: { memory: 5Q } }", [expect.stringMatching(/^NN1105 «5Q»/)]],
    ["w: { command: [/bin/ls], nodes: [n1], secrets: { a: hunter2 } }", [expect.stringMatching(/^NN1107 «hunter2»/)]],
    ["w: { image: 'x:1', nodes: [n9] }", ['NN1205 «n9» Unknown node "n9".']],
    ["w: { image: 'x:1', nodes: [n1], environment: { '1X': y } }", [expect.stringMatching(/^NN1106 /)]],
    ["w: { image: 'x y', nodes: [n1] }", [expect.stringMatching(/^NN1106 «'x y'» Expected a container image/)]],
  ])("%s", (workloads, expected) => {
    expect(faults(withWorkloads(workloads))).toEqual(expected);
  });
});

it("looks at what stands under a name that it refuses", () => {
  const text = "nix-nos: { clusters: { lab: { nodes: { n_1: { rol: a, ip: 10.0.0.300 } } } } }\n";
  expect(faults(text)).toEqual([
    expect.stringMatching(/^NN1106 «n_1» Expected a node name/),
    'NN1101 «rol» Unknown key "rol" in "n_1".',
    expect.stringMatching(/^NN1201 «10.0.0.300» /),
  ]);
});

describe("one cause, one diagnostic", () => {
  it("folds the places of one missing name into one", () => {
    const links = ["a", "b", "c", "d", "e", "f"]
      .map((name) => `{ between: ['n1:${name}', 'gone:${name}'] }`)
      .join(", ");
    expect(faults(withNetwork(`links: [${links}]`))).toEqual([
      "NN1205 «'gone:a'» Unknown node \"gone\". ['gone:b'] ['gone:c'] ['gone:d']",
    ]);
  });

  it("says where keys belong that stand in another map", () => {
    const text =
      "nix-nos:\n  clusters: { lab: { nodes: { n1: { role: a } }, pools: { a: { prefixes: [10.0.0.0/8] } }, vlans: {} } }\n";
    const { diagnostics } = loadTopology({ file: "t.yaml", format: "yaml", text });
    expect(diagnostics.map(({ message, hint }) => [message, hint])).toEqual([
      ['Unknown keys "pools", "vlans" in "lab".', "They are keys of `nix-nos.network`: is the indentation right?"],
    ]);
  });

  it("takes a map of which it knows nothing as one mistake, without what it lacks of the other kind", () => {
    const text = "nix-nos:\n  clusters: { lab: { nodes: { registry: { image: 'x:1', ports: ['80'] } } } }\n";
    expect(faults(text)).toEqual(['NN1101 «registry» No key of "registry" is known here: "image", "ports".']);
  });
});

describe("interfaces on one another", () => {
  const stack = (names: number, lowest: string) => {
    const above = Array.from({ length: names - 1 }, (_, at) => `e${at}: { kind: bridge, members: [e${at + 1}] }`);
    return faults(onNode([...above, `e${names - 1}: ${lowest}`].join(", ")));
  };

  it("are as many as the kernel stacks", () => {
    expect(stack(8, "{}")).toEqual([]);
    expect(stack(9, "{}")).toEqual([
      'NN1217 «{ kind: bridge, members: [e1] }» The interface "e0" stands on 8 others, one on another, and Linux stacks 8 in all.',
    ]);
    expect(stack(20_000, "{}")).toEqual([expect.stringContaining('"e19991" stands on 8 others')]);
  });

  it("come to an end, however long the way", () => {
    expect(stack(20_000, "{ kind: vxlan, vni: 1, parent: e19998 }")).toEqual([
      expect.stringMatching(/^NN1217 .* The interface "e19998" stands upon itself: e19998 → e19999 → e19998\.$/),
    ]);
  });
});
