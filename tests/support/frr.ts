// FRR in the place of a Cisco device: its parser and its daemons.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { eventually, type Host } from "./netns.js";

export { frrConfig } from "@nix-nos/cisco-render";

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
