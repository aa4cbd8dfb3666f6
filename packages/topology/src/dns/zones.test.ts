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
import { printZone } from "./zone.js";

const text = `
nix-nos:
  domain: Acme.example
  clusters:
    lab:
      nodes:
        n1: { role: worker, ip: 10.0.0.1, loopback: "fd00:255::1" }
        N2: { role: worker, ip: 10.0.1.2 }
        none: { role: worker }
      workloads:
        web: { image: "x:1", nodes: [n1, N2, none], ports: ["8080:80", { name: metrics, port: 9100 }, "53/udp"] }
`;
const network = (yaml: string) =>
  unwrap(resolveTopology(unwrap(loadTopology({ file: "t.yaml", format: "yaml", text: yaml })).document));
const zones = planZones(network(text));
const folder = mkdtempSync(join(tmpdir(), "nix-nos-zones-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const env = { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin:/sbin` };

function written(origin: string, content: string): string {
  const file = join(folder, `${origin}.zone`);
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
    ["acme.example", "0.0.10.in-addr.arpa", "1.0.10.in-addr.arpa", "0.0.0.0.0.0.0.0.5.5.2.0.0.0.d.f.ip6.arpa"].sort(),
  );
  const forward = printZone(zones[0] ?? { origin: "x", serial: 1, records: [] });
  for (const line of [
    "n1.acme.example. IN A 10.0.0.1",
    "n1.acme.example. IN AAAA fd00:255::1",
    "web.lab.acme.example. IN A 10.0.1.2",
    "_80._tcp.web.lab.acme.example. IN SRV 0 0 8080 n2.acme.example.",
    "_metrics._tcp.web.lab.acme.example. IN SRV 0 0 9100 n1.acme.example.",
    "_53._udp.web.lab.acme.example. IN SRV 0 0 53 n1.acme.example.",
  ]) {
    expect(forward.split("\n")).toContain(line);
  }
});

it("have another serial when, and only when, something in them is other", () => {
  const serials = (yaml: string) => planZones(network(yaml)).map(({ origin, serial }) => `${origin} ${serial}`);
  expect(serials(text)).toEqual(serials(text.replace("role: worker", "role: other")));
  const moved = serials(text.replace("10.0.1.2", "10.0.1.3"));
  expect(
    serials(text)
      .filter((each) => !moved.includes(each))
      .map((each) => each.split(" ")[0]),
  ).toEqual(["acme.example", "1.0.10.in-addr.arpa"]);
});

it.each(["a b", "a;b", "a\nb", "", "a..b", "$INCLUDE", "x".repeat(64)])("refuses what is no name: %j", (name) => {
  expect(() => printZone({ origin: "x", serial: 1, records: [{ name, type: "NS", target: "y" }] })).toThrow("No name");
});
