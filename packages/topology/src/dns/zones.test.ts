// The zone files through the real named-checkzone, and read back.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { unwrap } from "../diagnostics/diagnostic.js";
import { loadTopology } from "../load/load-topology.js";
import { resolveTopology } from "../resolve/resolve-topology.js";
import { planZones } from "./plan-zones.js";
import { printZone } from "./print-zone.js";

const text = `
nix-nos:
  domain: Acme.example
  clusters:
    lab:
      nodes:
        n1: { role: worker, ip: 10.0.0.1, loopback: "fd00:255::1" }
        N2: { role: worker, ip: 10.0.1.2, loopback: 198.51.100.7 }
        none: { role: worker }
        border:
          role: edge
          ip: 10.0.1.3
          interfaces:
            eth0.7_x: { addresses: [192.0.2.66/26, "fe80::1/64", "2001:db8:1:2:3::4/127"] }
            eth1: { addresses: [172.16.5.130/30] }
      workloads:
        web: { image: "x:1", nodes: [n1, N2, none], ports: ["8080:80", { name: metrics, port: 9100 }, "53/udp"] }
  network:
    pools: { wide: { prefixes: [172.16.0.0/12] } }
    bgp:
      autonomousSystems: { "65000": { members: [border] } }
      vipAdvertisements: { Front: { vips: [203.0.113.9, "2001:db8:9::1"] } }
`;
const network = (yaml: string) =>
  unwrap(resolveTopology(unwrap(loadTopology({ file: "t.yaml", format: "yaml", text: yaml })).document));
