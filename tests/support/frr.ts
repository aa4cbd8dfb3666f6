// FRR in the place of a Cisco device: the lines in which its language differs from IOS's, said one by one, and its daemons.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { eventually, type Host } from "./netns.js";

/** Where FRR says otherwise what IOS says; an empty word leaves the line out, because FRR has it as it is or not at all. */
const differences: readonly (readonly [ios: RegExp, frr: string])[] = [
  // Lists of BGP have its name in front.
  [/^(no )?ip ((?:large-|ext)?community-list|as-path access-list) /, "$1bgp $2 "],
  [/^( *(?:no )?)set ipv6 next-hop (?!global)/, "$1set ipv6 next-hop global "],
  // FRR adds extended communities without being told to, and takes all of them away or none.
  [/^( *(?:no )?set extcommunity rt .*) additive$/, "$1"],
  [/^( *(?:no )?)set extcomm-list every-extcommunity delete$/, "$1set extcommunity none"],
  [/^( *(?:no )?neighbor \S+) fall-over bfd.*$/, "$1 bfd"],
  [/^( *(?:no )?neighbor \S+) ha-mode graceful-restart$/, "$1 graceful-restart"],
  [/^( *(?:no )?neighbor \S+) transport connection-mode passive$/, "$1 passive"],
  [/^( *(?:no )?neighbor \S+) next-hop-self all$/, "$1 next-hop-self force"],
  [/^( *(?:no )?neighbor \S+) send-community both$/, "$1 send-community all"],
  // Without it FRR takes and gives nothing over eBGP where no route-map stands; IOS has no such rule.
  [/^ no bgp enforce-first-as$/, " no bgp ebgp-requires-policy"],
  [
    /^ *(?:no )?(?:ip domain name|ipv6 unicast-routing|ip bgp-community|bgp regexp|bfd map|bfd interval|ipv6 nd)\b.*$/,
    "",
  ],
];

/** Blocks of what FRR leaves to the system, and what it leaves to it in others. */
const others = /^(?:no )?(?:vlan|bfd-template) /;
const systems = /^ (?:no )?(?:encapsulation|mac-address|mtu|ip mtu|switchport|channel-group|ip address|ipv6 address)\b/;

/**
 * A Cisco device's configuration as FRR reads it.
 *
 * @param ports - the interface of the namespace for each port of the device
 */
export function frrConfig(text: string, ports: Readonly<Record<string, string>>): string {
  let isOthers = false;
  const lines = text.split("\n").flatMap((line) => {
    if (!line.startsWith(" ")) isOthers = others.test(line);
    if (isOthers || systems.test(line)) return [];
    const named = line.replace(/[A-Z][A-Za-z-]+\d+(?:\/\d+)*(?:\.\d+)?/g, (port) => ports[port] ?? port);
    const said = differences.reduce((before, [ios, frr]) => before.replace(ios, frr), named);
    return said === "" && line !== "" ? [] : [said];
  });
  return lines.join("\n");
}

/** What FRR's parser says against a configuration: nothing, when it takes it. */
export function frrSays(folder: string, text: string): string {
  const file = join(folder, "check.conf");
  writeFileSync(file, text);
  const { stdout, stderr, error } = spawnSync("vtysh", ["-C", "-f", file], { encoding: "utf8" });
  if (error) throw error;
  return stdout + stderr;
}

export interface Frr {
  /** Runs one command of `vtysh` and gives its answer. */
  readonly ask: (command: string) => string;
  /** Types lines into `configure terminal`, and gives what is said against them. */
  readonly configure: (text: string) => string;
}

/** Starts zebra, staticd and bgpd on a host, with nothing configured. */
export async function startFrr(host: Host, bgpd: readonly string[] = []): Promise<Frr> {
  // The daemons are the user frr's, who has to get in.
  const folder = mkdtempSync(join(tmpdir(), "nix-nos-frr-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ["empty.conf", "vtysh.conf"]) writeFileSync(join(folder, name), "", { mode: 0o644 });
  execFileSync("chown", ["-R", "frr:frr", folder]);
  const common = (name: string) => [
    ...["-P", "0", "-f", join(folder, "empty.conf"), "-i", join(folder, `${name}.pid`)],
    ...["-z", join(folder, "zserv.api"), "--vty_socket", folder, "--log", `file:${join(folder, `${name}.log`)}`],
  ];
  const vtysh = (...words: string[]) => ["vtysh", "--vty_socket", folder, "--config_dir", folder, ...words];
  const ask = (command: string) => {
    const [program = "", ...args] = host.inside("vtysh", ...vtysh("-c", command).slice(1));
    return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], maxBuffer: 1 << 28 });
  };
  for (const [name, more] of [
    ["zebra", []],
    ["staticd", []],
    ["bgpd", bgpd],
  ] as const) {
    host.start(`/usr/lib/frr/${name}`, ...common(name), ...more);
    await eventually(
      `FRR's ${name}`,
      20,
      () => ask("show daemons"),
      (seen) => seen.includes(name),
    );
  }
  let count = 0;
  const configure = (text: string) => {
    const file = join(folder, `typed-${count++}.conf`);
    writeFileSync(file, text);
    const [program = "", ...args] = host.inside("vtysh", ...vtysh("-f", file).slice(1));
    const { stdout, stderr } = spawnSync(program, args, { encoding: "utf8", maxBuffer: 1 << 28 });
    // What is done and takes effect with the next session is no fault.
    return (stdout + stderr).replace(/^Graceful restart configuration changed.*\n\n?/gm, "");
  };
  return { ask, configure };
}
