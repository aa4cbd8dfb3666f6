// A GoBGP's sessions, alive: over an unnumbered cable, over several hops, and with all that an outside neighbour asks.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { birdConfig, gobgpSpeakerConfig, planBgp, printGobgp } from "@nix-nos/bgp-gen";
import { indexNetwork, loadTopology, resolveTopology, unwrap } from "@nix-nos/topology";
import { expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "./support/cli.js";
import { eventually, startLab } from "./support/netns.js";

/** Plans a topology in which GoBGP speaks for the nodes `g…`. */
function planned(text: string, plansAsBird = false) {
  const network = unwrap(resolveTopology(unwrap(loadTopology({ file: "test.yaml", format: "yaml", text })).document));
  const nodes = network.nodes.map((node) =>
    node.name.startsWith("g") && !plansAsBird ? { ...node, bgpDaemon: "gobgp" as const } : node,
  );
  return unwrap(planBgp(indexNetwork({ ...network, nodes })));
}

it("meets a BIRD over an unnumbered cable, and brings it routes of both families", { timeout: 90_000 }, async () => {
  const plan = planned(`
nix-nos:
  clusters: { lab: { nodes: { leaf: { role: r, loopback: 10.255.0.1, bgp: { originate: ["2001:db8:1::/48"] } }, g1: { role: r, loopback: 10.255.0.2 } } } }
  network:
    links: [{ between: ["leaf:swp1", "g1:eth1"], unnumbered: true }]
    bgp:
      autonomousSystems: { "65001": { members: [leaf] }, "65000": { members: [g1] } }
      vipAdvertisements: { web: { vips: [10.0.100.1, "2001:db8:100::1"], nodes: [g1], announce: health, communities: ["65000:100"] } }
`);
  const lab = startLab({ leaf: null, g1: null });
  onTestFinished(() => lab.stop());
  lab.join(["leaf", "swp1"], ["g1", "eth1"]);
  const folder = temporaryFolder();
  const [leaf, g1] = [lab.hosts.get("leaf"), lab.hosts.get("g1")];
  for (const { node, sessions } of plan.speakers) {
    for (const { localAddress, interface: link } of sessions)
      lab.hosts.get(node)?.exec("ip", "address", "add", `${localAddress}/64`, "dev", link ?? "", "nodad");
  }
  const [bird, gobgp] = ["leaf", "g1"].map((name) => plan.speakerByNode.get(name));
  if (!leaf || !g1 || !bird || !gobgp) throw new Error("a node is missing");
  writeFileSync(join(folder, "bird.conf"), birdConfig(bird));
  writeFileSync(join(folder, "gobgpd.yaml"), printGobgp(gobgpSpeakerConfig(gobgp)));
  leaf.start("bird", "-f", "-c", join(folder, "bird.conf"), "-s", join(folder, "bird.ctl"));
  g1.start("gobgpd", "-t", "yaml", "-f", join(folder, "gobgpd.yaml"), "--api-hosts", "127.0.0.1:50051");
  const ask = (...words: string[]) => g1.exec("gobgp", "-u", "127.0.0.1", ...words);
  await eventually(
    "the session",
    60,
    () => ask("neighbor"),
    (seen) => seen.includes("Establ"),
  );
  for (const [family, vip, own] of [
    ["ipv4", "10.0.100.1/32", "10.255.0.1/32"],
    ["ipv6", "2001:db8:100::1/128", "2001:db8:1::/48"],
  ] as const) {
    ask("global", "rib", "add", "-a", family, vip);
    const route = () => leaf.exec("birdc", "-s", join(folder, "bird.ctl"), "show", "route", "all", vip);
    await eventually(`${vip} at leaf`, 15, route, (seen) => /via fe80::\S+ on swp1/.test(seen));
    expect(route()).toContain("(65000,100)");
    await eventually(
      `${own} at g1`,
      15,
      () => ask("global", "rib", "-a", family),
      (seen) => seen.includes(own),
    );
  }
});

it("meets another GoBGP two hops away", { timeout: 90_000 }, async () => {
  const plan = planned(`
nix-nos:
  clusters: { lab: { nodes: { g1: { role: r, loopback: 10.255.0.1 }, g2: { role: r, loopback: 10.255.0.2 } } } }
  network:
    bgp:
      autonomousSystems: { "65001": { members: [g1] }, "65002": { members: [g2] } }
      multihop: [{ between: [g1, g2], hops: 3 }]
`);
  const lab = startLab({ g1: "10.0.1.1/24", middle: "10.0.1.3/24", g2: "10.0.1.2/24" });
  onTestFinished(() => lab.stop());
  const folder = temporaryFolder();
  lab.hosts
    .get("middle")
    ?.exec(
      "sysctl",
      "-qw",
      "net.ipv4.ip_forward=1",
      "net.ipv4.conf.all.send_redirects=0",
      "net.ipv4.conf.eth0.send_redirects=0",
    );
  for (const k of [1, 2]) {
    lab.hosts.get(`g${k}`)?.exec("ip", "address", "add", `10.255.0.${k}/32`, "dev", "lo");
    lab.hosts.get(`g${k}`)?.exec("ip", "route", "add", `10.255.0.${3 - k}/32`, "via", "10.0.1.3");
    lab.hosts.get("middle")?.exec("ip", "route", "add", `10.255.0.${k}/32`, "via", `10.0.1.${k}`);
  }
  for (const speaker of plan.speakers) {
    const file = join(folder, `${speaker.node}.yaml`);
    writeFileSync(file, printGobgp(gobgpSpeakerConfig(speaker)));
    lab.hosts.get(speaker.node)?.start("gobgpd", "-t", "yaml", "-f", file, "--api-hosts", "127.0.0.1:50051");
  }
  const see = () => lab.hosts.get("g1")?.exec("gobgp", "-u", "127.0.0.1", "neighbor") ?? "";
  await eventually("the session", 60, see, (seen) => seen.includes("Establ"));
});

it("has gobgpd take every option of an outside neighbour", { timeout: 60_000 }, async () => {
  const plan = planned(
    `
nix-nos:
  clusters: { lab: { nodes: { g1: { role: r, ip: 10.0.1.1, interfaces: { eth0: { addresses: [10.0.1.1/24] } } } } } }
  network:
    bgp:
      defaults: { longLivedGracefulRestart: 3600 }
      autonomousSystems: { "65000": { members: [g1] } }
      peers:
        near:
          { node: g1, remoteAs: 64496, address: 10.0.1.2, families: [ipv4, ipv6], passive: true, ttlSecurity: true, holdTime: 30, keepalive: 10,
            allowLocalAs: 2, perFamily: { ipv4: { addPath: both } }, maxPrefixes: { ipv4: 1000, action: disable }, import: [], export: [] }
        far: { node: g1, remoteAs: 64497, address: 198.51.100.1, localAddress: 10.0.1.1, multihop: 4, import: [], export: [] }
        many: { node: g1, remoteAs: 64499, range: 10.0.1.128/25, import: [], export: [] }
`,
    true,
  );
  const lab = startLab({ g1: "10.0.1.1/24", caller: "10.0.1.129/24" });
  onTestFinished(() => lab.stop());
  const folder = temporaryFolder();
  const [g1, caller] = [lab.hosts.get("g1"), lab.hosts.get("caller")];
  const [speaker] = plan.speakers;
  if (!g1 || !caller || !speaker) throw new Error("a node is missing");
  writeFileSync(join(folder, "g1.yaml"), printGobgp(gobgpSpeakerConfig(speaker)));
  writeFileSync(
    join(folder, "caller.yaml"),
    `global: { config: { as: 64499, router-id: 10.0.1.129 } }\nneighbors: [{ config: { neighbor-address: 10.0.1.1, peer-as: 65000 } }]\n`,
  );
  for (const [host, name] of [
    [g1, "g1"],
    [caller, "caller"],
  ] as const)
    host.start("gobgpd", "-t", "yaml", "-f", join(folder, `${name}.yaml`), "--api-hosts", "127.0.0.1:50051");
  const ask = () => g1.exec("gobgp", "-u", "127.0.0.1", "-j", "neighbor");
  await eventually("the caller", 40, ask, (seen) => seen.includes("10.0.1.129"));
  const neighbours: readonly { readonly state: { readonly neighbor_address: string } }[] = JSON.parse(ask());
  const by = (address: string) => neighbours.find(({ state }) => state.neighbor_address === address);
  expect(by("10.0.1.2")).toMatchObject({
    conf: { allow_own_asn: 2 },
    ttl_security: { enabled: true, ttl_min: 255 },
    transport: { passive_mode: true, local_address: "10.0.1.1" },
    timers: { config: { hold_time: 30, keepalive_interval: 10 } },
    graceful_restart: { enabled: true, longlived_enabled: true, restart_time: 120 },
    afi_safis: [
      {
        add_paths: { config: { receive: true, send_max: 255 } },
        long_lived_graceful_restart: { config: { enabled: true, restart_time: 3600 } },
        mp_graceful_restart: { config: { enabled: true } },
        prefix_limits: { max_prefixes: 1000 },
      },
      {},
    ],
  });
  expect(by("198.51.100.1")).toMatchObject({ ebgp_multihop: { enabled: true, multihop_ttl: 4 } });
  expect(by("10.0.1.129")).toMatchObject({ state: { peer_asn: 64499 }, transport: { passive_mode: true } });
});
