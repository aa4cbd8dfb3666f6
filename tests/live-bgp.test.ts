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

const seed = () => readFileSync(join(root, "examples/seed.yaml"), "utf8");

/** Renders a topology as a user does, and starts its nodes on hosts with these addresses. */
async function run(
  text: string,
  hosts: Readonly<Record<string, string>> = addresses,
  prepare: (host: Running["host"]) => void = () => {},
): Promise<Running> {
  const folder = temporaryFolder();
  const topology = join(folder, "topology.yaml");
  writeFileSync(topology, text);
  const { status, stderr } = nixNos(["render", topology, "--out", join(folder, "out")]);
  expect(stderr).not.toContain("error[");
  expect(status).toBe(0);

  const lab = startLab(hosts);
  onTestFinished(() => lab.stop());
  const host = (name: string): Host => {
    const found = lab.hosts.get(name);
    if (!found) throw new Error(`no host ${name}`);
    return found;
  };
  prepare(host);
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
  const { birdc, gobgp } = await run(seed());
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
  const { birdc } = await run(seed().replace(/^services:[\s\S]*/m, ""));
  await eventually("node01's sessions", 30, () => birdc("node01", "show", "protocols"), established(2));
  const route = () => birdc("node02", "show", "route", "all", "10.0.100.2/32");
  await eventually("the VIP of node01 at node02", 10, route, (seen) => seen.includes("BGP.next_hop: 10.0.1.10"));
  expect(route()).toMatch(/BGP\.community: \(65000,100\)\n/);
});