const zonesOf = (yaml: string) => unwrap(planZones(network(yaml)));
const zones = zonesOf(text);
const folder = mkdtempSync(join(tmpdir(), "nix-nos-zones-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const env = { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` };

function written(origin: string, content: string): string {
  const file = join(folder, `${origin.replace("/", "-")}.zone`);
  writeFileSync(file, content);
  return file;
}

describe.each(zones.map((zone) => [zone.origin, zone] as const))("%s", (origin, zone) => {
  const file = written(origin, printZone(zone));

  it("is taken by the real named-checkzone without a word", () => {
    const args = ["-i", "local", "-k", "fail", "-m", "fail", "-n", "fail", "-M", "fail", "-S", "fail", origin, file];
    const { status, stdout, stderr } = spawnSync("named-checkzone", args, { encoding: "utf8", env });
    expect([status, `${stdout}${stderr}`]).toEqual([0, `zone ${origin}/IN: loaded serial ${zone.serial}\nOK\n`]);
  });

  it("reads back as the records that were planned", () => {
    const args = ["-q", "-D", "-s", "full", "-o", "-", origin, file];
    const back = execFileSync("named-checkzone", args, { encoding: "utf8", env }).trim().split("\n");
    const own = back.map((line) => line.replace(/\s+/g, " ")).filter((line) => !line.includes(" SOA "));
    const planned = zone.records.map((record) => {
      if ("address" in record) return `${record.name}. 300 IN ${record.type} ${record.address}`;
      const data = "port" in record ? `0 0 ${record.port} ${record.target}.` : `${record.target}.`;
      return `${record.name}. 300 IN ${record.type} ${data}`;
    });
    expect(own.sort()).toEqual(planned.sort());
  });
});

it("are those of the domain and of every network with a node", () => {
  expect(zones.map(({ origin }) => origin).sort()).toEqual(
    [
      "acme.example",
      "0.0.10.in-addr.arpa",
      "1.0.10.in-addr.arpa",
      "0.0.0.0.0.0.0.0.5.5.2.0.0.0.d.f.ip6.arpa",
      // A public network longer than /24, and an address of a network that nobody names.
      "64/26.2.0.192.in-addr.arpa",
      "7.100.51.198.in-addr.arpa",
      "9.113.0.203.in-addr.arpa",
      // A pool is wider than the interface's network.
      "16.172.in-addr.arpa",
      "2.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
      "0.0.0.0.9.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
    ].sort(),
  );
  const [domain] = zones;
  const forward = domain === undefined ? "" : printZone(domain);
  for (const line of [
    "n1.acme.example. IN A 10.0.0.1",
    "n1.acme.example. IN AAAA fd00:255::1",
    "web.lab.acme.example. IN A 10.0.1.2",
    "_80._tcp.web.lab.acme.example. IN SRV 0 0 8080 n2.acme.example.",
    "_metrics._tcp.web.lab.acme.example. IN SRV 0 0 9100 n1.acme.example.",
    "_53._udp.web.lab.acme.example. IN SRV 0 0 53 n1.acme.example.",
    "front.acme.example. IN A 203.0.113.9",
    "eth0-7-x.border.acme.example. IN A 192.0.2.66",
    "eth0-7-x.border.acme.example. IN AAAA 2001:db8:1:2:3::4",
  ]) {
    expect(forward.split("\n")).toContain(line);
  }
  expect(forward).not.toContain("fe80");
  const reverse = zones.slice(1).map(printZone).join("").split("\n");
  for (const line of [
    "3.1.0.10.in-addr.arpa. IN PTR border.acme.example.",
    "66.64/26.2.0.192.in-addr.arpa. IN PTR eth0-7-x.border.acme.example.",
    "7.100.51.198.in-addr.arpa. IN PTR lo.n2.acme.example.",
    "9.113.0.203.in-addr.arpa. IN PTR front.acme.example.",
  ]) {
    expect(reverse).toContain(line);
  }
});

it("have another serial when, and only when, something in them is other", () => {
  const serials = (yaml: string) => zonesOf(yaml).map(({ origin, serial }) => `${origin} ${serial}`);
  expect(serials(text)).toEqual(serials(text.replace("role: worker", "role: other")));
  const moved = serials(text.replace("10.0.1.2", "10.0.1.4"));
  expect(
    serials(text)
      .filter((each) => !moved.includes(each))
      .map((each) => each.split(" ")[0]),
  ).toEqual(["acme.example", "1.0.10.in-addr.arpa"]);
});

it("the widest network that an address is in has the zone", () => {
  const on = (name: string, address: string) =>
    `${name}: { role: x, interfaces: { eth0: { addresses: [${address}] } } }`;
  const nodes = `${on("n1", "192.0.2.66/26")}, ${on("n2", "192.0.2.200/24")}`;
  const [, ...reverse] = zonesOf(`nix-nos: { domain: a.example, clusters: { lab: { nodes: { ${nodes} } } } }`);
  expect(reverse.map(({ origin, records }) => [origin, records.length])).toEqual([["2.0.192.in-addr.arpa", 3]]);
});

it.each<[string, string]>([
  [
    "lab: { nodes: { n1: { role: x, ip: 10.0.0.1 } } }",
    "front: { vips: [203.0.113.9], nodes: [n1] }, N1: { vips: [203.0.113.8] }",
  ],
  [
    "n1: { nodes: { n1: { role: x, ip: 10.0.0.1, interfaces: { web: { addresses: [10.0.0.1/24] } } } }, workloads: { web: { command: [/x], nodes: [n1] } } }",
    "{}",
  ],
])("two things of one name are told apart by the reader alone: %s", (clusters, entries) => {
  const bgp = `bgp: { autonomousSystems: { "65000": { members: [n1] } }, vipAdvertisements: { ${entries.replace("{}", "")} } }`;
  for (const domain of ["", "domain: a.example, "]) {
    const { value, diagnostics } = planZones(
      network(`nix-nos: { ${domain}clusters: { ${clusters} }, network: { ${bgp} } }`),
    );
    expect([value, diagnostics.map(({ code }) => code)]).toEqual([null, ["NN1369"]]);
  }
});

it("what is too long for the DNS is refused before, and what the DNS does not take has no name", () => {
  const long = Array.from({ length: 4 }, () => "a".repeat(60)).join(".");
  const of = (domain: string) =>
    planZones(
      network(
        `nix-nos: { domain: ${domain}, clusters: { lab: { nodes: { ${"n".repeat(10)}: { role: x, ip: 10.0.0.1 } } } } }`,
      ),
    );
  const [problem] = of(long).diagnostics;
  expect([of(long).value, problem?.code, problem?.path]).toEqual([null, "NN1368", ["nix-nos", "domain"]]);
  expect(of(long.slice(2)).value).not.toBeNull();

  const odd = planZones(network(text.replace("lab:", "lab_1:").replace("Front", "fr_ont")));
  expect(odd.diagnostics.map(({ code, severity }) => [code, severity])).toEqual([
    ["NN1367", "warning"],
    ["NN1367", "warning"],
  ]);
  expect(JSON.stringify(odd.value)).not.toMatch(/lab_1|fr_ont/);
});

it.each(["a b", "a;b", "a\nb", "", "a..b", "$INCLUDE", "x".repeat(64)])("refuses what is no name: %j", (name) => {
  expect(() =>
    printZone({ origin: "x", primary: "n", contact: "c", serial: 1, records: [{ name, type: "NS", target: "y" }] }),
  ).toThrow("No name");
});
