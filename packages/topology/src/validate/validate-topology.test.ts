import { describe, expect, it } from "vitest";
import { loadTopology } from "../load/load-topology.js";

/** Loads YAML and gives each diagnostic as `CODE line «text at its place» message | hint`. */
function faults(text: string): string[] {
  const { value, diagnostics } = loadTopology({ file: "t.yaml", format: "yaml", text });
  if (diagnostics.some((diagnostic) => diagnostic.severity === "error")) expect(value).toBeNull();
  const lines = text.split("\n");
  return diagnostics.map(({ code, line = 0, column = 0, endColumn, message, hint }) => {
    const place = lines[line - 1]?.slice(column - 1, endColumn === undefined ? undefined : endColumn - 1);
    return `${code} ${line} «${place}» ${message} | ${hint ?? ""}`;
  });
}

const nodes = `
    nodes:
      node01: { role: control-plane, ip: 10.0.1.10 }
      node02: { role: worker, ip: 10.0.1.11 }
`;
const clusters = `nix-nos:\n  clusters:\n   lab:${nodes}`;
const withBgp = (bgp: string) => `${clusters}  network:\n    bgp:\n${bgp.replace(/^/gm, "      ")}\n`;

describe("one mistake, one diagnostic", () => {
  it.each([
    [
      "an unknown key",
      `${clusters}  netwrok: {}\n`,
      ['NN1101 7 «netwrok» Unknown key "netwrok" in "nix-nos". | Did you mean "network"?'],
    ],
    [
      "a missing key",
      "nix-nos:\n  clusters:\n    lab:\n      nodes:\n        n1: { ip: 10.0.0.1 }\n",
      ['NN1102 5 «{ ip: 10.0.0.1 }» The key "role" is missing: expected text. | '],
    ],
    [
      "a number where text belongs",
      "nix-nos:\n  name: 12\n  clusters: {}\n",
      ["NN1103 2 «12» Expected text, found the number 12. | Put it in quotes."],
    ],
    [
      "a word that is none of the allowed",
      withBgp('autonomousSystems: { "65000": { members: [node01], ibgp: { strategy: ful-mesh } } }'),
      [
        'NN1104 9 «ful-mesh» Expected one of full-mesh, route-reflector, none, found "ful-mesh". | Did you mean "full-mesh"?',
      ],
    ],
    [
      "an impossible address",
      clusters.replace("10.0.1.11", "256.1.1.1"),
      [
        'NN1201 6 «256.1.1.1» Expected an IP address, with or without a prefix length, found "256.1.1.1". | IPv4: four numbers from 0 to 255, as 10.0.1.10 or 10.0.1.10/24. IPv6: as fd00::10/64.',
      ],
    ],
    [
      "a reflector that is no member",
      withBgp(
        'autonomousSystems:\n  "65000":\n    members: [node01]\n    ibgp: { strategy: route-reflector, reflectors: [node02] }',
      ),
      ['NN1203 12 «node02» The reflector "node02" is no member of AS 65000. | Members: node01.'],
    ],
    [
      "a member of two systems",
      withBgp('autonomousSystems:\n  "65000": { members: [node01] }\n  "65001": { members: [node01] }'),
      [
        'NN1204 11 «node01» The node "node01" is a member of two autonomous systems, 65000 and 65001. | A node speaks BGP with one AS number: remove it from one list.',
      ],
    ],
    [
      "AS 0",
      withBgp('autonomousSystems:\n  "0": { members: [node01] }'),
      [
        'NN1206 10 «"0"» "0" is a reserved AS number, which no network may use. | For private use there are 64512 to 65534 and 4200000000 to 4294967294 (RFC 6996).',
      ],
    ],
    [
      "one address on two nodes",
      clusters.replace("10.0.1.11", "10.0.1.10"),
      ["NN1208 6 «10.0.1.10» The address 10.0.1.10 is given twice: to node01 and to node02. | Change one of the two."],
    ],
    [
      "an unknown member",
      withBgp('autonomousSystems: { "65000": { members: [nod01] } }'),
      ['NN1205 9 «nod01» Unknown node "nod01". | Did you mean "node01"?'],
    ],
    [
      "a community out of range",
      withBgp(
        'autonomousSystems: { "65000": { members: [node01] } }\nvipAdvertisements: { v: { vips: [10.9.9.9], communities: ["70000:1"] } }',
      ),
      [
        'NN1209 10 «"70000:1"» Expected a BGP community, or the name of one, found "70000:1". | 65000:100 is a standard community (two numbers up to 65535), 65000:1:1 a large one (three up to 4294967295), rt:65000:1 an extended one.',
      ],
    ],
    [
      "a VIP that is a node's own address",
      withBgp('autonomousSystems: { "65000": { members: [node01] } }\nvipAdvertisements: { v: { vips: [10.0.1.11] } }'),
      ["NN1211 10 «10.0.1.11» The VIP 10.0.1.11 is the own address of node02. | Choose an address that no node has."],
    ],
    [
      "two nodes of one name",
      clusters.replace("node02", "Node01"),
      [
        'NN1207 6 «Node01» The nodes "node01" and "Node01" have the same host name but for upper and lower case. | Give one of them another name.',
      ],
    ],
    [
      "a loopback on an interface",
      clusters.replace("ip: 10.0.1.11", "loopback: { pool: p, interface: eth0 }"),
      [
        'NN1214 6 «p» Unknown pool "p". | Pools stand under `network.pools`.',
        'NN1101 6 «interface» Unknown key "interface" in "loopback". | Known: pool.',
      ],
    ],
    ["a text instead of a map", "nix-nos: hello\n", ['NN1103 1 «hello» Expected a map, found the text "hello". | ']],
    ["nothing but a list", "- a\n", ["NN1103 1 «- a» Expected a map, found a list. | "]],
  ])("%s", (_name, text, expected) => {
    expect(faults(text)).toEqual(expected);
  });

  it("shows the other half of a conflict", () => {
    const text = clusters.replace("10.0.1.11", "10.0.1.10");
    const { diagnostics } = loadTopology({ file: "t.yaml", format: "yaml", text });
    expect(diagnostics[0]?.related?.[0]).toMatchObject({ message: "node01 has it here", line: 5, column: 42 });
  });
});

