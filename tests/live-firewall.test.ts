// Zones alive: a router as NixOS would configure it, with its own table and ours, between hosts in network namespaces.
// Real packets say what passes.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { nixEval, nixNos, root, temporaryFolder } from "./support/cli.js";
import { eventually, type Host, startLab } from "./support/netns.js";

const topology = `
nix-nos:
  network:
    zones:
      lan: { input: accept, forward: accept }
      dmz: { input: reject, forward: reject }
      wan: { masquerade: true, allow: [{ ports: [ssh], from: [192.0.2.1] }], workloads: [web] }
    forwardings:
      - { from: lan, to: wan }
      - { from: wan, to: dmz, allow: [https] }
    bgp:
      autonomousSystems: { "65000": { members: [edge] } }
      peers:
        transit: { node: edge, remoteAs: 64500, address: 192.0.2.1, import: [], export: [] }
        fabric: { node: edge, remoteAs: 64501, address: 10.254.0.1, bfd: true, import: [], export: [] }
  clusters:
    c:
      nodes:
        edge:
          role: edge
          bgp: { routerId: 10.254.0.0 }
          interfaces:
            eth0: { addresses: [10.0.0.1/24], zone: lan }
            eth1: { addresses: [192.0.2.2/29, "2001:db8::2/64"], zone: wan }
            eth2: { addresses: [10.5.0.1/24], zone: dmz }
            eth3: { addresses: [10.254.0.0/31] }
            eth4: { addresses: [10.0.4.1/24], zone: lan }
      workloads:
        web: { image: docker.io/library/nginx, nodes: [edge], ports: ["8080:80"] }
`;

/** NixOS 25.05's table as far as it is about packets: nixos/modules/services/networking/firewall-nftables.nix. */
const nixosTable = (extraInputRules: string) => `
table inet nixos-fw {
  chain input {
    type filter hook input priority filter; policy drop;
    iifname { "lo" } accept
    ct state vmap { invalid : drop, established : accept, related : accept, new : jump input-allow, untracked : jump input-allow }
  }
  chain input-allow {
    tcp dport { 22 } accept
    icmp type echo-request accept
    icmpv6 type != { nd-redirect, 139 } accept
    ${extraInputRules}
  }
}
`;

interface Firewall {
  readonly extraInputRules: string;
  readonly content: string;
}

/** What the node's module says of its firewall. */
function firewallOf(module: string): Firewall {
  const support = join(root, "tests/support");
  return nixEval(`
    let
      system = import ${support}/modules.nix;
      inherit (system.evalModules {
        pkgs = { bird2 = "bird2"; };
        modules = [ { options = import ${support}/nixos-options.nix system.lib; } ${module} ];
      }) networking;
    in
    {
      inherit (networking.firewall) extraInputRules;
      inherit (networking.nftables.tables.nix-nos) content;
    }
  `) as Firewall;
}

/** What a server sees of a caller, or why there is no connection. */
function call(from: Host, address: string, port: number, localAddress?: string): string {
  const options = JSON.stringify({ host: address, port, localAddress, timeout: 1500 });
  const script = `
    const socket = require("net").connect(${options});
    let seen = "";
    const end = (word) => { console.log(word); process.exit(); };
    socket.on("data", (data) => { seen += data; });
    socket.on("end", () => end(seen.replace("::ffff:", "")));
    socket.on("error", (error) => end(error.code));
    socket.on("timeout", () => end("timeout"));
  `;
  return from.exec(process.execPath, "-e", script).trim();
}

