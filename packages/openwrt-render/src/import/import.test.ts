import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { filesOf, networkOf, rendered, router, sentences } from "../router.test-support.js";
import { UciError } from "../uci/document.js";
import { parseUci } from "../uci/parse.js";
import { importOpenwrt } from "./import.js";

/** A sample of a device's `/etc/config`. */
function sample(name: string): Readonly<Record<string, string>> {
  const folder = join(import.meta.dirname, "samples", name);
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((file) => [file, readFileSync(join(folder, file), "utf8")]),
  );
}

describe.each(["archer", "home", "vlans"])("the sample %s", (name) => {
  const imported = importOpenwrt(sample(name));

  it("becomes this topology, and what it cannot say is told by file and line", async () => {
    const notes = imported.notes.map(({ file, line, message }) => `${file}:${line}: ${message}`);
    await expect(`${JSON.stringify(imported.document, null, 2)}\n`).toMatchFileSnapshot(`samples/${name}.topology.txt`);
    await expect(`${notes.join("\n")}\n`).toMatchFileSnapshot(`samples/${name}.notes.txt`);
  });

  it("holds no secret", () => {
    const said = JSON.stringify(imported);
    for (const text of Object.values(sample(name))) {
      for (const [, secret = ""] of text.matchAll(/option (?:private_key|preshared_key|key) '(.*)'/g)) {
        expect(said.includes(secret)).toBe(false);
      }
    }
  });

  it("renders to files that are the same when they are imported and rendered again", () => {
    const first = rendered(imported.document);
    const again = importOpenwrt(first);
    const second = rendered(again.document);
    for (const [file, text] of Object.entries(first))
      expect(sentences(second[file] ?? ""), file).toEqual(sentences(text));
  });
});

