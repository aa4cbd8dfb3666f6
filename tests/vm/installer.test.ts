// A machine's whole way in: it boots from what the command line made, phones home over TLS, is approved, gets its system
// pushed over SSH, reboots from its disk, and is an active node.
import { execFile } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import type { AuditEntry, NodeDetail } from "@plasmacloud/deployer-client";
import { expect, it, onTestFinished } from "vitest";
import { temporaryFolder } from "../../apps/cli/src/cli.test-support.js";
import { deployer } from "../../apps/cli/src/deploy.test-support.js";
import { root } from "../support/cli.js";
import { freePort } from "../support/process.js";
import { installerImage, type Medium, mac, startMachine } from "./installer-machine.js";

const host = "10.0.2.2";
const system = `/nix/store/${"0".repeat(32)}-nixos-system-node01`;
const polled = { timeout: 240_000, interval: 500 };

/** What `push.install` runs: brings the system to the machine, and has it made what boots next. */
const push = `#!/bin/sh
set -eu
tar -C "$3" -c nix | ssh -F "$1" "$2" tar -C / -x
ssh -F "$1" "$2" /usr/lib/disk ${system} >&2
echo ${system}
`;

/** A deployer that machines find, a machine that is not started yet, and what the test asks of both. */
async function rack() {
  const sshPort = await freePort();
  const pushed = temporaryFolder();
  mkdirSync(join(pushed, "closure", system), { recursive: true });
  copyFileSync(join(root, "tests/vm/installer/installed-init"), join(pushed, "closure", system, "init"));
  writeFileSync(join(pushed, "push"), push, { mode: 0o755 });
  const { folder, deploy, server } = await deployer({
    names: [host],
    ssh: { port: sshPort },
    lostTimeoutSeconds: 20,
    push: { install: [join(pushed, "push"), "{sshConfig}", "{node}", join(pushed, "closure")] },
  });
  const common = ["--server", `https://${host}:${new URL(server).port}`, "--authorized-key", "data/ssh/id_ed25519.pub"];
  const network = ["--address", "10.0.2.15/24", "--gateway", host];
  const iso = async (...args: string[]) => {
    const made = await deploy("iso", ...common, ...(args.includes("--node") ? network : []), ...args);
    expect(made).toMatchObject({ code: 0, stderr: "" });
  };
  const start = (medium: Medium) => {
    const machine = startMachine(folder, medium, sshPort);
    onTestFinished(async ({ task }) => {
      await machine.stop();
      if (task.result?.state === "fail") console.error(machine.console());
    });
  };
  const states = async (): Promise<string[]> =>
    JSON.parse((await deploy("nodes", "--json")).stdout).nodes.map(({ state }: NodeDetail) => state.name);
  const node = async (): Promise<NodeDetail> => JSON.parse((await deploy("nodes", "node01", "--json")).stdout);
  /** A line of shell on the machine, by the key that its medium brought, with the host keys that it told at phone-home. */
  const inside = async (line: string): Promise<string> => {
    const { sshHostKeys } = await node();
    writeFileSync(join(folder, "known_hosts"), sshHostKeys.map((key) => `node01 ${key}\n`).join(""));
    const pinned = [
      "StrictHostKeyChecking=yes",
      "HostKeyAlias=node01",
      `UserKnownHostsFile=${join(folder, "known_hosts")}`,
    ];
    const flags = ["-F", "none", "-i", join(folder, "data/ssh/id_ed25519"), ...pinned.flatMap((each) => ["-o", each])];
    const ran = await promisify(execFile)("ssh", [...flags, "-p", String(sshPort), "root@127.0.0.1", line]);
    return ran.stdout;
  };
  return { folder, deploy, iso, start, states, node, inside };
}

