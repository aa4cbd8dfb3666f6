import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DiagnosticError } from "@nix-nos/topology";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { rendered, sentences } from "../router.test-support.js";
import { parseUci } from "../uci/parse.js";
import { importOpenwrt } from "./import.js";

describe.each(["19.07", "23.05"])("what was rendered for %s", (version) => {
  const files = Object.fromEntries(
    ["network", "firewall", "wireless"].map((name) => [
      name,
      readFileSync(join(import.meta.dirname, `../golden/switch-${version}`, name), "utf8"),
    ]),
  );
  const { document, notes } = importOpenwrt(files);

  it("comes back, but for the names of ports", () => {
    expect(notes.map(({ file, message }) => `${file}: ${message}`)).toEqual([
      "network: Ports of switch0 have names here (0 is wan, 1 is lan1, 2 is lan2, 3 is guest1, and 6 is the device's own): which of its sockets is which, only its owner knows.",
    ]);
  });

  it.each(["network", "firewall", "wireless"])("renders to the same %s", (name) => {
    expect(sentences(rendered(document)[name] ?? "")).toEqual(sentences(files[name] ?? ""));
  });
});

const usual = `
config interface lan
	option device br-lan
config device
	option name br-lan
	option type bridge
	list ports eth0.1
config interface wan
	option device eth0.2
	option proto dhcp
config switch
	option name switch0
config switch_vlan
	option device switch0
	option vlan 1
	option ports '1 2 6t'
config switch_vlan
	option device switch0
	option vlan 2
	option ports '0 6t'
`;

/** The node that a device's network becomes. */
function nodeOf(network: string) {
  const { document, notes } = importOpenwrt({ network });
  const cluster = (document as { "nix-nos": { clusters: { imported: { nodes: Record<string, unknown> } } } })[
    "nix-nos"
  ];
  return { node: cluster.clusters.imported.nodes["router"], messages: notes.map(({ message }) => message), document };
}

describe("a switch that no topology can say is not carried over", () => {
  it.each<[why: string, from: string | RegExp, to: string]>([
    ["its VLANs are off", "switch0\nconfig switch_vlan", "switch0\n\toption enable_vlan 0\nconfig switch_vlan"],
    ["a node of the topology has one switch, and here are more", /$/, "config switch\n\toption name switch1\n"],
    ["eth0 and eth1 both lead to it", "device eth0.2", "device eth1.2"],
    ["no interface is on a VLAN of it", /(eth0)\.\d/g, "$1"],
    [
      "ports 1 and 6 all have the VLANs tagged that the device has interfaces for (1)",
      /eth0\.2(?<rest>.*)1 2 6t/s,
      "eth9$<rest>1t 2 6t",
    ],
    ["no port has all VLANs tagged that the device has interfaces for (1, 2)", "0 6t", "0t 6"],
    ["VLAN 1 is there twice", "vlan 2", "vlan 2\n\toption vid 1"],
    ["a VLAN of it has no number from 1 to 4094", "vlan 2", "vlan 2\n\toption vid 4095"],
    ["`5*` of VLAN 2 is no port of swconfig's", "0 6t", "0 5*"],
    ["port 2 has both VLAN 1 and 2 untagged", "0 6t", "0 2 6t"],
    ["a VLAN is of another switch than switch0", "device switch0", "device switch1"],
    ["br-lan joins VLANs 1 and 2 of it in the kernel", "list ports eth0.1", "list ports eth0.1\n\tlist ports eth0.2"],
    ["eth0.1 is in a bridge and in something else", "device br-lan\n", "device eth0.1\n"],
    ["eth0.2.7 is a VLAN within VLAN 2 of it", /$/, "config interface deep\n\toption device eth0.2.7\n"],
    ["br-lan.7 is a VLAN within VLAN 1 of it", /$/, "config interface deep\n\toption device br-lan.7\n"],
    ["br-lan tells VLANs apart in the kernel", "type bridge", "type bridge\n\toption vlan_filtering 1"],
    [
      "eth0.2 is in a bond or VRF",
      /$/,
      "config device\n\toption name v\n\toption type vrf\n\toption table 9\n\tlist ports eth0.2\n",
    ],
    ["no port has VLAN 1 but the device's own", /'\d.* 6t'/g, "6t"],
  ])("%s", (why, from, to) => {
    const { node, messages } = nodeOf(usual.replace(from, to));
    expect(messages.filter((message) => message.startsWith("`config switch"))[0]).toContain(`not carried over: ${why}`);
    expect(node).not.toHaveProperty("openwrt.switch");
  });
});

test("a port with tagged frames alone is an interface that carries VLANs, and no untagged one comes of it", () => {
  const { node, document } = nodeOf(
    usual.replace("0 6t", "0t 6t").replace("vlan 2", "vlan 2\n\toption vid 835").replace("eth0.2", "eth0.835"),
  );
  expect(node).toMatchObject({
    interfaces: { port0: {}, wan: { kind: "vlan", parent: "port0", dhcp: { family: "ipv4" } } },
    openwrt: { switch: { cpu: 6, ports: { port0: 0, lan1: 1, lan2: 2 } } },
  });
  expect(wiring(rendered(document)["network"] ?? "").vlans).toEqual(["835 0t 6t", "? 1 2 6t"]);
});

