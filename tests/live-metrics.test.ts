// What NightLight scrapes, loaded by the real Prometheus, and checked by its own tool.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseSource, unwrap } from "@nix-nos/topology";
import { catalogue } from "@plasmacloud/cluster";
import { expect, it } from "vitest";
import { nixNos, root, temporaryFolder } from "./support/cli.js";
import { daemon, freePort } from "./support/process.js";

/** What is read of the topology. */
interface Written {
  readonly "nix-nos": {
    readonly clusters: Readonly<
      Record<string, { readonly site?: string; readonly nodes: Readonly<Record<string, Node>> }>
    >;
  };
}

interface Node {
  readonly role: string;
  readonly services?: readonly string[];
}

interface Target {
  readonly scrapeUrl: string;
  readonly labels: Readonly<Record<string, string>>;
}

it("Prometheus has exactly the targets of datacenter.yaml and of an IPv6-only site, as planned", async () => {
  const folder = temporaryFolder();
  const more = `
    Remote-1:
      site: osaka
      orchestration: systemd
      nodes:
        RACK-7-a: { role: "edge.v2", ip: "fd00:99::7", interfaces: { eth0: { addresses: ["fd00:99::7/64"] } }, services: [fiberlb] }
`;
  const settings = "  iam: { ports: { api: 7443 } }\n  nightlight: { settings: { scrapeIntervalSeconds: 1 } }\n";
  const own = readFileSync(join(root, "examples/datacenter.yaml"), "utf8")
    .replace(/^ {2}clusters:\n/m, (line) => `${line}${more.slice(1)}`)
    .replace(/^services:\n/m, (line) => `${line}${settings}`);
  writeFileSync(join(folder, "topology.yaml"), own);
  const { status, stderr } = nixNos(["render", "topology.yaml"], { cwd: folder });
  expect([status, stderr.match(/^error.*/gm)]).toEqual([0, null]);

  // On a node, systemd copies the certificates of `nix-nos certs` to where the file says that they are.
  expect(nixNos(["certs", "topology.yaml"], { cwd: folder }).status).toBe(0);
  const rendered = readFileSync(join(folder, "out/nodes/node03/nightlight/prometheus.yml"), "utf8");
  const file = join(folder, "prometheus.yml");
  writeFileSync(
    file,
    rendered.replaceAll("/run/credentials/nightlight.service/", `${folder}/certs/nodes/node03/nightlight/`),
  );
  const checked = spawnSync("promtool", ["check", "config", file], { encoding: "utf8" });
  expect([checked.status, checked.stdout]).toEqual([0, expect.stringContaining("SUCCESS")]);

  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const args = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(folder, "data")}`,
    `--web.listen-address=${address}`,
  ];
  daemon("prometheus", args);
  const targets = async (): Promise<readonly Target[]> => {
    const answer = await fetch(`http://${address}/api/v1/targets?state=active`).catch(() => null);
    const body = (await answer?.json()) as { readonly data: { readonly activeTargets: readonly Target[] } } | undefined;
    return body?.data.activeTargets ?? [];
  };
  await expect.poll(targets, { timeout: 30_000 }).not.toEqual([]);

  const hosts: Readonly<Record<string, string>> = {
    node01: "10.10.0.10",
    node02: "10.10.0.11",
    node03: "10.10.0.12",
    "RACK-7-a": "[fd00:99::7]",
  };
  const document = unwrap(parseSource({ file: "topology.yaml", format: "yaml", text: own })).value as Written;
  const planned = Object.entries(document["nix-nos"].clusters).flatMap(([cluster, { site, nodes }]) =>
    Object.entries(nodes).flatMap(([node, { role, services = [] }]) =>
      // PrismNET runs on every node of its overlay, listed or not.
      [...services, ...(cluster === "plasmacloud" ? ["prismnet"] : [])].map((job) => {
        const { metrics, ports } = catalogue.get(job) ?? {};
        const number = job === "iam" ? 7443 : ports?.[metrics?.port ?? ""]?.number;
        const instance = `${hosts[node]}:${number}`;
        const labels = { node, cluster, site: String(site), role, job, instance };
        return { scrapeUrl: `https://${instance}${metrics?.path}`, labels };
      }),
    ),
  );
  expect(planned.length).toBeGreaterThan(12);
  const found = (await targets()).map(({ scrapeUrl, labels }) => ({ scrapeUrl, labels }));
  const byUrl = (a: Target, b: Target) => a.scrapeUrl.localeCompare(b.scrapeUrl);
  expect([...found].sort(byUrl)).toEqual([...planned].sort(byUrl));
}, 60_000);
