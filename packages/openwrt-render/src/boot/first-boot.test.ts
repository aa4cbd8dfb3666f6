import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { filesOf, networkOf, router } from "../router.test-support.js";
import { shellWord } from "./shell.js";

const folder = mkdtempSync(join(tmpdir(), "openwrt-boot-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the script in a real shell, whose `uci` and `logger` write down what they are told. */
function run(script: string): { readonly status: number | null; readonly told: string } {
  const told = join(folder, "told");
  writeFileSync(told, "");
  for (const tool of ["uci", "logger", "chmod"]) {
    writeFileSync(
      join(folder, tool),
      `#!/bin/sh\nprintf '%s' ${tool} >>${told}\nprintf ' <%s>' "$@" >>${told}\necho >>${told}\n`,
    );
    chmodSync(join(folder, tool), 0o755);
  }
  const { status } = spawnSync("dash", ["-eu", "-c", script], { env: { PATH: `${folder}:/usr/bin:/bin` } });
  return { status, told: readFileSync(told, "utf8") };
}

const script = filesOf(networkOf(router))["etc/uci-defaults/90-nix-nos"] ?? "";

it("puts secrets from their files into the device's own configuration, as they are", () => {
  const key = 'a\'b "$(reboot)" \\ #';
  for (const name of ["wg0", "psk", "home.key"]) writeFileSync(join(folder, name), `${key} ${name}\n`);
  const { status, told } = run(script.replaceAll("/etc/nix-nos/", `${folder}/`));
  expect(status).toBe(0);
  expect(told.split("\n").filter((line) => line.startsWith("uci"))).toEqual([
    `uci <-q> <set> <network.wg0.private_key=${key} wg0>`,
    `uci <-q> <set> <network.wg0_peer1.preshared_key=${key} psk>`,
    `uci <-q> <set> <wireless.home.key=${key} home.key>`,
    "uci <commit> <network>",
    "uci <commit> <wireless>",
  ]);
});

it("stays for the next boot while a secret is missing, and says which", () => {
  const { status, told } = run(script.replaceAll("/etc/nix-nos/", `${folder}/nowhere/`));
  expect(status).toBe(1);
  expect(told).toContain("nowhere/home.key is missing: wireless.home.key is not set");
});

it("has words that are what they were, whatever is in them", () => {
  for (const word of ["", "a b", "it's", "$(x)", "`x`", "a\nb", '"', "\\", "*", "~", "é", "-n"]) {
    expect(execFileSync("dash", ["-c", `printf %s ${shellWord(word)}`], { encoding: "utf8" })).toBe(word);
  }
});
