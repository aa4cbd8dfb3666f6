// What was rendered, alive: the seed topology's three nodes as network namespaces with BIRD and GoBGP in them.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { nixNos, root, temporaryFolder } from "./support/cli.js";
import { eventually, type Host, startLab } from "./support/netns.js";

const addresses = { node01: "10.0.1.10/24", node02: "10.0.1.11/24", node03: "10.0.1.12/24" };

interface Running {
  readonly host: (name: string) => Host;
  readonly birdc: (name: string, ...words: string[]) => string;
  readonly gobgp: (name: string, ...words: string[]) => string;
}

/** Renders the seed topology as a user does, and starts its nodes. */
async function run(change: (text: string) => string): Promise<Running> {
  const folder = temporaryFolder();
  const topology = join(folder, "topology.yaml");
  writeFileSync(topology, change(readFileSync(join(root, "examples/seed.yaml"), "utf8")));
  const { status, stderr } = nixNos(["render", topology, "--out", join(folder, "out")]);
  expect(stderr).not.toContain("error[");
  expect(status).toBe(0);

  const lab = startLab(addresses);
  onTestFinished(() => lab.stop());
  const host = (name: string): Host => {
    const found = lab.hosts.get(name);
    if (!found) throw new Error(`no host ${name}`);
    return found;
  };
  for (const name of lab.hosts.keys()) {
    const files = join(folder, "out", "nodes", name);
    const gobgp = join(files, "gobgp/gobgpd.yaml");
    const bird = join(files, "bird/bird.conf");
    if (existsSync(gobgp)) host(name).start("gobgpd", "-t", "yaml", "-f", gobgp, "--api-hosts", "127.0.0.1:50051");
    if (existsSync(bird)) host(name).start("bird", "-f", "-c", bird, "-s", join(folder, `${name}.ctl`));
  }
  return {
    host,
    birdc: (name, ...words) => host(name).exec("birdc", "-s", join(folder, `${name}.ctl`), ...words),
    gobgp: (name, ...words) => host(name).exec("gobgp", "-u", "127.0.0.1", ...words),
  };
}

const established = (count: number) => (seen: string) => seen.match(/BGP .* Established/g)?.length === count;

it("carries a VIP from a sidecar to the other nodes while it is injected, and nothing else", {
  timeout: 90_000,
}, async () => {
  const { birdc, gobgp } = await run((text) => text);
  // node01 reflects for two clients; each node has its sidecar too.
  await eventually("node01's sessions", 30, () => birdc("node01", "show", "protocols"), established(3));
  await eventually("node02's sessions", 30, () => birdc("node02", "show", "protocols"), established(2));
  await eventually("node03's sessions", 30, () => birdc("node03", "show", "protocols"), established(2));
  expect(birdc("node01", "show", "route", "where", "source = RTS_BGP")).not.toContain("10.0.100");

  gobgp("node03", "global", "rib", "add", "10.0.100.1/32");
  gobgp("node03", "global", "rib", "add", "10.0.99.1/32");
  for (const name of ["node01", "node02"]) {
    const route = () => birdc(name, "show", "route", "all", "10.0.100.1/32");
    await eventually(`the VIP at ${name}`, 10, route, (seen) => seen.includes("BGP.next_hop"));
    expect(route()).toMatch(/BGP\.next_hop: 10\.0\.1\.12\n/);
    expect(route()).toMatch(/BGP\.community: \(65000,100\)\n/);
    expect(birdc(name, "show", "route")).not.toContain("10.0.99.1");
  }

  gobgp("node03", "global", "rib", "del", "10.0.100.1/32");
  for (const name of ["node01", "node02"]) {
    const routes = () => birdc(name, "show", "route");
    await eventually(`the VIP gone at ${name}`, 10, routes, (seen) => !seen.includes("10.0.100.1"));
  }
});

it("announces the VIPs from BIRD itself when no service is named", { timeout: 90_000 }, async () => {
  const { birdc } = await run((text) => text.replace(/^services:[\s\S]*/m, ""));
  await eventually("node01's sessions", 30, () => birdc("node01", "show", "protocols"), established(2));
  const route = () => birdc("node02", "show", "route", "all", "10.0.100.2/32");
  await eventually("the VIP of node01 at node02", 10, route, (seen) => seen.includes("BGP.next_hop: 10.0.1.10"));
  expect(route()).toMatch(/BGP\.community: \(65000,100\)\n/);
});

it("lets GoBGP speak for the nodes alone when it attaches to the peers", { timeout: 90_000 }, async () => {
  const { gobgp } = await run((text) => text.replace("enable: true", "enable: true, attach: peers"));
  const up = (name: string) => () => gobgp(name, "neighbor");
  await eventually("node01's sessions", 60, up("node01"), (seen) => seen.match(/Establ/g)?.length === 2);
  gobgp("node03", "global", "rib", "add", "10.0.100.1/32");
  gobgp("node03", "global", "rib", "add", "10.0.99.1/32");
  const route = () => gobgp("node02", "global", "rib", "10.0.100.1/32");
  await eventually("the VIP at node02", 10, route, (seen) => seen.includes("10.0.1.12"));
  expect(route()).toContain("65000:100");
  expect(gobgp("node02", "global", "rib")).not.toContain("10.0.99.1");
  gobgp("node03", "global", "rib", "del", "10.0.100.1/32");
  await eventually(
    "the VIP gone at node02",
    10,
    () => gobgp("node02", "global", "rib"),
    (seen) => !seen.includes("10.0.100.1"),
  );
});
