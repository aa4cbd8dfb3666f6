import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { renderOpenwrt } from "../render.js";
import { filesOf, networkOf, plansOf } from "../router.test-support.js";
import { parseUci } from "../uci/parse.js";

/** A home router whose five sockets are ports of one switch. */
function router(openwrt: string, interfaces = ""): string {
  return `
nix-nos:
  network:
    vlans: { guest: { id: 20 }, tv: { id: 7 } }
    zones: { lan: { input: accept }, guest: {}, wan: { masquerade: true } }
  clusters:
    home:
      nodes:
        r1:
          role: edge
          platform: openwrt
          interfaces:
            wan: { dhcp: true, acceptRa: true, zone: wan, macAddress: "02:00:00:00:00:01" }
            tv: { kind: vlan, parent: wan, vlan: tv, dhcp: true, zone: wan }
            br-lan: { kind: bridge, members: [lan1, lan2, lan3, eth1], vlanFiltering: true, mtu: 1400, addresses: [10.1.0.1/24], zone: lan, ports: { lan2: { vlans: [guest] }, lan3: { pvid: guest } } }
            guest: { kind: vlan, parent: br-lan, vlan: guest, addresses: [10.1.20.1/24], zone: guest }
${interfaces}
          openwrt:
            ${openwrt}
            radios: { radio0: { path: platform/soc/18000000.wifi, band: 2g } }
            wifi:
              home: { radio: radio0, interface: br-lan, ssid: home, encryption: none }
              guests: { radio: radio0, interface: guest, ssid: guests, encryption: none }
`;
}

const ports = "switch: { cpu: 6, ports: { lan1: 1, lan2: 2, lan3: 3, lan4: 4, wan: 0 } }";

/** Codes and places of what is wrong. */
function faults(text: string): readonly string[] {
  const network = networkOf(text);
  return renderOpenwrt(network, plansOf(network)).diagnostics.map(
    ({ code, path }) => `${code} ${(path ?? []).slice(5).join(".")}`,
  );
}

describe.each(["19.07", "23.05"])("a router with a switch, by OpenWrt %s", (version) => {
  const files = filesOf(networkOf(router(`version: "${version}"\n            ${ports}`)));

  it.each(["network", "wireless", "firewall"])("has the file %s as it was read once", async (name) => {
    await expect(files[`etc/config/${name}`]).toMatchFileSnapshot(`../golden/switch-${version}/${name}`);
  });

  it("has each VLAN on the switch, by the numbers of its ports", () => {
    const vlans = parseUci(files["etc/config/network"] ?? "").filter(({ type }) => type === "switch_vlan");
    expect(vlans.map(({ options }) => [options.get("vid"), options.get("ports")])).toEqual([
      ["1", "1 2 6t"],
      ["2", "0 6t"],
      ["7", "0t 6t"],
      ["20", "2t 3 6t"],
    ]);
  });
});

test("bridges of 19.07 are interfaces, and nothing there names a `device` of today's syntax", () => {
  const sections = parseUci(
    filesOf(networkOf(router(`version: "19.07"\n            ${ports}`)))["etc/config/network"] ?? "",
  );
  const types = new Set(sections.map(({ type }) => type));
  expect(types.has("bridge-vlan")).toBe(false);
  const interfaces = sections.filter(({ type }) => type === "interface");
  expect(interfaces.some(({ options }) => options.has("device"))).toBe(false);
  const lan = interfaces.find(({ name }) => name === "lan");
  expect([lan?.options.get("type"), lan?.options.get("ifname"), lan?.options.get("mtu")]).toEqual([
    "bridge",
    "eth0.1 eth1",
    "1400",
  ]);
  expect(interfaces.find(({ name }) => name === "guest")?.options.get("ifname")).toBe("eth0.20");
});

test("a bridge that tells no VLANs apart gets a number that no VLAN has", () => {
  const text = router(
    `version: "19.07"\n            ${ports.replace("wan: 0", "wan: 0, x: 5")}`,
    "            x: { addresses: [10.9.0.1/24] }",
  ).replace("guest: { id: 20 }", "guest: { id: 3 }");
  expect(filesOf(networkOf(text))["etc/config/network"]).toContain("ifname 'eth0.4'");
});