it("lets GoBGP speak for the nodes alone when it attaches to the peers", { timeout: 90_000 }, async () => {
  const { gobgp } = await run(seed().replace("enable: true", "enable: true, attach: peers"));
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

const dualStack = (nextHop: string) => `
nix-nos:
  clusters:
    lab:
      defaults: { ip: { pool: mgmt, interface: eth0 } }
      nodes:
        n1: { role: worker, loopback: 10.255.0.1 }
        n2: { role: worker, loopback: 10.255.0.2 }
        n3: { role: worker, loopback: 10.255.0.3 }
  network:
    pools: { mgmt: { prefixes: [10.0.1.0/24, "fd00::/64"] } }
    bgp:
      autonomousSystems:
        "65000":
          members: [n1, n2, n3]
          ibgp: { strategy: route-reflector, reflectors: [n1, n2], clusterId: 10.9.9.9 }
      vipAdvertisements:
        fiberlb: { vips: [10.0.100.1, 10.0.100.2, "2001:db8:100::1"], nodes: [n1, n3], nextHop: ${nextHop}, communities: ["65000:100"] }
services: { fiberlb: { bgp: { enable: true } } }
`;

// The addresses stand on the nodes' interfaces, as they do where a load balancer takes the traffic: BIRD then knows
// connected routes to them, which must not hide what is announced.
it.each(["self", "unchanged"])(
  "announces addresses that the node itself carries, in both families, next hop: %s",
  {
    timeout: 90_000,
  },
  async (nextHop) => {
    const names = ["n1", "n2", "n3"];
    const hosts = Object.fromEntries(names.map((name, index) => [name, `10.0.1.${index + 1}/24`]));
    const { host, birdc, gobgp } = await run(dualStack(nextHop), hosts, (of) => {
      for (const [index, name] of names.entries()) {
        of(name).exec("ip", "address", "add", `fd00::${index + 1}/64`, "dev", "eth0", "nodad");
        of(name).exec("ip", "address", "add", `10.255.0.${index + 1}/32`, "dev", "lo");
      }
      for (const vip of ["10.0.100.1/32", "2001:db8:100::1/128"])
        of("n3").exec("ip", "address", "add", vip, "dev", "lo");
    });
    await eventually("n3's sessions", 30, () => birdc("n3", "show", "protocols"), established(5));
    await eventually("n1's sessions", 30, () => birdc("n1", "show", "protocols"), established(5));
    gobgp("n3", "global", "rib", "add", "10.0.100.1/32");
    gobgp("n3", "global", "rib", "add", "-a", "ipv6", "2001:db8:100::1/128");
    gobgp("n1", "global", "rib", "add", "10.0.100.1/32");

    const kernel = (family: string) => () => host("n2").exec("ip", family, "route", "show", "proto", "bird");
    await eventually("n2's IPv6 routes", 15, kernel("-6"), (seen) => seen.includes("2001:db8:100::1 via fd00::3"));
    await eventually("n2's IPv4 routes", 15, kernel("-4"), (seen) => {
      const both = /10\.0\.100\.1 [\s\S]*nexthop via 10\.0\.1\.1 [\s\S]*nexthop via 10\.0\.1\.3 /.test(seen);
      return both && seen.includes("10.255.0.1 via 10.0.1.1") && seen.includes("10.255.0.3 via 10.0.1.3");
    });
    // Who announces a VIP serves it, whoever else does.
    expect(host("n1").exec("ip", "route")).not.toContain("10.0.100.1");
    expect(birdc("n2", "show", "route")).not.toContain("10.0.100.2");
  },
);

const border = `
nix-nos:
  clusters:
    lab:
      nodes:
        up: { role: leaf, ip: 10.0.9.1, loopback: 10.255.0.9 }
        edge: { role: edge, ip: 10.0.1.1, loopback: 10.255.0.1 }
        inner: { role: worker, ip: 10.0.1.2 }
        far: { role: worker, ip: 10.0.2.1 }
  network:
    links: [{ between: ["up:swp1", "edge:eth1"], addresses: [10.254.0.0/31, 10.254.0.1/31] }]
    bgp:
      autonomousSystems: { "65001": { members: [up] }, "65000": { members: [edge, inner, far] } }
      vipAdvertisements:
        fiberlb: { vips: [10.0.100.1], nodes: [edge] }
        web: { vips: [10.0.101.1], nodes: [far] }
services: { fiberlb: { bgp: { enable: true, attach: peers } } }
`;

it("finds next hops behind a gateway, and behind a border that GoBGP holds", { timeout: 90_000 }, async () => {
  const hosts = {
    up: "10.254.0.0/31",
    edge: "10.0.1.1/24",
    inner: "10.0.1.2/24",
    far: "10.0.2.1/24",
    gw: "10.0.1.254/24",
  };
  const { host, birdc, gobgp } = await run(border, hosts, (of) => {
    of("edge").exec("ip", "address", "add", "10.254.0.1/31", "dev", "eth0");
    of("gw").exec("ip", "address", "add", "10.0.2.254/24", "dev", "eth0");
    of("gw").exec("sysctl", "-qw", "net.ipv4.ip_forward=1");
    for (const name of ["edge", "inner"]) of(name).exec("ip", "route", "add", "default", "via", "10.0.1.254");
    of("far").exec("ip", "route", "add", "default", "via", "10.0.2.254");
  });
  await eventually("inner's sessions", 60, () => birdc("inner", "show", "protocols"), established(2));
  await eventually("up's session", 60, () => birdc("up", "show", "protocols"), established(1));
  // The loopback is the node's own, the last one nobody's.
  for (const prefix of ["10.0.100.1/32", "10.255.0.1/32", "10.0.99.1/32"])
    gobgp("edge", "global", "rib", "add", prefix);

  const kernel = (name: string) => () => host(name).exec("ip", "route", "show", "proto", "bird");
  await eventually("inner's routes", 15, kernel("inner"), (seen) => {
    const edge = ["10.0.100.1", "10.255.0.1", "10.255.0.9"].every((prefix) => seen.includes(`${prefix} via 10.0.1.1 `));
    return edge && seen.includes("10.0.101.1 via 10.0.1.254 ");
  });
  await eventually("up's routes", 15, kernel("up"), (seen) => seen.includes("10.0.100.1 via 10.254.0.1 "));
  for (const name of ["inner", "up"]) {
    expect(kernel(name)()).not.toContain("10.0.99.1");
    // The kernel's own routes serve to find next hops, and are told to nobody.
    expect(birdc(name, "show", "route", "where", "source = RTS_BGP")).not.toMatch(
      /^(0\.0\.0\.0\/0|10\.0\.\d\.0\/24) /m,
    );
  }
});

const standby = `
nix-nos:
  clusters:
    lab:
      nodes:
        n1: { role: worker, ip: 10.0.1.1 }
        n2: { role: worker, ip: 10.0.1.2 }
        inner: { role: worker, ip: 10.0.1.3 }
        up: { role: leaf, ip: 10.0.9.1 }
  network:
    links:
      - { between: ["up:swp1", "n1:eth1"], addresses: [10.254.0.0/31, 10.254.0.1/31] }
      - { between: ["up:swp2", "n2:eth1"], addresses: [10.254.0.2/31, 10.254.0.3/31] }
    bgp:
      defaults: { holdTime: 3, keepalive: 1 }
      autonomousSystems: { "65001": { members: [up] }, "65000": { members: [n1, n2, inner] } }
      vipAdvertisements:
        inside: { vips: [10.0.100.1], nodes: [n1, n2], standby: { order: [n2, n1] } }
        outside: { vips: [10.0.100.2, "2001:db8::2"], nodes: [n1, n2], standby: { order: [n2], by: prepend } }
`;

it("prefers one announcer of a VIP, and takes the next one when it is gone", { timeout: 90_000 }, async () => {
  const hosts = { n1: "10.0.1.1/24", n2: "10.0.1.2/24", inner: "10.0.1.3/24", up: "10.254.0.0/31" };
  const { host, birdc } = await run(standby, hosts, (of) => {
    of("up").exec("ip", "address", "add", "10.254.0.2/31", "dev", "eth0");
    of("n1").exec("ip", "address", "add", "10.254.0.1/31", "dev", "eth0");
    of("n2").exec("ip", "address", "add", "10.254.0.3/31", "dev", "eth0");
  });
  const kernel = (name: string) => () => host(name).exec("ip", "route", "show", "proto", "bird");
  const both = (inside: string, outside: string) => (seen: string) =>
    seen.includes(`10.0.100.1 via ${inside} `) && seen.includes(`10.0.100.2 via ${outside} `);
  await eventually("inner's sessions", 40, () => birdc("inner", "show", "protocols"), established(2));
  await eventually("up's sessions", 40, () => birdc("up", "show", "protocols"), established(2));
  // Inside, the shorter path does not count: it is made on the way out.
  await eventually("the first one's", 15, kernel("inner"), (seen) => seen.includes("10.0.100.1 via 10.0.1.2 "));
  await eventually("the shorter path", 15, kernel("up"), (seen) => seen.includes("10.0.100.2 via 10.254.0.3 "));
  const routes = (at: string, prefix: string) => () => birdc(at, "show", "route", "all", prefix);
  const longer = (seen: string) => seen.includes("BGP.as_path: 65000 65000\n");
  await eventually("the longer path", 15, routes("up", "10.0.100.2/32"), longer);
  await eventually("the next one's", 15, routes("inner", "10.0.100.1/32"), (seen) =>
    seen.includes("BGP.local_pref: 99\n"),
  );

  birdc("n2", "down");
  await eventually("the next one's", 20, kernel("inner"), both("10.0.1.1", "10.0.1.1"));
  await eventually("the longer path", 20, kernel("up"), (seen) => seen.includes("10.0.100.2 via 10.254.0.1 "));
});