test("a VLAN that is untagged on the device's own port becomes a tagged one", () => {
  const { document, messages } = nodeOf(usual.replace("1 2 6t", "1 2 6").replace("eth0.1", "eth0"));
  expect(messages).toContain("The device's own port has VLAN 1 untagged; rendering tags it there.");
  expect(wiring(rendered(document)["network"] ?? "").vlans).toEqual(["? 0 6t", "? 1 2 6t"]);
});

test("addresses on a VLAN itself are on a bridge of its ports, and what one device says counts for that", () => {
  const { node, messages } = nodeOf(
    `${usual.replace(/br-lan\n.*eth0\.1/s, "eth0.1\n\toption proto static\n\toption ipaddr 10.0.0.1/24")}
config device
	option name eth0.1
	option type 8021q
	option ifname eth0
	option vid 1
	option macaddr 02:00:00:00:00:01
`,
  );
  expect(node).toMatchObject({
    interfaces: {
      "br-lan": {
        kind: "bridge",
        members: ["lan1", "lan2"],
        addresses: ["10.0.0.1/24"],
        macAddress: "02:00:00:00:00:01",
      },
    },
  });
  expect(messages).toContain("lan was on eth0.1 itself; here it is on a bridge of its ports, br-lan.");
});

test("names that devices have are not given to ports", () => {
  const { node } = nodeOf(
    `${usual}config device\n\toption name lan1\n\toption mtu 1400\nconfig interface x\n\toption device wan\n`,
  );
  expect(node).toMatchObject({ openwrt: { switch: { ports: { port0: 0, lan2: 1, lan3: 2 } } } });
});

/** What stands where: each VLAN of the switch, by its number where frames tell it, and each network with its ends. */
function wiring(network: string) {
  const sections = parseUci(network);
  const of = (type: string) => sections.filter((section) => section.type === type);
  const words = (value: string | readonly string[] | undefined) =>
    [value ?? []].flat().flatMap((text) => text.split(" "));
  const vlans = new Map(
    of("switch_vlan").map(({ options }) => {
      const ports = words(options.get("ports"));
      const isTold = ports.some((port) => port !== "6t" && port.endsWith("t"));
      return [`eth0.${options.get("vid")}`, `${isTold ? options.get("vid") : "?"} ${ports.join(" ")}`];
    }),
  );
  const bridges = new Map(
    of("device")
      .filter(({ options }) => options.get("type") === "bridge")
      .map(({ options }) => [String(options.get("name")), words(options.get("ports"))]),
  );
  for (const { name, options } of of("interface"))
    if (options.get("type") === "bridge") bridges.set(`br-${name}`, words(options.get("ifname")));
  const networks = of("interface").map(({ options }) => {
    const { device, ifname, type, rpfilter, bridge_empty, ...rest } = Object.fromEntries(options);
    const own = words(device ?? ifname);
    const ends = own.flatMap((name) => bridges.get(name) ?? [name]).map((name) => vlans.get(name) ?? name);
    return JSON.stringify([rest, ends.sort()]);
  });
  return { vlans: [...vlans.values()].sort(), networks: networks.sort() };
}

const identifiers = fc.constantFrom(11, 12, 13, 14);
const bridgePort = fc.record({
  pvid: fc.oneof(fc.constant("none"), identifiers),
  vlans: fc.uniqueArray(identifiers, { maxLength: 3 }),
});
const upper = fc.record({ isAddressed: fc.boolean(), hasStations: fc.boolean() });
const switched = fc.record({
  version: fc.constantFrom("19.07", "23.05"),
  filters: fc.boolean(),
  pvid: fc.oneof(fc.constant("none"), identifiers),
  ports: fc.array(bridgePort, { minLength: 1, maxLength: 3 }),
  isAddressed: fc.boolean(),
  hasOther: fc.boolean(),
  hasStations: fc.boolean(),
  uppers: fc.dictionary(fc.constantFrom("11", "12", "13", "14"), upper, { maxKeys: 3 }),
  wanVlans: fc.uniqueArray(fc.constantFrom(21, 22), { maxLength: 2 }),
  alone: fc.option(
    fc.record({ isAddressed: fc.boolean(), vlans: fc.uniqueArray(fc.constantFrom(31, 32), { maxLength: 2 }) }),
  ),
  apart: fc.boolean(),
});