test("what was rendered comes back the same, but for hosts, which are nodes of their own", () => {
  const files = Object.fromEntries(
    Object.entries(filesOf(networkOf(router))).flatMap(([path, text]) =>
      path.startsWith("etc/config/") ? [[path.slice(11), text]] : [],
    ),
  );
  const { document, notes } = importOpenwrt(files);
  expect([...new Set(notes.map(({ message }) => message.replace(/`(config \w+)[^`]*`/, "`$1`")))]).toEqual([
    "`config host` is not carried over: a host is a node of the topology, with its address and its `match`.",
    "`config domain` is not carried over: a host is a node of the topology, with its address and its `match`.",
  ]);
  const back = rendered(document);
  for (const [file, text] of Object.entries(files)) {
    const isHost = (sentence: string) => /^(host|domain) /.test(sentence);
    expect(
      sentences(back[file] ?? "").filter((own) => !isHost(own)),
      file,
    ).toEqual(sentences(text).filter((own) => !isHost(own)));
  }
});

test.each(["archer", "home"])("an option that nobody knows is told, wherever it stands in %s", (folder) => {
  for (const [file, text] of Object.entries(sample(folder))) {
    if (file === "uhttpd") continue;
    for (const { line, name, type } of parseUci(text)) {
      if (name === "loopback") continue;
      const lines = text.split("\n");
      lines.splice(line, 0, "\toption never_heard_of 'it'");
      const { notes } = importOpenwrt({ ...sample(folder), [file]: lines.join("\n") });
      const told = notes.some((note) => note.file === file && (note.line === line + 1 || note.line === line));
      expect(told, `${file}: ${type}`).toBe(true);
    }
  }
});

test("no file makes it fail but one that is no UCI", { tags: "property" }, () => {
  const words = fc.constantFrom(
    "config interface 'lan'\n",
    "config zone\n",
    "config dhcp 'lan'\n",
    "config wifi-iface\n",
    "config rule\n",
    "\toption device 'br-lan.5'\n",
    "\toption proto 'static'\n",
    "\tlist ipaddr 'x/y'\n",
    "\toption network 'lan'\n",
    "\toption name '__proto__'\n",
    "config device\n",
    "\toption type 'bridge'\n",
    "\toption interface 'lan'\n",
    "\toption ipaddr '10.0.0.1'\n",
    "\toption netmask 'z'\n",
    "config bridge-vlan\n",
    "config switch\n",
    "config switch_vlan\n",
    "\toption ports '1 2 6t'\n",
    "\toption ifname 'eth0.7'\n",
    "\toption device 'switch0'\n",
    "\toption name 'switch0'\n",
    "\toption vlan '7'\n",
    "'",
  );
  const text = fc.array(words, { maxLength: 20 }).map((parts) => parts.join(""));
  fc.assert(
    fc.property(text, fc.constantFrom("network", "firewall", "dhcp", "system", "wireless"), (own, file) => {
      try {
        importOpenwrt({ network: own, [file]: own });
      } catch (error) {
        expect(error).toBeInstanceOf(UciError);
      }
    }),
    { numRuns: 500 },
  );
});

test("what releases before 21.02 wrote is read", () => {
  const network = `
config interface 'lan'
	option type 'bridge'
	option ifname 'eth0.1 eth1'
	option proto 'static'
	option ipaddr '10.0.0.1'
	option netmask '255.255.255.0'

config interface 'wan'
	option ifname 'eth0.2'
	option proto 'dhcp'

config interface 'wan6'
	option ifname '@wan'
	option proto 'dhcpv6'
`;
  const { document, notes } = importOpenwrt({ network });
  expect(notes).toEqual([]);
  const first = rendered(document)["network"] ?? "";
  expect(first).toContain("config interface 'lan'\n\toption type 'bridge'\n\toption ifname 'eth0.1 eth1'\n");
  const again = importOpenwrt({ network: first });
  expect(again.notes).toEqual([]);
  expect(sentences(rendered(again.document)["network"] ?? "")).toEqual(sentences(first));
});

test("what people write by hand is read as OpenWrt reads it, and renders", () => {
  const { document, notes } = importOpenwrt({
    network: `
config interface loopback
	option ifname lo # left over from an older release
config interface lan
	option device lan
	option proto static
	list ipaddr 192.168.1.1/24
config device
	option name wan
	option ipv6 0
config interface wan
	option device wan
	option proto dhcp
config interface wg0
	option proto wireguard
	list addresses 10.66.0.1
config rule
	option in lan
	option priority 100
	option lookup main
`,
    firewall: `
config zone
	option name wan
	option network wan
config rule
	option src wan
	option proto tcp
	option dest_port 8443
	option family ipv6
	option target ACCEPT
`,
    dhcp: "config dhcp lan\n\toption start 10\n\toption limit 500\n\toption ra server\n",
    wireless: `
config wifi-device radio0
	option path platform/wifi
	option band 2g
	option channel 1-11
	option country us
`,
  });
  expect(notes.map(({ file, line, message }) => `${file}:${line}: ${message}`)).toEqual([
    "wireless:5: `option channel '1-11'` is not carried over.",
  ]);
  expect(document).toMatchObject({
    "nix-nos": {
      network: { zones: { wan: { allow: [{ ports: ["8443/tcp"], from: ["::/0"] }] } } },
      clusters: {
        imported: {
          nodes: {
            router: {
              interfaces: {
                lan: { sendRa: { prefixes: [] }, routingRules: [{ table: 254 }] },
                wan: { linkLocal: "no" },
                wg0: { addresses: ["10.66.0.1/32"] },
              },
              openwrt: {
                dhcp: { lan: { range: "192.168.1.10-192.168.1.254" } },
                radios: { radio0: { path: "platform/wifi", band: "2g", country: "US" } },
              },
            },
          },
        },
      },
    },
  });
  expect(JSON.stringify(document)).not.toContain("version");
  const files = rendered(document);
  expect(files["network"]).toContain("option name 'wan'\n\toption ipv6 '0'\n");
  expect(files["firewall"]).toContain("\toption family 'ipv6'\n\tlist src_ip '::/0'\n");
});
