import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { run, temporaryFolder } from "../cli.test-support.js";

const topology = `nix-nos:
  network:
    zones: { lan: { input: accept, forward: accept }, wan: { allow: [{ ports: [ssh], from: [198.51.100.0/24] }], masquerade: true } }
    forwardings: [{ from: lan, to: wan, allow: [https] }]
    bgp:
      autonomousSystems: { "65000": { members: [edge] } }
      peers: { transit: { node: edge, remoteAs: 64500, address: 192.0.2.1, import: [], export: [] } }
  clusters:
    lab:
      nodes:
        edge: { role: edge, ip: 10.0.0.1, interfaces: { e0: { addresses: [10.0.0.1/24], zone: lan }, e1: { addresses: [192.0.2.2/30], zone: wan } } }
        other: { role: worker, ip: 10.0.0.2, interfaces: { e0: { addresses: [10.0.0.2/24] } } }
`;

async function firewall(...args: readonly string[]) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "t.yaml"), topology);
  return run(folder, ["firewall", "t.yaml", ...args]);
}

it("firewall shows what a node lets in and through, and why", async () => {
  const { code, stdout } = await firewall("--node", "edge");
  expect(code).toBe(0);
  const lines = stdout.trimEnd().split("\n");
  expect(lines.filter((line) => !/icmp/.test(line))).toMatchInlineSnapshot(`
    [
      "node  from           to        senders          what                       then        why",
      "edge  any interface  node      192.0.2.1        tcp 179                    accept      BGP: transit",
      "edge  zone wan       node      198.51.100.0/24  tcp 22                     accept      zone wan: ssh",
      "edge  zone lan       node                       else                       accept      input of zone lan",
      "edge  zone wan       node                       else                       drop        input of zone wan",
      "edge  zone lan       zone wan                   tcp 443                    accept      lan to wan: https",
      "edge  zone lan       zone wan                   udp 443                    accept      lan to wan: https",
      "edge  zone lan       zone lan                   everything                 accept      within lan",
      "edge  zone lan       DNAT                       everything                 accept      input of zone lan",
      "edge  zone wan       DNAT      198.51.100.0/24  tcp 22                     accept      zone wan: ssh",
      "edge  zone lan       anywhere                   else                       drop        forward of zone lan",
      "edge  zone wan       anywhere                   else                       drop        forward of zone wan",
      "edge  anywhere       zone wan                   ipv4                       masquerade  masquerade of zone wan",
      "20 rules",
    ]
  `);
});

it("firewall --json gives the same as data, of all nodes", async () => {
  const { stdout, stderr } = await firewall("--json");
  expect(stderr).toBe("");
  const rows = JSON.parse(stdout);
  expect(new Set(rows.map(({ node }: { node: string }) => node))).toEqual(new Set(["edge", "other"]));
  expect(rows).toContainEqual({
    node: "edge",
    from: "any interface",
    to: "node",
    sources: ["192.0.2.1"],
    match: "tcp 179",
    action: "accept",
    why: "BGP: transit",
  });
});

it("firewall --nft prints one node's zones, and says why it cannot", async () => {
  const { code, stdout } = await firewall("--nft", "--node", "edge");
  expect([code, stdout.split("\n").slice(0, 4)]).toEqual([
    0,
    ["table inet nix-nos", "delete table inet nix-nos", "", "table inet nix-nos {"],
  ]);
  for (const [args, found] of [
    [["--nft"], "NN9016"],
    [["--nft", "--node", "other"], "NN9010"],
    [["--node", "egde"], "NN9010"],
  ] as const) {
    const refused = await firewall(...args);
    expect([refused.code, refused.stdout, refused.stderr.includes(found)]).toEqual([2, "", true]);
  }
});

it("docs/firewall.md shows zones that are taken as they stand there, but for the workload that is elsewhere", async () => {
  const page = readFileSync(join(import.meta.dirname, "../../../../docs/firewall.md"), "utf8");
  const [, example = ""] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const workloads = `      workloads:
        registry: { image: docker.io/library/registry:2.8.3, nodes: [edge01], ports: ["5000"] }\n`;
  const folder = temporaryFolder();
  writeFileSync(join(folder, "t.yaml"), example + workloads);
  const { code, stdout, stderr } = await run(folder, ["firewall", "t.yaml"]);
  expect([code, stderr.match(/\[NN1\d+\]/g)]).toEqual([0, null]);
  expect(stdout).toContain("zone wan: workload registry");
});