/** A topology of a router whose ports are a switch's. */
function topologyOf(own: typeof switched extends fc.Arbitrary<infer T> ? T : never): object {
  const interfaces: Record<string, unknown> = { wan: { dhcp: true } };
  const wifi: Record<string, unknown> = {};
  let count = 0;
  const address = (isAddressed: boolean) => (isAddressed ? { addresses: [`10.${++count}.0.1/24`] } : {});
  const stations = (name: string) => {
    wifi[`w${++count}`] = { radio: "radio0", interface: name, ssid: "x", encryption: "none" };
  };
  const members = own.ports.map((_, index) => `lan${index + 1}`);
  interfaces["br-lan"] = {
    kind: "bridge",
    members: [...members, ...(own.hasOther ? ["eth1"] : [])],
    ...address(own.isAddressed),
    ...(own.filters && {
      vlanFiltering: true,
      pvid: own.pvid,
      ports: Object.fromEntries(own.ports.map((port, index) => [`lan${index + 1}`, port])),
    }),
  };
  if (own.hasStations) stations("br-lan");
  for (const [id, { isAddressed, hasStations }] of own.filters ? Object.entries(own.uppers) : []) {
    interfaces[`up${id}`] = { kind: "vlan", parent: "br-lan", vlan: `v${id}`, ...address(isAddressed) };
    if (hasStations) stations(`up${id}`);
  }
  for (const id of own.wanVlans)
    interfaces[`wan${id}`] = { kind: "vlan", parent: "wan", vlan: `v${id}`, ...address(true) };
  if (own.alone !== null) interfaces["dmz"] = address(own.alone.isAddressed);
  for (const id of own.alone?.vlans ?? []) interfaces[`dmz${id}`] = { kind: "vlan", parent: "dmz", vlan: `v${id}` };
  // A VLAN in a bridge of the kernel's, beside the switch.
  if (own.apart && own.wanVlans.length > 0) {
    const id = own.wanVlans[0];
    interfaces[`wan${id}`] = { kind: "vlan", parent: "wan", vlan: `v${id}` };
    interfaces["br-apart"] = { kind: "bridge", members: [`wan${id}`, "eth2"], ...address(true) };
  }
  const ids = [11, 12, 13, 14, 21, 22, 31, 32];
  const ports = { wan: 0, lan1: 1, lan2: 2, lan3: 3, dmz: 4 };
  return {
    "nix-nos": {
      network: { vlans: Object.fromEntries(ids.map((id) => [`v${id}`, { id }])) },
      clusters: {
        home: {
          nodes: {
            r1: {
              role: "edge",
              platform: "openwrt",
              interfaces,
              openwrt: {
                version: own.version,
                switch: { cpu: 6, ports },
                radios: { radio0: { path: "platform/wifi", band: "2g" } },
                wifi,
              },
            },
          },
        },
      },
    },
  };
}

test("whatever stands on a switch comes back: its VLANs and the networks on them", () => {
  let carried = 0;
  fc.assert(
    fc.property(switched, (own) => {
      let files: Readonly<Record<string, string>>;
      try {
        files = rendered(topologyOf(own));
      } catch (error) {
        if (error instanceof DiagnosticError) return fc.pre(false);
        throw error;
      }
      const { document, notes } = importOpenwrt(files);
      expect(notes.filter(({ message }) => message.includes("not carried over"))).toEqual([]);
      const again = rendered(document);
      expect(wiring(again["network"] ?? "")).toEqual(wiring(files["network"] ?? ""));
      carried++;
    }),
    { numRuns: 60 },
  );
  expect(carried).toBeGreaterThan(0);
});

const row = fc.record({
  marks: fc.tuple(...[0, 1, 2, 3].map(() => fc.constantFrom(null, null, "", "t"))),
  cpu: fc.constantFrom("t", "t", "t", ""),
  use: fc.constantFrom("own", "own", "bridge", "bridge", "both", null),
});

test("whatever a table says, ports that had a VLAN together have it together, or the table is not carried over", () => {
  let carried = 0;
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 4 }), (rows) => {
      const sections = ["config switch\n\toption name switch0"];
      const untagged = new Set<string>();
      rows.forEach(({ marks, cpu, use }, index) => {
        const words = [
          ...marks.map((mark, port) => (mark === null ? null : `${port}${mark}`)),
          `6${untagged.has("6") ? "t" : cpu}`,
        ]
          .filter((word) => word !== null)
          // Nobody has two of them.
          .filter((word) => word.endsWith("t") || (!untagged.has(word) && untagged.add(word)));
        const id = 10 + index;
        sections.push(
          `config switch_vlan\n\toption device switch0\n\toption vlan ${index + 1}\n\toption vid ${id}\n\toption ports '${words.join(" ")}'`,
        );
        const device = words.includes("6") ? "eth0" : `eth0.${id}`;
        if (use === "own")
          sections.push(
            `config interface n${id}\n\toption ifname ${device}\n\toption proto static\n\toption ipaddr 10.${id}.0.1/24`,
          );
        else if (use !== null)
          sections.push(
            `config interface n${id}\n\toption type bridge\n\toption ifname '${device}${use === "both" ? ` eth${index + 1}` : ""}'`,
          );
      });
      const network = sections.join("\n");
      const { document, messages } = nodeOf(network);
      if (messages.some((message) => message.startsWith("`config switch` is not"))) return;
      carried++;
      const ends = (text: string) => wiring(text.replace(/ ?\b6t?'/g, "'")).vlans.filter((own) => !own.endsWith(" "));
      expect(ends(rendered(document)["network"] ?? "")).toEqual(ends(network));
    }),
    { numRuns: 100 },
  );
  expect(carried).toBeGreaterThan(0);
});