it("boots from a patched image, phones home, is approved, pushed to and rebooted, and is active", async ({
  expect,
}) => {
  const image = await installerImage();
  const { folder, deploy, iso, start, states, node, inside } = await rack();
  await iso("--node", "node01", "--generic", join(image, "installer.iso"));
  await iso("--site", "seed");
  start({ cds: ["node01.iso", "seed.iso"].map((name) => join(folder, name)) });
  await expect.poll(states, polled).toEqual(["Pending"]);
  const before = await node();
  expect(before.inventory).toMatchObject({
    firmware: "bios",
    interfaces: [{ name: "eth0", mac }],
    disks: [{ name: "vda", bytes: 256 << 20, serial: null }],
  });

  // Linux reads a seed as it was meant.
  const seed = await inside("mkdir /run/seed && mount -o ro LABEL=NIXNOS /run/seed && cat /run/seed/nixnos.conf");
  expect(seed).toMatch(
    /^server https:\/\/10\.0\.2\.2:\d+\nbootstrap-key nnb_\S+\nauthorized-key ssh-ed25519 \S+\n-----BEGIN/,
  );
  // Told of another authority, the same machine tells the same deployer nothing.
  const { stdout: stranger } = await promisify(execFile)("openssl", [
    ...["req", "-x509", "-newkey", "ed25519", "-nodes", "-keyout", "/dev/null", "-subj", "/CN=stranger"],
  ]);
  writeFileSync(join(folder, "stranger.pem"), stranger);
  await iso("--ipxe", "--site", "stranger", "--authority", "stranger.pem");
  const settings = readFileSync(join(folder, "stranger.conf"), "utf8");
  const program = "timeout 100 bash /usr/lib/phone-home.sh /run/stranger.state /run/stranger 2>&1 | head -n 1";
  expect(await inside(`cat >/run/stranger <<'END'\n${settings}END\n${program}`)).toMatch(
    /^curl: \(60\) SSL certificate/,
  );
  expect(await states()).toEqual(["Pending"]);

  expect((await deploy("approve", "node01")).stderr).toBe("");
  await expect.poll(async () => (await node()).state, polled).toEqual({ name: "Active" });
  const after = await node();
  expect(after).toMatchObject({ system, sshHostKeys: before.sshHostKeys, nodeKey: before.nodeKey });
  expect(after.bootId).not.toBe(before.bootId);
  expect(await inside("cat /proc/sys/kernel/random/boot_id")).toBe(`${after.bootId}\n`);
  expect(await inside("readlink /run/current-system; ls /iso/boot")).toMatch(
    new RegExp(`^${system}\n.*ldlinux.sys`, "s"),
  );
  const { entries } = JSON.parse((await deploy("audit", "--node", "node01", "--json")).stdout);
  expect(entries.map(({ actor, action }: AuditEntry) => `${actor}: ${action}`).reverse()).toEqual([
    ...["operator admin: create-key", "node node01: phone-home", "operator admin: approve", "deployer: push-install"],
    ...["deployer: partitioned", "deployer: installed", "node node01: rebooted", "deployer: confirmed"],
  ]);
}, 560_000);

it("boots by iPXE, with the settings that lie beside its script, and phones home", async ({ expect }) => {
  const image = await installerImage();
  const { folder, iso, start, states, inside } = await rack();
  const boot = join(folder, "boot");
  await iso("--ipxe", "--node", "node01", "--out", "boot");
  for (const name of ["vmlinuz", "initrd"]) symlinkSync(join(image, name), join(boot, name));
  const [, kernel = ""] = /APPEND (.*)/.exec(readFileSync(join(root, "tests/vm/installer/isolinux.cfg"), "utf8")) ?? [];
  writeFileSync(join(boot, "netboot.ipxe"), `#!ipxe\nkernel vmlinuz ${kernel}\ninitrd initrd\nboot\n`);
  const asked: string[] = [];
  const web = createServer(({ url = "" }, response) => {
    asked.push(url);
    response.end(readFileSync(join(boot, url)));
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void web.close());
  await once(web, "listening");
  start({ address: `http://${host}:${(web.address() as AddressInfo).port}/node01.ipxe` });
  await expect.poll(states, polled).toEqual(["Pending"]);
  expect(asked).toEqual(["/node01.ipxe", "/node01.conf", "/netboot.ipxe", "/vmlinuz", "/initrd"]);
  expect(await inside("ls -l /nixnos.conf; ls /iso")).toMatch(/^-r-------- 1 root root \d+ .* \/nixnos.conf\n$/);
}, 560_000);
