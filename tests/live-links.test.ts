// Links alive: nodes as network namespaces with cables between them, the addresses that the rendered networkd units
// give, and the rendered BIRD.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { nixNos, temporaryFolder } from "./support/cli.js";
import { eventually, type Host, startLab } from "./support/netns.js";

type Cable = readonly [readonly [string, string], readonly [string, string]];

/** Renders a topology as a user does, lays its cables, and starts its nodes. */
function run(text: string, names: readonly string[], cables: readonly Cable[]) {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "topology.yaml"), text);
  const { status, stderr } = nixNos(["render", join(folder, "topology.yaml"), "--out", join(folder, "out")]);
  expect(stderr).toBe("");
  expect(status).toBe(0);

  const lab = startLab(Object.fromEntries(names.map((name) => [name, null])));
  onTestFinished(() => lab.stop());
  const host = (name: string): Host => {
    const found = lab.hosts.get(name);
    if (!found) throw new Error(`no host ${name}`);
    return found;
  };
  for (const cable of cables) lab.join(...cable);
  for (const name of names) {
    const files = join(folder, "out", "nodes", name);
    for (const family of ["ipv4", "ipv6"]) host(name).exec("sysctl", "-qw", `net.${family}.conf.all.forwarding=1`);
    for (const unit of readdirSync(join(files, "networkd")).filter((file) => file.endsWith(".network"))) {
      const lines = readFileSync(join(files, "networkd", unit), "utf8");
      const own = /^Name=(.*)$/m.exec(lines)?.[1] ?? "";
      for (const [, address = ""] of lines.matchAll(/^Address=(.*)$/gm)) {
        const nodad = address.includes(":") ? ["nodad"] : [];
        host(name).exec("ip", "address", "add", address, "dev", own, ...nodad);
      }
    }
    host(name).start("bird", "-f", "-c", join(files, "bird/bird.conf"), "-s", join(folder, `${name}.ctl`));
  }
  const birdc = (name: string, ...words: string[]) =>
    host(name).exec("birdc", "-s", join(folder, `${name}.ctl`), ...words);
  return { host, birdc };
}

const established = (count: number) => (seen: string) => seen.match(/BGP .* Established/g)?.length === count;

/** `tokyo` and `osaka` are a confederation, and `out` is a neighbour of osaka's that knows it as one AS. */
const confederation = `
nix-nos:
  clusters:
    lab:
      nodes:
        tokyo: { role: edge, loopback: { pool: loopbacks } }
        osaka: { role: edge, loopback: { pool: loopbacks } }
        out: { role: edge, loopback: { pool: loopbacks } }
  network:
    pools: { loopbacks: { prefixes: [10.255.0.0/24, "fd00:255::/64"] } }
    links:
      - { between: ["tokyo:swp1", "osaka:swp1"], unnumbered: true, bgp: { ttlSecurity: true, bfd: true } }
      - { between: ["osaka:swp2", "out:swp1"], unnumbered: true }
    bgp:
      defaults: { holdTime: 9, keepalive: 3 }
      autonomousSystems:
        "65001": { members: [tokyo], confederation: 64500 }
        "65002": { members: [osaka], confederation: 64500 }
        "64600": { members: [out] }
      vipAdvertisements:
        web: { vips: [203.0.113.10, "2001:db8:113::10"], nodes: [tokyo] }
`;