it("reports mistakes of every kind in one run, and none twice", () => {
  const text = `
nix-nos:
  colour: red
  clusters:
    lab:
      nodes:
        node01: { role: worker, ip: 256.1.1.1 }
        node02: { role: worker, ip: 10.0.0.2 }
        node03: { role: worker, ip: 10.0.0.2 }
  network:
    bgp:
      autonomousSystems:
        "0": { members: [node01] }
        "65000":
          members: [node01, node02]
          ibgp: { strategy: route-reflector, reflectors: [node03] }
`;
  expect(faults(text).map((fault) => fault.split(" ").slice(0, 2).join(" "))).toEqual([
    "NN1101 3",
    "NN1201 7",
    "NN1208 9",
    "NN1206 13",
    "NN1204 15",
    "NN1203 16",
  ]);
});

it("blames nobody who refers to what is damaged", () => {
  const bgp = '  network: { bgp: { autonomousSystems: { "65000": { members: [n1] } } } }\n';
  const codes = (clusters: string) =>
    faults(`nix-nos:\n  clusters: ${clusters}\n${bgp}`).map((fault) => fault.slice(0, 6));
  expect(codes("{ c: { nodes: { n1: [1] } } }")).toEqual(["NN1103"]);
  expect(codes("{ c: { nods: { n1: { role: x } } } }")).toEqual(["NN1101"]);
  expect(codes("[]")).toEqual(["NN1103"]);
  const system = "{ members: n1, ibgp: { strategy: route-reflector, reflectors: [n1] } }";
  const vips = "vipAdvertisements: { v: { vips: [192.0.2.1] } }";
  const text = `nix-nos: { clusters: { c: { nodes: { n1: { role: x } } } }, network: { bgp: { autonomousSystems: { "65000": ${system} }, ${vips} } } }`;
  expect(faults(text).map((fault) => fault.slice(0, 6))).toEqual(["NN1103"]);
  expect(codes("{ c: { nodes: { n2: { role: x } } } }")).toEqual(["NN1205"]);
});

it("lets an interface, its link and its node name one address", () => {
  const text = `
nix-nos:
  clusters:
    lab:
      nodes:
        a: { role: leaf, ip: 10.0.0.0, interfaces: { swp1: { addresses: [10.0.0.0/31] } } }
        b: { role: leaf, ip: 10.0.0.1 }
  network:
    links: [{ between: ["a:swp1", "b:swp1"], addresses: [10.0.0.0/31, 10.0.0.1/31] }]
`;
  expect(faults(text)).toEqual([]);
});

it("lets `services` be anything when no extension reads it", () => {
  expect(faults(`${clusters}services: [1, 2]\n`)).toEqual([]);
});
