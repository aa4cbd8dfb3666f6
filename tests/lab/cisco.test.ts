// Cisco devices in a lab, played by FRR: they have their sessions with BIRD and GoBGP, and do what the plan says.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { LabReport, UpReport } from "@nix-nos/lab";
import { describe, expect, it, type TestContext } from "vitest";
import { datacenter } from "../support/cisco.js";
import { root } from "../support/cli.js";
import { labOf, passing, tally, upAndTested } from "./lab.js";

/** A topology of the labs with some of its nodes as Cisco devices, each with so many ports. */
function withCisco(name: string, ports: Readonly<Record<string, number>>): string {
  const text = Object.entries(ports).reduce(
    (before, [node, count]) => {
      const head = `        ${node}:\n          role: edge\n`;
      const named = Array.from({ length: count }, (_, at) => `eth${at}: GigabitEthernet0/0/${at}`).join(", ");
      return before.replace(head, `${head}          platform: cisco-ios\n          cisco: { ports: { ${named} } }\n`);
    },
    readFileSync(join(root, "tests/lab/topologies", `${name}.yaml`), "utf8"),
  );
  expect(text.match(/platform: cisco-ios/g)).toHaveLength(Object.keys(ports).length);
  return text;
}

function written({ onTestFinished }: TestContext, text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "nix-nos-lab-cisco-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "topology.yaml"), text);
  return join(folder, "topology.yaml");
}

describe.concurrent("lab", { timeout: 150_000 }, () => {
  it("the edge of datacenter.yaml: a password, GTSM, reflectors; what changes is read, what is missing noticed", async (context) => {
    const file = written(context, datacenter("cisco-ios"));
    const lab = labOf(context, file);
    expect(tally(await upAndTested(lab))).toMatchObject({ session: 36, route: 85, policy: 31, vip: 24 });
    writeFileSync(file, datacenter("cisco-ios").replace("asPathLength: { min: 60 }", "asPathLength: { min: 20 }"));
    const { started, made } = await lab.json<UpReport>("up", 0);
    expect([started, made]).toEqual([["zebra on edge01", "staticd on edge01", "bgpd on edge01"], []]);
    await passing(lab);
    const folder = `/run/nix-nos/lab/${lab.name}/hosts/edge01/frr`;
    const typed = ["configure", "router bgp 65000", "neighbor 10.254.15.1 shutdown"].flatMap((own) => ["-c", own]);
    await lab.exec("edge01", "vtysh", "--vty_socket", folder, "--config_dir", folder, ...typed);
    const { checks } = await lab.json<LabReport>("test", 1);
    const failed = checks.filter(({ passed, kind }) => !passed && kind === "session");
    expect(failed.map(({ subject }) => subject.split(" (")[0])).toEqual(["edge01 to spine01", "spine01 to edge01"]);
  });

  it("two borders: in and out goes what the filters let pass, as they change it", async (context) => {
    const lab = labOf(context, written(context, withCisco("transit", { edge1: 3, edge2: 4 })));
    expect(tally(await upAndTested(lab))).toMatchObject({ session: 12, route: 13, policy: 65 });
  });

  it("guards of a border, and a default route for whoever is to have one, which the border itself lacks", async (context) => {
    const text = withCisco("guards", { edge: 6 })
      .replace("ipv4: 2, action: block", "ipv4: 3, action: disable")
      .replace('          - { prefix: 0.0.0.0/0, communities: ["65535:65281"] }\n', "");
    const lab = labOf(context, written(context, text));
    const report = await upAndTested(lab);
    expect(tally(report)).toMatchObject({ session: 14 });
    expect(report.checks.map(({ subject }) => subject)).toContain("0.0.0.0/0 from edge to customer");
  });

  it("what a customer asks to be thrown away goes nowhere, in both families and with TTL security", async (context) => {
    const peer = (address: string, family: string) =>
      `{ node: edge, remoteAs: 64511, address: "${address}", families: [${family}], role: provider, import: [take], export: [], blackhole: customer, ttlSecurity: true }`;
    const announce = (prefix: string, host: string) =>
      `{ announce: [{ prefix: "${prefix}" }, { prefix: "${host}", communities: ["65535:666"] }] }`;
    const text = `
nix-nos:
  network:
    bgp:
      autonomousSystems: { "65000": { members: [edge] } }
      prefixSets: { customer: [198.51.100.0/24, "2001:db8:51::/48"] }
      policies: { take: [{ match: { prefixSet: customer }, then: accept }] }
      peers: { v4: ${peer("192.0.2.9", "ipv4")}, v6: ${peer("2001:db8:ffff::9", "ipv6")} }
  lab:
    peers:
      v4: ${announce("198.51.100.0/24", "198.51.100.7/32")}
      v6: ${announce("2001:db8:51::/48", "2001:db8:51::7/128")}
  clusters:
    lab:
      nodes:
        edge:
          role: edge
          platform: cisco-ios
          loopback: 10.255.0.1
          cisco: { ports: { eth0: GigabitEthernet0/0/0 } }
          interfaces: { eth0: { addresses: [192.0.2.10/30, "2001:db8:ffff::1/64"] } }
`;
    const lab = labOf(context, written(context, text));
    await upAndTested(lab);
    const wayTo = (...words: string[]) => lab.exec("edge", "ip", ...words);
    await context.expect.poll(() => wayTo("route", "show", "198.51.100.7"), { timeout: 20_000 }).toMatch(/^blackhole /);
    await context.expect
      .poll(() => wayTo("-6", "route", "show", "2001:db8:51::7"), { timeout: 20_000 })
      .toMatch(/^blackhole /);
    expect(await wayTo("route", "show", "198.51.100.0/24")).toMatch(/via 192\.0\.2\.9/);
    expect(await wayTo("-6", "route", "show", "2001:db8:51::/48")).toMatch(/via 2001:db8:ffff::9/);
  });
});