it("lets through what zones and sessions say, and nothing else", { timeout: 120_000 }, async () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, "topology.yaml"), topology);
  const rendered = nixNos(["render", join(folder, "topology.yaml"), "--out", join(folder, "out")]);
  expect([rendered.status, rendered.stderr.match(/error\[.*/)]).toEqual([0, null]);
  const { extraInputRules, content } = firewallOf(join(folder, "out/nodes/edge/nixos/default.nix"));

  const names = ["edge", "client", "second", "transit", "server", "fabric"] as const;
  const lab = startLab(Object.fromEntries(names.map((name) => [name, null])));
  onTestFinished(() => lab.stop());
  const host = (name: (typeof names)[number]): Host => {
    const found = lab.hosts.get(name);
    if (!found) throw new Error(`no host ${name}`);
    return found;
  };
  const wire = (own: string, name: (typeof names)[number], near: readonly string[], far: readonly string[]) => {
    lab.join(["edge", own], [name, "eth0"]);
    const nodad = (address: string) => (address.includes(":") ? ["nodad"] : []);
    for (const address of near) host("edge").exec("ip", "address", "add", address, "dev", own, ...nodad(address));
    for (const address of far) host(name).exec("ip", "address", "add", address, "dev", "eth0", ...nodad(address));
  };
  wire("eth0", "client", ["10.0.0.1/24"], ["10.0.0.2/24"]);
  wire("eth1", "transit", ["192.0.2.2/29", "2001:db8::2/64"], ["192.0.2.1/29", "192.0.2.3/29", "2001:db8::1/64"]);
  wire("eth2", "server", ["10.5.0.1/24"], ["10.5.0.2/24"]);
  wire("eth3", "fabric", ["10.254.0.0/31"], ["10.254.0.1/31", "10.9.9.9/32"]);
  wire("eth4", "second", ["10.0.4.1/24"], ["10.0.4.2/24"]);
  host("client").exec("ip", "route", "add", "default", "via", "10.0.0.1");
  host("second").exec("ip", "route", "add", "default", "via", "10.0.4.1");
  host("server").exec("ip", "route", "add", "default", "via", "10.5.0.1");
  host("fabric").exec("ip", "route", "add", "default", "via", "10.254.0.0");
  // Of the networks behind the router, transit knows the server's alone, and has no way back to the clients.
  host("transit").exec("ip", "route", "add", "10.5.0.0/24", "via", "192.0.2.2");
  host("edge").exec("ip", "route", "add", "10.9.9.9/32", "via", "10.254.0.1");
  host("edge").exec("sysctl", "-qw", "net.ipv4.conf.all.forwarding=1");

  writeFileSync(join(folder, "nft"), `table inet nix-nos {\n${content}}\n${nixosTable(extraInputRules)}`);
  const load = () => host("edge").exec("nft", "-f", join(folder, "nft"));
  const listen = (name: (typeof names)[number], ...ports: readonly number[]) => {
    const script = `for (const port of ${JSON.stringify(ports)})
      require("net").createServer((socket) => socket.end(socket.remoteAddress)).listen(port, "::")`;
    host(name).start(process.execPath, "-e", script);
  };
  listen("edge", 22, 179, 7000, 8080);
  listen("transit", 80);
  listen("server", 80, 443);
  listen("second", 80);
  // Every server answers while there is no firewall, so that silence later is the firewall's.
  for (const [from, address, port] of [
    ["transit", "192.0.2.2", 7000],
    ["server", "10.5.0.1", 179],
    ["server", "10.0.4.2", 80],
    ["transit", "10.5.0.2", 443],
    ["transit", "10.5.0.2", 80],
  ] as const) {
    await eventually(
      `${address}:${port}`,
      20,
      () => call(host(from), address, port),
      (seen) => /^\d/.test(seen),
    );
  }
  expect(call(host("client"), "192.0.2.1", 80)).toBe("timeout");
  load();

  // BGP: from the neighbour's address and no other, in a zone and without one.
  expect(call(host("transit"), "192.0.2.2", 179, "192.0.2.1")).toBe("192.0.2.1");
  expect(call(host("transit"), "192.0.2.2", 179, "192.0.2.3")).toBe("timeout");
  expect(call(host("fabric"), "10.254.0.0", 179, "10.254.0.1")).toBe("10.254.0.1");
  expect(call(host("fabric"), "10.254.0.0", 179, "10.9.9.9")).toBe("timeout");

  // Into the node: what each zone says, whatever NixOS's modules open; without a zone, what they open.
  expect(call(host("transit"), "192.0.2.2", 22, "192.0.2.1")).toBe("192.0.2.1");
  expect(call(host("transit"), "192.0.2.2", 22, "192.0.2.3")).toBe("timeout");
  expect(call(host("transit"), "192.0.2.2", 7000)).toBe("timeout");
  expect(call(host("client"), "10.0.0.1", 7000)).toBe("10.0.0.2");
  expect(call(host("server"), "10.5.0.1", 22)).toBe("ECONNREFUSED");
  expect(call(host("fabric"), "10.254.0.0", 22)).toBe("10.254.0.1");
  expect(call(host("fabric"), "10.254.0.0", 7000)).toBe("timeout");

  // Through it: by forwardings, within a zone, and under the node's address where the zone masquerades.
  expect(call(host("client"), "192.0.2.1", 80)).toBe("192.0.2.2");
  expect(call(host("client"), "10.0.4.2", 80)).toBe("10.0.0.2");
  expect(call(host("client"), "10.5.0.2", 443)).toBe("timeout");
  expect(call(host("transit"), "10.5.0.2", 443)).toMatch(/^192\.0\.2\./);
  expect(call(host("transit"), "10.5.0.2", 80)).toBe("timeout");
  expect(call(host("server"), "10.0.4.2", 80)).toBe("ECONNREFUSED");

  // What the node itself hands to a container follows the ports of the zone.
  const dnat = (port: number) => `tcp dport ${port} dnat ip to 10.5.0.2:80\n`;
  writeFileSync(
    join(folder, "dnat"),
    `table inet pods {\n  chain prerouting {\n    type nat hook prerouting priority dstnat;\n    ${dnat(8080)}    ${dnat(8081)}  }\n}\n`,
  );
  host("edge").exec("nft", "-f", join(folder, "dnat"));
  expect(call(host("transit"), "192.0.2.2", 8080)).toMatch(/^192\.0\.2\./);
  expect(call(host("transit"), "192.0.2.2", 8081)).toBe("timeout");
  expect(call(host("client"), "10.0.0.1", 8081)).toBe("10.0.0.2");

  // Without neighbour discovery there would be no IPv6 at all.
  for (const name of ["transit", "edge"] as const) host(name).exec("ip", "-6", "neigh", "flush", "all");
  expect(call(host("transit"), "2001:db8::2", 8080)).toBe("2001:db8::1");
  expect(call(host("transit"), "2001:db8::2", 22)).toBe("timeout");
});