describe("what cannot be is told at its place", () => {
  it.each<[why: string, text: string, wanted: string]>([
    ["two ports of one number", router(ports.replace("wan: 0", "wan: 3")), "NN6007 openwrt.switch.ports.wan"],
    ["the CPU's number", router(ports.replace("wan: 0", "wan: 6")), "NN6007 openwrt.switch.ports.wan"],
    ["one VLAN on two sides", router(ports).replace("tv: { id: 7 }", "tv: { id: 1 }"), "NN6007 interfaces.wan"],
    [
      "a bridge that leads to the switch",
      router(ports.replace("cpu: 6", "cpu: 6, interface: br-lan")),
      "NN6007 openwrt.switch.interface",
    ],
    [
      "a port with isolation",
      router(ports).replace("lan3: { pvid: guest }", "lan3: { isolated: true }"),
      "NN6007 interfaces.br-lan.ports.lan3.isolated",
    ],
    [
      "another member with VLANs",
      router(ports).replace("lan3: { pvid: guest }", "eth1: { vlans: [guest] }"),
      "NN6007 interfaces.br-lan.ports.eth1",
    ],
    [
      "a VLAN without its ports",
      router(ports)
        .replace("vlanFiltering: true, ", "")
        .replace(/, ports: \{ lan2.*? \} \}/, ""),
      "NN6007 interfaces.guest.parent",
    ],
    [
      "a VLAN that is the bridge's own",
      router(ports)
        .replace("vlanFiltering: true", "vlanFiltering: true, pvid: guest")
        .replace("vlans: [guest]", "vlans: [9]"),
      "NN6007 interfaces.guest.vlan",
    ],
    [
      "a bond of ports",
      router(ports, "            b: { kind: bond, members: [lan4, eth4], mode: active-backup }"),
      "NN6007 interfaces.b.members",
    ],
    [
      "settings of a bridge's port",
      router(ports, "            lan1: { macAddress: '02:00:00:00:00:09' }"),
      "NN6007 interfaces.lan1",
    ],
    ["too many VLANs", router(ports).replace("vlans: [guest]", "vlans: [100-400]"), "NN6007 openwrt.switch"],
    [
      "VLANs on a bridge of 19.07 without a switch",
      router('version: "19.07"'),
      "NN6002 interfaces.br-lan.vlanFiltering",
    ],
    [
      "a bridge that 19.07 names otherwise",
      router(`version: "19.07"\n            ${ports}`).replaceAll("br-lan", "br0"),
      "NN6001 interfaces.br0",
    ],
    [
      "a bond before 22.03",
      router(`version: "21.02"`, "            b: { kind: bond, members: [eth4, eth5], mode: active-backup }"),
      "NN6002 interfaces.b.kind",
    ],
    [
      "a zone that iptables has no room for",
      router('version: "21.02"')
        .replaceAll("guest: {}", "guests-of-house: {}")
        .replace("zone: guest }", "zone: guests-of-house }"),
      "NN6001 interfaces.guest.zone",
    ],
    [
      "a channel that 19.07 knows nothing of",
      router(`version: "19.07"\n            ${ports}`).replace("band: 2g", "band: 2g, htmode: HE20"),
      "NN6002 openwrt.radios.radio0.htmode",
    ],
  ])("%s", (_why, text, wanted) => {
    expect(faults(text)).toEqual([wanted]);
  });
});

test("a BGP session by a link-local address is refused on a port that has another name on the device", () => {
  const by = (peer: string) =>
    router(ports)
      .replace("role: edge", "role: edge\n          ip: 10.1.0.1")
      .replace(
        "  network:\n",
        `  network:
    bgp:
      autonomousSystems: { "65001": { members: [r1] } }
      peers: { up: { node: r1, remoteAs: 65000, ${peer}, import: [], export: [] } }
`,
      );
  expect(faults(by('address: "fe80::1", interface: wan'))).toEqual(["NN6007 interfaces.wan"]);
  expect(faults(by("address: 10.1.0.9"))).toEqual([]);
});

test("no port is untagged in two VLANs, and no VLAN is there twice, whatever ports carry", { tags: "property" }, () => {
  const carried = fc.record({
    pvid: fc.integer({ min: 1, max: 9 }),
    vlans: fc.uniqueArray(fc.integer({ min: 1, max: 9 }), { maxLength: 4 }),
  });
  fc.assert(
    fc.property(fc.tuple(carried, carried, carried), (all) => {
      const said = all.map(
        ({ pvid, vlans }, index) => `lan${index + 1}: { pvid: ${pvid}, vlans: [${vlans.join(", ")}] }`,
      );
      const text = router(ports)
        .replace(/ports: \{ lan2.*? \}, lan3.*? \} \}/, `ports: { ${said.join(", ")} }`)
        .replace("tv: { id: 7 }", "tv: { id: 70 }");
      const sections = parseUci(filesOf(networkOf(text))["etc/config/network"] ?? "").filter(
        ({ type }) => type === "switch_vlan",
      );
      const ids = sections.map(({ options }) => options.get("vid"));
      expect(new Set(ids).size).toBe(ids.length);
      const untagged = sections.flatMap(({ options }) =>
        String(options.get("ports"))
          .split(" ")
          .filter((word) => !word.endsWith("t")),
      );
      expect(untagged.toSorted()).toEqual(["0", "1", "2", "3"]);
    }),
    { numRuns: 100 },
  );
});
