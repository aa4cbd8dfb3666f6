import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { run, temporaryFolder } from "../cli.test-support.js";

const topology = `nix-nos:
  clusters:
    lab:
      nodes: { n2: { role: worker }, n10: { role: worker }, idle: { role: worker } }
      workloads:
        web: { command: [/bin/web, --title, "two words"], nodes: [n10, n2], ports: ["8080", { name: metrics, port: 9100 }] }
        registry: { image: "docker.io/library/registry:2.8.3", nodes: [n2], ports: ["5000:5001", 53/udp] }
        sweep: { command: [/bin/sweep], nodes: [n2], schedule: { calendar: "Mon..Fri 03:00", randomDelay: 900 } }
`;

async function workloads(text: string, ...args: readonly string[]) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "t.yaml"), text);
  return run(folder, ["workloads", "t.yaml", ...args]);
}

it("workloads shows what runs where, when, and with which ports", async () => {
  const { code, stdout, stderr } = await workloads(topology);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout.trimEnd().split("\n")).toMatchInlineSnapshot(`
    [
      "node  workload  kind       when                               ports                       what                              unit",
      "n2    registry  container  always                             5000:5001/tcp, 53/udp       docker.io/library/registry:2.8.3  workload-registry.service",
      "n2    sweep     program    Mon..Fri 03:00, up to 900 s later                              /bin/sweep                        workload-sweep.service",
      "n2    web       program    always                             8080/tcp, metrics 9100/tcp  /bin/web --title two words        workload-web.service",
      "n10   web       program    always                             8080/tcp, metrics 9100/tcp  /bin/web --title two words        workload-web.service",
      "3 workloads on 2 nodes",
    ]
  `);
});

it("workloads --json gives the same as data, and --node some of it", async () => {
  const all = JSON.parse((await workloads(topology, "--json")).stdout);
  expect(all).toHaveLength(4);
  const { stdout } = await workloads(topology, "--json", "--node", "n10");
  expect(JSON.parse(stdout)).toEqual([
    {
      node: "n10",
      cluster: "lab",
      workload: "web",
      unit: "workload-web.service",
      image: null,
      command: ["/bin/web", "--title", "two words"],
      schedule: null,
      ports: [
        { name: null, node: 8080, container: 8080, protocol: "tcp", zones: [] },
        { name: "metrics", node: 9100, container: 9100, protocol: "tcp", zones: [] },
      ],
    },
  ]);
});

it("workloads says that there are none, and refuses a node that is not there", async () => {
  const none = await workloads("nix-nos: { clusters: { lab: { nodes: { n1: { role: worker } } } } }\n");
  expect([none.code, none.stdout]).toEqual([0, "0 workloads on 0 nodes\n"]);
  const refused = await workloads(topology, "--node", "n3");
  expect([refused.code, refused.stdout, refused.stderr.includes("NN9010")]).toEqual([2, "", true]);
});

it("docs/workloads.md shows workloads that are taken as they stand there", async () => {
  const page = readFileSync(join(import.meta.dirname, "../../../../docs/workloads.md"), "utf8");
  const [, example = ""] = /```yaml\n([\s\S]*?)```/.exec(page) ?? [];
  const zones = "nix-nos:\n  network: { zones: { lan: { input: accept } } }\n  clusters:\n    office:\n";
  const nodes =
    "      nodes: { node01: { role: worker, interfaces: { eth0: { addresses: [10.0.0.1/24], zone: lan } } } }\n";
  const { code, stdout, stderr } = await workloads(`${zones}${nodes}${example.replace(/^(?=.)/gm, "      ")}`);
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("3 workloads on 1 node\n");
});
