import { hasErrors, type Network } from "@nix-nos/topology";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { planDevice } from "./plan.js";
import { renderOpenwrt } from "./render.js";
import { filesOf, networkOf, plansOf, router } from "./router.test-support.js";
import { hostsByNetwork } from "./services/hosts.js";
import type { UciSection } from "./uci/document.js";
import { parseUci } from "./uci/parse.js";

const bare = (sections: readonly UciSection[]) =>
  sections.map(({ type, name, options }) => ({ type, name, options: [...options] }));

describe("a router with everything", () => {
  const files = filesOf(networkOf(router));

  it.each(Object.keys(files))(
    "has %s as it was read once, line by line, and held against OpenWrt's own",
    async (path) => {
      await expect(files[path]).toMatchFileSnapshot(`golden/${path.replaceAll("/", "_")}`);
    },
  );

  it("has no secret in any file, and the files that hold them in none but the script", () => {
    for (const [path, text] of Object.entries(files)) {
      expect(/private_key '|preshared_key '|option key /.test(text), path).toBe(false);
      expect(text.includes("/etc/nix-nos/"), path).toBe(path.endsWith("90-nix-nos"));
    }
  });
});

test("what is planned is what a device reads, whatever people call their things", { tags: "property" }, () => {
  const text = fc
    .string({ unit: "binary", minLength: 1 })
    .filter((own) => !own.includes("\0") && !/\p{Surrogate}/u.test(own));
  const hostile = fc.oneof(
    text,
    fc.constantFrom("it's", "'\n\toption disabled '1", "\\", '"', "# x", "a\nconfig zone\n"),
  );
  const network = networkOf(router);
  fc.assert(
    fc.property(fc.array(hostile, { minLength: 8, maxLength: 8 }), (words) => {
      const [ssid = "", timezone = "", zonename = "", path = "", why = "", domain = "", dns = "", ntp = ""] = words;
      const changed: Network = {
        ...network,
        domain,
        nodes: network.nodes.map((node) => ({
          ...node,
          interfaces: node.interfaces.map((entry) =>
            entry.settings === null ? entry : { ...entry, settings: { ...entry.settings, domains: [dns], ntp: [ntp] } },
          ),
          openwrt: node.openwrt && {
            ...node.openwrt,
            timezone,
            zonename,
            radios: node.openwrt.radios.map((radio) => ({ ...radio, path })),
            wifi: node.openwrt.wifi.map((wifi) => ({ ...wifi, ssid })),
          },
        })),
      };
      const plans = plansOf(network);
      const nodes = plans.firewall.nodes.map((node) => ({
        ...node,
        rules: node.rules.map((rule) => ({ ...rule, why })),
      }));
      const firewallByNode = new Map(nodes.map((node) => [node.node, node]));
      const { value } = renderOpenwrt(changed, { ...plans, firewall: { nodes, firewallByNode } });
      const node = changed.nodes.find(({ platform }) => platform === "openwrt");
      if (value === null || node === undefined) throw new Error("nothing was rendered");
      const { files } = planDevice(node, changed, firewallByNode.get(node.name), hostsByNetwork(changed));
      for (const { path: file, text: written } of value) {
        const name = file.split("/etc/config/")[1];
        if (name === undefined) continue;
        expect(bare(parseUci(written))).toEqual(bare(files[name as keyof typeof files]));
      }
    }),
    { numRuns: 60 },
  );
});

