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