it("carries both families over unnumbered links, and shows a confederation as one AS", {
  timeout: 90_000,
}, async () => {
  const { host, birdc } = run(
    confederation,
    ["tokyo", "osaka", "out"],
    [
      [
        ["tokyo", "swp1"],
        ["osaka", "swp1"],
      ],
      [
        ["osaka", "swp2"],
        ["out", "swp1"],
      ],
    ],
  );
  await eventually("osaka's sessions", 30, () => birdc("osaka", "show", "protocols"), established(2));
  await eventually(
    "BFD between tokyo and osaka",
    15,
    () => birdc("tokyo", "show", "bfd", "sessions"),
    (seen) => /^fe80::\S+ +swp1 +Up/m.test(seen),
  );

  const kernel = (name: string, family: string) => () =>
    host(name).exec("ip", family, "route", "show", "proto", "bird");
  await eventually("the VIP at out", 15, kernel("out", "-4"), (seen) =>
    /^203\.0\.113\.10 via inet6 fe80::\S+ dev swp1/m.test(seen),
  );
  await eventually("the same in IPv6", 15, kernel("out", "-6"), (seen) =>
    /^2001:db8:113::10 via fe80::\S+ dev swp1/m.test(seen),
  );
  const paths = (name: string, prefix: string) => birdc(name, "show", "route", "all", prefix);
  expect(paths("out", "203.0.113.10/32")).toMatch(/BGP\.as_path: 64500\n/);
  expect(paths("osaka", "203.0.113.10/32")).toMatch(/BGP\.as_path: \(65001\)\n/);

  // There and back: loopbacks of both ends over cables that have no IPv4 address.
  const [loopback = ""] = /10\.255\.0\.\d+/.exec(host("out").exec("ip", "-4", "address", "show", "dev", "lo")) ?? [];
  await eventually("out's loopback at tokyo", 15, kernel("tokyo", "-4"), (seen) => seen.includes(`${loopback} via`));
  expect(paths("tokyo", `${loopback}/32`)).toMatch(/BGP\.as_path: \(65002\) 64600\n/);
  host("out").start(process.execPath, "-e", 'require("net").createServer().listen(7, "0.0.0.0")');
  const connect = () => host("tokyo").exec("bash", "-c", `exec 3<>/dev/tcp/${loopback}/7 && echo connected`);
  await eventually("a connection from tokyo to out", 10, connect, (seen) => seen === "connected\n");
});

/** Hosts of one AS that meet over a leaf of another, and a monitor that speaks with one of them from beyond the leaf. */
const hosts = `
nix-nos:
  clusters:
    lab:
      defaults: { loopback: { pool: loopbacks } }
      nodes:
        leaf: { role: leaf }
        h1: { role: worker, bgp: { allowLocalAs: 1 } }
        h2: { role: worker, bgp: { allowLocalAs: 1 } }
        mon: { role: monitor }
  network:
    pools: { loopbacks: { prefixes: [10.255.0.0/24] } }
    links:
      - { between: ["leaf:swp1", "h1:eth0"], unnumbered: true }
      - { between: ["leaf:swp2", "h2:eth0"], unnumbered: true }
      - { between: ["leaf:swp3", "mon:eth0"], addresses: [10.254.0.0/31, 10.254.0.1/31] }
    bgp:
      defaults: { holdTime: 9, keepalive: 3 }
      autonomousSystems:
        "65000": { members: [h1, h2], ibgp: none }
        "65001": { members: [leaf] }
        "65009": { members: [mon] }
      multihop: [{ between: [mon, h1], hops: 4 }]
`;

it("lets hosts of one AS meet over another, and a session run between loopbacks beyond it", {
  timeout: 90_000,
}, async () => {
  const cables = ["h1", "h2", "mon"].map((node, index): Cable => {
    return [
      ["leaf", `swp${index + 1}`],
      [node, "eth0"],
    ];
  });
  const { host, birdc } = run(hosts, ["leaf", "h1", "h2", "mon"], cables);
  await eventually("leaf's sessions", 30, () => birdc("leaf", "show", "protocols"), established(3));
  const loopbackOf = (name: string) =>
    /10\.255\.0\.\d+/.exec(host(name).exec("ip", "-4", "address", "show", "dev", "lo"))?.[0] ?? "";
  const route = () => birdc("h1", "show", "route", "all", `${loopbackOf("h2")}/32`);
  await eventually("h2's loopback at h1", 15, route, (seen) => seen.includes("BGP.as_path: 65001 65000\n"));

  await eventually("the session over several hops", 30, () => birdc("mon", "show", "protocols"), established(2));
  // What it carries of its own other end leads through itself: BIRD keeps to the way by the leaf.
  const way = () => birdc("mon", "show", "route", `${loopbackOf("h1")}/32`);
  const byLeaf = /unicast \[ebgp_leaf_\w+ [\d:.]+\] \*/;
  await eventually("both ways to h1 at mon", 15, way, (seen) => byLeaf.test(seen) && seen.includes("[multihop_h1"));
  expect(birdc("mon", "show", "protocols")).toMatch(/multihop_h1_v4 .* Established/);
});