describe("names", () => {
  const node = (interfaces: string, rest = "") =>
    `nix-nos: { network: { vlans: { one: { id: 1 } } }, clusters: { c: { nodes: { r1: { role: edge, platform: openwrt, interfaces: { ${interfaces} }${rest} } } } } }`;
  const sections = (text: string) =>
    parseUci(filesOf(networkOf(text))["etc/config/network"] ?? "")
      .filter(({ type }) => type === "interface")
      .map(({ name, options }) => [name, options.get("device")]);

  it("that UCI cannot hold are made to fit, and those that fit stay, whatever else there is", () => {
    expect(
      sections(node("eth0.5: { addresses: [10.0.0.1/24] }, eth0_5: { addresses: [10.0.1.1/24] }, loopback: {}")),
    ).toEqual([
      ["loopback", "lo"],
      ["eth0_5_2", "eth0.5"],
      ["eth0_5", "eth0_5"],
      ["loopback_2", "loopback"],
    ]);
  });

  it.each([
    [
      "a tunnel",
      "v-10: { kind: vxlan, vni: 10, local: 10.0.0.1, remotes: [10.0.0.2] }, eth0: { addresses: [10.0.0.1/24] }",
      "NN6001",
    ],
    ["a tunnel called as what every device has", "loopback: { kind: wireguard, privateKeyFile: /k }", "NN6001"],
    ["a zone", "eth0: { addresses: [10.0.0.1/24], zone: 5g }", "NN6001"],
    ["a port found by its MAC address", "eth0: { match: { macAddress: '02:00:00:00:00:01' } }", "NN6002"],
    [
      "a cost of a bridge's port",
      "br0: { kind: bridge, members: [a], stp: true, ports: { a: { cost: 5 } } }",
      "NN6002",
    ],
    [
      "an address on a bridge without untagged frames",
      "br0: { kind: bridge, members: [a], vlanFiltering: true, pvid: none, addresses: [10.0.0.1/24] }",
      "NN6002",
    ],
    [
      "a second device of the VLAN that a bridge's addresses are on",
      "br0: { kind: bridge, members: [a], vlanFiltering: true, addresses: [10.0.0.1/24] }, v1: { kind: vlan, parent: br0, vlan: one }",
      "NN6002",
    ],
    ["a tunnel from nowhere", "v10: { kind: vxlan, vni: 10, remotes: [10.0.0.2] }", "NN6002"],
    ["IPv4 link-local addresses", "eth0: { linkLocal: both }", "NN6002"],
    ["a domain with servers of its own", "eth0: { dns: [10.0.0.1], domains: [~corp.example] }", "NN6002"],
    ["an MTU of a lease", "eth0: { dhcp: { useMtu: true } }", "NN6002"],
    ["routes told by routers", "eth0: { addresses: ['fd00::1/64'], sendRa: { routes: ['fd01::/48'] } }", "NN6002"],
    ["prefixes of no address", "eth0: { addresses: ['fd00::1/64'], sendRa: { prefixes: ['fd01::/64'] } }", "NN6002"],
  ])("and wishes that OpenWrt cannot hold are refused: %s", (_what, interfaces, code) => {
    const network = networkOf(node(interfaces));
    const { value, diagnostics } = renderOpenwrt(network, plansOf(network));
    expect([value, hasErrors(diagnostics), [...new Set(diagnostics.map((own) => own.code))]]).toEqual([
      null,
      true,
      [code],
    ]);
  });

  it.each([
    [
      "a radio that is not there",
      "wifi: { w: { radio: radio1, interface: lan, ssid: x, encryption: none } }",
      "NN6004",
    ],
    [
      "an interface that is not there",
      "wifi: { w: { radio: radio0, interface: lna, ssid: x, encryption: none } }",
      "NN6004",
    ],
    [
      "a key that nothing needs",
      "wifi: { w: { radio: radio0, interface: lan, ssid: x, encryption: owe, keyFile: /k } }",
      "NN6004",
    ],
    ["a range elsewhere", "dhcp: { lan: { range: 10.9.0.1-10.9.0.9 } }", "NN6005"],
    ["a range with the node itself in it", "dhcp: { lan: { range: 10.0.0.1-10.0.0.9 } }", "NN6005"],
    ["a server on no interface", "dhcp: { wan: {} }", "NN6005"],
  ])("%s is refused", (_what, own, code) => {
    const radios = "radios: { radio0: { path: p, band: 5g } }";
    const network = networkOf(node("lan: { addresses: [10.0.0.1/24] }", `, openwrt: { ${radios}, ${own} }`));
    expect(renderOpenwrt(network, plansOf(network)).diagnostics.map((found) => found.code)).toEqual([code]);
  });
});
