import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { run, temporaryFolder } from "../cli.test-support.js";

const node = (name: string, last: number, role: string, services: string) =>
  `        ${name}: { role: ${role}, ip: 10.0.0.${last}, services: [${services}], interfaces: { eth0: { addresses: [10.0.0.${last}/24] } } }\n`;
const topology = (overlay: string) => `nix-nos:
  clusters:
    lab:
      nodes:
${node("n1", 1, "control-plane", "chainfire, flaredb, iam")}${node("n2", 2, "worker", "k8shost")}${overlay}`;
const vxlan =
  'services: { prismnet: { overlay: { encapsulation: vxlan, pool: { prefixes: [10.200.0.0/16, "fd00:200::/48"] } } } }\n';

async function overlay(text: string, ...args: readonly string[]) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "t.yaml"), text);
  return run(folder, ["overlay", "t.yaml", ...args]);
}

it("overlay shows who is on it, and how", async () => {
  const { code, stdout, stderr } = await overlay(topology(vxlan));
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout.trimEnd().split("\n")).toMatchInlineSnapshot(`
    [
      "node  cluster  databases  endpoint  encapsulation  mtu   ranges",
      "n1    lab      founds     10.0.0.1  vxlan          1450  10.200.0.0/24, fd00:200::/64",
      "n2    lab                 10.0.0.2  vxlan          1450  10.200.1.0/24, fd00:200:0:1::/64",
      "2 nodes",
    ]
  `);
});

it("overlay --json gives the same as data, of the nodes that are asked for", async () => {
  const { stdout } = await overlay(topology(vxlan), "--json", "--node", "n2");
  expect(JSON.parse(stdout)).toEqual([
    {
      node: "n2",
      cluster: "lab",
      databases: null,
      endpoint: "10.0.0.2",
      encapsulation: "vxlan",
      mtu: 1450,
      underlayMtu: 1500,
      ranges: { ipv4: "10.200.1.0/24", ipv6: "fd00:200:0:1::/64" },
    },
  ]);
  const unknown = await overlay(topology(vxlan), "--node", "n9");
  expect([unknown.code, unknown.stdout, unknown.stderr.includes("NN9010")]).toEqual([2, "", true]);
});

it("overlay says when there is none", async () => {
  const none = await overlay(topology(""));
  expect([none.code, none.stdout]).toEqual([0, "no overlay\n"]);
  expect((await overlay(topology(""), "--json")).stdout).toBe("[]\n");
});
