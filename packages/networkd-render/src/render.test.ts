import { loadTopology, type Network, resolveTopology, unwrap } from "@nix-nos/topology";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { printUnit, UnitError, unitFault } from "./ini.js";
import { runNetworkd } from "./networkd.test-support.js";
import { renderNetworkd } from "./render.js";
import type { NetworkdUnit } from "./unit.js";

function networkOf(yaml: string): Network {
  return unwrap(resolveTopology(unwrap(loadTopology({ file: "test.yaml", format: "yaml", text: yaml })).document));
}

const everyKind = networkOf(`
nix-nos:
  network:
    pools: { loopbacks: { prefixes: [10.255.0.0/24, "fd00:255::/64"] } }
    vlans: { storage: { id: 100, mtu: 9000 }, guests: { id: 200 } }
  clusters:
    c:
      nodes:
        n1:
          role: worker
          ip: 10.10.0.10
          loopback: auto
          interfaces:
            eth0: { addresses: [10.10.0.10/24, "fd00:10::10/64"], gateway: [10.10.0.1, "fd00:10::1"] }
            bond0: { kind: bond, members: [eth2, eth3], mode: 802.3ad }
            storage: { kind: vlan, parent: bond0, vlan: storage, addresses: [10.20.0.10/24] }
            guests: { kind: vlan, parent: bond0, vlan: guests }
            br0: { kind: bridge, members: [guests, eth4], addresses: [10.30.0.1/24] }
        gateway: { role: edge, platform: openwrt, ip: 10.10.0.1 }
`);
const files = unwrap(renderNetworkd(everyKind));

test("every kind of interface, whole files", () => {
  const text = files.map((file) => `### ${file.path}\n${file.text}`).join("\n");
  expect(text).toMatchInlineSnapshot(`
    "### nodes/n1/networkd/10-bond0.netdev
    [NetDev]
    Name=bond0
    Kind=bond
    MTUBytes=9000

    [Bond]
    Mode=802.3ad
    MIIMonitorSec=100ms
    LACPTransmitRate=fast
    TransmitHashPolicy=layer3+4

    ### nodes/n1/networkd/10-br0.netdev
    [NetDev]
    Name=br0
    Kind=bridge

    ### nodes/n1/networkd/10-guests.netdev
    [NetDev]
    Name=guests
    Kind=vlan

    [VLAN]
    Id=200

    ### nodes/n1/networkd/10-storage.netdev
    [NetDev]
    Name=storage
    Kind=vlan
    MTUBytes=9000

    [VLAN]
    Id=100

    ### nodes/n1/networkd/20-eth0.network
    [Match]
    Name=eth0

    [Network]
    LinkLocalAddressing=ipv6
    IPv6AcceptRA=no
    Address=10.10.0.10/24
    Address=fd00:10::10/64
    Gateway=10.10.0.1
    Gateway=fd00:10::1

    ### nodes/n1/networkd/20-eth2.network
    [Match]
    Name=eth2

    [Link]
    MTUBytes=9000
    RequiredForOnline=no

    [Network]
    LinkLocalAddressing=no
    IPv6AcceptRA=no
    Bond=bond0

    ### nodes/n1/networkd/20-eth3.network
    [Match]
    Name=eth3

    [Link]
    MTUBytes=9000
    RequiredForOnline=no

    [Network]
    LinkLocalAddressing=no
    IPv6AcceptRA=no
    Bond=bond0

    ### nodes/n1/networkd/20-eth4.network
    [Match]
    Name=eth4

    [Link]
    RequiredForOnline=no

    [Network]
    LinkLocalAddressing=no
    IPv6AcceptRA=no
    Bridge=br0

    ### nodes/n1/networkd/20-lo.network
    [Match]
    Name=lo

    [Network]
    Address=10.255.0.1/32
    Address=fd00:255::1/128

    ### nodes/n1/networkd/30-bond0.network
    [Match]
    Name=bond0

    [Link]
    RequiredForOnline=carrier

    [Network]
    LinkLocalAddressing=no
    IPv6AcceptRA=no
    VLAN=guests
    VLAN=storage

    ### nodes/n1/networkd/30-br0.network
    [Match]
    Name=br0

    [Link]
    RequiredForOnline=no

    [Network]
    LinkLocalAddressing=ipv6
    IPv6AcceptRA=no
    ConfigureWithoutCarrier=yes
    Address=10.30.0.1/24

    ### nodes/n1/networkd/30-guests.network
    [Match]
    Name=guests

    [Link]
    RequiredForOnline=no

    [Network]
    LinkLocalAddressing=no
    IPv6AcceptRA=no
    Bridge=br0

    ### nodes/n1/networkd/30-storage.network
    [Match]
    Name=storage

    [Network]
    LinkLocalAddressing=ipv6
    IPv6AcceptRA=no
    Address=10.20.0.10/24
    "
  `);
  expect(files.every((file) => file.node === "n1" && file.layer === 1 && file.kind === "networkd")).toBe(true);
});

test("the real daemon reads each line without complaint", () => {
  // Kinds that this kernel may lack are read all the same.
  expect(runNetworkd(files, [], []).complaints).toEqual([]);
  const wrong = files.map((file) => ({ ...file, text: file.text.replace("IPv6AcceptRA", "IPv6AcceptRAs") }));
  expect(runNetworkd(wrong, [], []).complaints.length).toBeGreaterThan(0);
});

