import { describe, expect, it } from "vitest";
import { unwrap } from "../diagnostics/diagnostic.js";
import { loadTopology } from "../load/load-topology.js";
import { resolveTopology } from "../resolve/resolve-topology.js";
import { interfaceMtu, pathMtus } from "./path-mtu.js";

function resolved(text: string) {
  return unwrap(resolveTopology(unwrap(loadTopology({ file: "t.yaml", format: "yaml", text })).document));
}

describe("the MTU of an interface", () => {
  const { nodes } = resolved(`
nix-nos:
  network: { vlans: { jumbo: { id: 7, mtu: 9000 }, plain: { id: 8 } } }
  clusters: { lab: { nodes: { n: { role: edge, interfaces: {
    eth0: { mtu: 1400 }, eth1: {}, eth2: {},
    up: { kind: vlan, parent: eth0, vlan: plain },
    big: { kind: vlan, parent: eth1, vlan: jumbo },
    br: { kind: bridge, members: [eth2] },
    bond: { kind: bond, members: [eth3] },
    vx: { kind: vxlan, vni: 1, parent: eth0, remotes: ["fd00::9"] },
    wg: { kind: wireguard, privateKeyFile: /run/key } } } } } }
`);
  it.each([
    ["eth0", 1400, "as it is written"],
    ["eth1", 9000, "as what stands on it needs"],
    ["eth2", 1500, "Ethernet's, where nobody says anything"],
    ["up", 1400, "a VLAN's, which follows its parent"],
    ["big", 9000, "its VLAN's"],
    ["br", 1500, "a bridge's, which follows its members"],
    ["bond", 1500, "a bond's"],
    ["vx", 1330, "a VXLAN's, without its headers"],
    ["wg", 1420, "WireGuard's own"],
    ["gone", 1500, "one that is not known"],
  ])("%s is %i: %s", (name, mtu) => {
    expect(nodes[0] && interfaceMtu(nodes[0], name)).toBe(mtu);
  });
});

describe("a path", () => {
  const network = resolved(`
nix-nos:
  clusters: { lab: { nodes: {
    spine: { role: spine, interfaces: { p1: { mtu: 9216 }, p2: { mtu: 9100 }, p3: { mtu: 1300 } } },
    a: { role: worker, ip: 10.0.0.1, interfaces: { up: { mtu: 9216 }, eth0: { addresses: [10.0.0.1/24], mtu: 1450 } } },
    b: { role: worker, ip: 10.0.0.2, interfaces: { up: { mtu: 9216 }, eth0: { addresses: [10.0.0.2/24] } } },
    stub: { role: worker }, far: { role: worker } } } }
  network:
    links:
      - { between: [spine:p1, a:up], addresses: [10.9.0.0/31, 10.9.0.1/31] }
      - { between: [spine:p2, b:up], addresses: [10.9.0.2/31, 10.9.0.3/31] }
      - { between: [spine:p3, stub:up], addresses: [10.9.0.4/31, 10.9.0.5/31] }
      - { between: [stub:down, far:up], addresses: [10.9.0.6/31, 10.9.0.7/31] }
`);

  it("by cables is as narrow as the narrowest of them, and no dead end counts", () => {
    const ends = ["a", "b"].map((node) => ({ node, addresses: [], routed: true }));
    const narrowest = { mtu: 9100, narrowest: { node: "spine", interface: "p2" } };
    expect(Object.fromEntries(pathMtus(network, ends))).toEqual({ a: narrowest, b: narrowest });
  });

  it("to an address is that of the interface which carries it, besides the cables", () => {
    const ends = [
      { node: "a", addresses: ["10.0.0.1"], routed: true },
      { node: "b", addresses: ["10.0.0.2"], routed: false },
    ];
    expect(Object.fromEntries(pathMtus(network, ends))).toEqual({
      a: { mtu: 1450, narrowest: { node: "a", interface: "eth0" } },
      b: { mtu: 1500, narrowest: { node: "b", interface: "eth0" } },
    });
  });

  it("that nothing is known of is Ethernet's", () => {
    const [far] = pathMtus(network, [{ node: "far", addresses: ["192.0.2.1"], routed: false }]).values();
    expect(far).toEqual({ mtu: 1500, narrowest: null });
  });
});
