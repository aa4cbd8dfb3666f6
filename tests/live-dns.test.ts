// The zones of the reference topology, answered for by a real name server on a port of its own.
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { nixEval, nixNos, root, temporaryFolder } from "./support/cli.js";
import { daemon, freePort, withDaemons } from "./support/process.js";

/** Zones and their files, as FlashDNS's settings on a node name them. */
function zonesOn(out: string, node: string): Readonly<Record<string, { readonly file: string }>> {
  const support = join(root, "tests/support");
  const config = nixEval(`
    let system = import ${support}/modules.nix; in
    (system.evalModules {
      pkgs = import ${support}/pkgs.nix system.lib;
      modules = [ { options = import ${support}/nixos-options.nix system.lib; } ${out}/nodes/${node}/nixos ];
    }).services.flashdns.settings
  `) as { readonly zones: Readonly<Record<string, { readonly file: string }>> };
  return config.zones;
}

it("a node rendered by itself has the zones that its module reads", () => {
  const folder = temporaryFolder();
  copyFileSync(join(root, "examples/datacenter.yaml"), join(folder, "topology.yaml"));
  expect(nixNos(["render", "topology.yaml", "--node", "node02"], { cwd: folder }).status).toBe(0);
  const origins = Object.keys(zonesOn(join(folder, "out"), "node02"));
  expect(origins).toContain("acme.example");
  expect(origins).toHaveLength(readdirSync(join(folder, "out/dns")).length);
});

it("named answers for everything that datacenter.yaml names, from the files that FlashDNS's settings name", async () => {
  const folder = temporaryFolder();
  copyFileSync(join(root, "examples/datacenter.yaml"), join(folder, "topology.yaml"));
  const out = join(folder, "out");
  const { status, stderr } = nixNos(["render", "topology.yaml"], { cwd: folder });
  expect([status, stderr.match(/^error.*/gm)]).toEqual([0, null]);

  const zones = Object.entries(zonesOn(out, "node02"));
  const clauses = zones.map(([origin, { file }]) => {
    // Nothing is copied into a store here: the name of the file in it is that of the file in the tree.
    const own = join(out, "dns", file.replace(/^.*\/(?:[0-9a-z]{32}-)?/, ""));
    const check = ["-i", "local", "-k", "fail", "-m", "fail", "-n", "fail", "-M", "fail", "-S", "fail", origin, own];
    const { stdout } = spawnSync("named-checkzone", check, { encoding: "utf8", env: withDaemons });
    expect(stdout).toMatch(/^zone \S+\/IN: loaded serial \d+\nOK\n$/);
    return `zone "${origin}" { type primary; file "${own}"; };`;
  });
  const port = await freePort();
  const settings = [
    `directory "${folder}";`,
    `listen-on port ${port} { 127.0.0.1; };`,
    "listen-on-v6 { none; };",
    'pid-file "named.pid";',
    'session-keyfile "session.key";',
    "recursion no;",
    "dnssec-validation no;",
    "allow-transfer { any; };",
  ];
  const conf = `options { ${settings.join(" ")} };\ncontrols { };\n${clauses.join("\n")}\n`;
  writeFileSync(join(folder, "named.conf"), conf);
  daemon("named", ["-g", "-4", "-c", join(folder, "named.conf")]);

  const dig = (...question: readonly string[]) =>
    spawnSync("dig", ["+short", "+norecurse", "+tries=1", "+time=2", "-p", String(port), "@127.0.0.1", ...question], {
      encoding: "utf8",
    }).stdout;
  const ask = (...question: readonly string[]) =>
    dig(...question)
      .trim()
      .split("\n")
      .sort();
  await expect.poll(() => dig("acme.example", "SOA"), { timeout: 20_000 }).toContain("hostmaster");

  const a = (name: string) => ask(`${name}.acme.example`, "A");
  expect(a("node01")).toEqual(["10.10.0.10"]);
  expect(ask("NODE01.acme.example", "AAAA")).toEqual(["fd00:10::2"]);
  expect(a("storage.node01")).toEqual(["10.20.0.1"]);
  expect(a("fiberlb")).toEqual(["203.0.113.10", "203.0.113.11"]);
  expect(ask("fiberlb.acme.example", "AAAA")).toEqual(["2001:db8:113::10"]);
  expect(a("registry.batch")).toEqual(["10.30.0.11"]);
  expect(a("chainfire.plasmacloud")).toEqual(["10.10.0.10", "10.10.0.11"]);
  expect(ask("_client._tcp.chainfire.plasmacloud.acme.example", "SRV")).toEqual([
    "0 0 2379 node01.acme.example.",
    "0 0 2379 node02.acme.example.",
  ]);
  expect(ask("_dns._udp.flashdns.plasmacloud.acme.example", "SRV")).toEqual(["0 0 53 node02.acme.example."]);
  expect(ask("_5000._tcp.registry.batch.acme.example", "SRV")).toEqual(["0 0 5000 batch01.acme.example."]);
  expect(ask("acme.example", "NS")).toEqual(["node02.acme.example."]);
  for (const [address, name] of [
    ["10.10.0.10", "node01"],
    ["fd00:10::2", "node01"],
    ["10.254.0.0", "swp1.leaf01"],
    ["203.0.113.10", "fiberlb"],
    ["2001:db8:113::10", "fiberlb"],
    ["2001:db8:ffff::1", "eth2.edge01"],
  ] as const) {
    expect(ask("-x", address)).toEqual([`${name}.acme.example.`]);
  }
  // Whoever has 192.0.2.0/24 leads here with `2.2.0.192.in-addr.arpa. CNAME 2.0/30.2.0.192.in-addr.arpa.` (RFC 2317).
  expect(ask("2.0/30.2.0.192.in-addr.arpa", "PTR")).toEqual(["eth2.edge01.acme.example."]);
  expect(a("nobody")).toEqual([""]);

  // A secondary gets what the file has, to the last record.
  const transferred = execFileSync("dig", [
    "-p",
    String(port),
    "@127.0.0.1",
    "acme.example",
    "AXFR",
    "+noall",
    "+answer",
  ]);
  const written = readFileSync(join(out, "dns/acme.example.zone"), "utf8")
    .split("\n")
    .filter((line) => / IN /.test(line));
  // The SOA record comes first and last (RFC 5936 §2.2).
  expect(transferred.toString().trim().split("\n")).toHaveLength(written.length + 1);
}, 60_000);