test("the real daemon makes addresses, routes, bridges and MTUs of them", () => {
  const network = networkOf(`
nix-nos:
  network: { pools: { loopbacks: { prefixes: [10.255.0.0/24, "fd00:255::/64"] } } }
  clusters:
    c:
      nodes:
        n1:
          role: worker
          ip: 10.10.0.10
          loopback: auto
          interfaces:
            eth0: { addresses: [10.10.0.10/24, "fd00:10::10/64"], gateway: 10.10.0.1, mtu: 4000 }
            br0: { kind: bridge, members: [eth4], addresses: [10.30.0.1/24], mtu: 9000 }
            br1: { kind: bridge, members: [], addresses: [10.31.0.1/24] }
`);
  const { complaints, addresses, links, defaultRoutes } = runNetworkd(
    unwrap(renderNetworkd(network)),
    ["eth0", "eth4"],
    ["10.10.0.10/24", "fd00:10::10/64", "10.30.0.1/24", "10.31.0.1/24", "fd00:255::1/128", "10.10.0.1"],
  );
  expect(complaints).toEqual([]);
  expect(addresses).toEqual({
    lo: ["10.255.0.1/32", "127.0.0.1/8", "::1/128", "fd00:255::1/128"],
    eth0: ["10.10.0.10/24", "fd00:10::10/64"],
    eth4: [],
    br0: ["10.30.0.1/24"],
    br1: ["10.31.0.1/24"],
  });
  expect(links).toMatchObject({ eth0: { mtu: 4000 }, eth4: { master: "br0", mtu: 9000 }, br0: { mtu: 9000 } });
  expect(defaultRoutes).toEqual(["10.10.0.1 eth0"]);
});

describe("what cannot be configured", () => {
  const node = (interfaces: string, ip = "10.0.1.10") =>
    networkOf(
      `nix-nos: { clusters: { c: { nodes: { n1: { role: worker, ip: ${ip}, interfaces: ${interfaces} } } } } }`,
    );

  test("an ip without an interface is a warning, and no unit is guessed", () => {
    expect(renderNetworkd(node("{ }"))).toEqual({
      value: [],
      diagnostics: [
        {
          code: "NN4001",
          severity: "warning",
          message: "Node n1 has the ip 10.0.1.10 but no interface that carries it, so no unit is written for it.",
          path: ["nix-nos", "clusters", "c", "nodes", "n1", "ip"],
          hint: 'Name the interface: interfaces: { eth0: { addresses: ["10.0.1.10/24"] } }',
        },
      ],
    });
    expect(renderNetworkd(node("{ eth1: { addresses: [10.9.0.1/24] } }")).diagnostics).toHaveLength(1);
    expect(renderNetworkd(node("{ eth1: { addresses: [10.0.1.10/24] } }")).diagnostics).toEqual([]);
  });

  test("a lower interface with a smaller MTU is an error", () => {
    const { value, diagnostics } = renderNetworkd(
      node("{ eth0: { mtu: 1500 }, br0: { kind: bridge, members: [eth0], mtu: 9000, addresses: [10.0.1.10/24] } }"),
    );
    expect(value).toBeNull();
    expect(diagnostics).toMatchObject([
      { code: "NN4003", path: ["nix-nos", "clusters", "c", "nodes", "n1", "interfaces", "eth0"] },
    ]);
  });

  test("a name or address that is none is an error", () => {
    for (const name of ["a\nb", "a b", "eth*", "!eth0", "../../x", "", "x".repeat(300)]) {
      const evil = everyKind.nodes.map((own) => ({
        ...own,
        interfaces: [
          { kind: "ethernet" as const, name, addresses: ["10.0.0.1/24"], gateways: [], mtu: null, path: [] },
        ],
      }));
      const { value, diagnostics } = renderNetworkd({ ...everyKind, nodes: evil });
      expect([value, diagnostics[0]?.code]).toEqual([null, "NN4002"]);
    }
  });
});

test("a printed unit reads back as its entries, or is refused: nothing breaks out of its line", () => {
  const word = fc.oneof(fc.stringMatching(/^[A-Za-z0-9]{1,8}$/), fc.string({ maxLength: 6 }));
  const value = fc.oneof(
    fc.integer(),
    fc.boolean(),
    fc.string({ unit: "binary" }),
    fc
      .array(fc.constantFrom("a", "\n", "[Match]", "=", "\\", " ", "#", ";", "%", '"'), { maxLength: 5 })
      .map((p) => p.join("")),
  );
  const section = fc.record({ name: word, entries: fc.array(fc.tuple(word, value), { maxLength: 4 }) });
  const unit = fc.record({
    name: fc.constant("20-x.network"),
    type: fc.constant("network" as const),
    sections: fc.array(section, { maxLength: 3 }),
  });
  fc.assert(
    fc.property(unit, (own) => {
      if (unitFault(own) === null) expect(read(printUnit(own))).toEqual(own.sections.map(asText));
      else expect(() => printUnit(own)).toThrow(UnitError);
    }),
    { numRuns: 2000 },
  );
});

/** systemd.syntax(7) in short: sections, keys, comments, and lines that a backslash joins. */
function read(text: string): unknown {
  const sections: { name: string; entries: [string, string][] }[] = [];
  for (const line of text.replace(/\\\n/g, " ").split("\n")) {
    if (line.trim() === "" || /^\s*[#;]/.test(line)) continue;
    const header = /^\[(.*)\]$/.exec(line);
    if (header) sections.push({ name: header[1] ?? "", entries: [] });
    else sections.at(-1)?.entries.push([line.split("=")[0]?.trim() ?? "", line.slice(line.indexOf("=") + 1).trim()]);
  }
  return sections;
}

function asText({ name, entries }: NetworkdUnit["sections"][number]): unknown {
  const text = (value: string | number | boolean) =>
    typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
  return { name, entries: entries.map(([key, value]) => [key, text(value)]) };
}
