// nix/modules/phone-home.sh, the program that machines have, against a deployer that runs.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, it, onTestFinished } from "vitest";
import {
  bootIdOf,
  startSshd,
  startTestDeployer,
  systemOf,
  type TestDeployer,
  temporaryFolder,
} from "./deployer.test-support.js";

const program = fileURLToPath(new URL("../../../nix/modules/phone-home.sh", import.meta.url));
const site = { kind: "site", site: "tokyo" } as const;
const hostKey = `ssh-ed25519 ${Buffer.from("a host key").toString("base64")}`;

/** A machine's /sys, /proc, /etc and /run in a folder, a program that installs, and what a seed would tell it. */
function machine(deployer: TestDeployer, bootstrapKey: string, own: { product?: string; hostKey?: string } = {}) {
  const folder = temporaryFolder();
  const at = (...parts: string[]) => join(folder, ...parts);
  const write = (path: string, text: string, mode = 0o644) => {
    mkdirSync(join(at(path), ".."), { recursive: true });
    writeFileSync(at(path), text, { mode });
  };
  const boot = (number: number) => write("proc/sys/kernel/random/boot_id", `${bootIdOf(number)}\n`);
  boot(1);
  write("proc/meminfo", "MemTotal:        8000000 kB\nMemFree: 1 kB\n");
  write("proc/cpuinfo", "processor\t: 0\n\nprocessor\t: 1\n");
  write("sys/class/net/eth0/address", "52:54:00:00:00:01\n");
  write("sys/class/net/eth0/device/vendor", "");
  write("sys/class/net/lo/address", "00:00:00:00:00:00\n");
  write("sys/block/vda/size", "2048\n");
  write("sys/block/vda/device/serial", "D1\n");
  write("sys/block/loop0/size", "8\n");
  write("sys/class/dmi/id/product_name", `${own.product ?? "Machine"}\n`);
  write("etc/ssh/ssh_host_ed25519_key.pub", `${own.hostKey ?? hostKey} root@installer\n`);
  mkdirSync(at("run"));
  const authority = readFileSync(join(deployer.data, "ca.crt"), "utf8");
  write("nixnos.conf", `server ${deployer.url}/\nbootstrap-key ${bootstrapKey}\nhostname node01\n${authority}`);
  write(
    "install",
    `#!/bin/sh\necho "$1" >>${at("installed")}\n[ "$1" != install ] || echo ${systemOf("node01")}\n`,
    0o755,
  );

  /** Runs it until it ends or is stopped; signals reach all of it. */
  const run = (environment: NodeJS.ProcessEnv = { PHONE_HOME_INSTALL: at("install") }) => {
    const env = { ...process.env, no_proxy: "*", PHONE_HOME_ROOT: folder, ...environment };
    const child = spawn("sh", [program, at("state"), at("absent"), at("nixnos.conf")], {
      detached: true,
      env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    const ended = once(child, "close").then(([status]) => status as number | null);
    const kill = (signal: NodeJS.Signals) => {
      if (child.exitCode === null && child.signalCode === null && child.pid) process.kill(-child.pid, signal);
    };
    onTestFinished(() => kill("SIGKILL"));
    return { said: () => said, ended, kill };
  };
  return { at, boot, run, installed: () => readFileSync(at("installed"), "utf8").trim().split("\n") };
}

describe("phone-home.sh", { timeout: 120_000 }, () => {
  it("makes an active node of a machine: held, approved, installed, rebooted, heard and proved", async ({ expect }) => {
    const { hostKey: own, ssh } = await startSshd();
    const deployer = await startTestDeployer({ ssh, lostTimeoutSeconds: 5 });
    const operator = deployer.operator();
    const { secret } = await operator.createKey({ scope: site });
    const node = machine(deployer, secret ?? "", { hostKey: own, product: 'A "box" \\ \u001b[31m é $(reboot)' });
    const installer = node.run();
    const state = async () => {
      const { nodes } = await operator.listNodes();
      return nodes[0]?.state;
    };
    const polled = { timeout: 60_000, interval: 200 };
    await expect.poll(state, polled).toEqual({ name: "Pending" });
    const { inventory, sshHostKeys } = await operator.getNode("node01");
    expect(sshHostKeys).toEqual([own]);
    expect(inventory).toMatchObject({
      product: "A box  [31m  $(reboot)",
      serial: null,
      cpus: 2,
      memoryBytes: 8_000_000 * 1024,
      interfaces: [{ name: "eth0", mac: "52:54:00:00:00:01" }],
      disks: [{ name: "vda", bytes: 1 << 20, serial: "D1" }],
    });
    expect(statSync(node.at("state/node.key")).mode & 0o777).toBe(0o600);

    await operator.approve("node01");
    await expect.poll(state, polled).toMatchObject({ name: "Provisioning", phase: "reboot" });
    await expect.poll(node.installed, polled).toEqual(["partition", "install", "reboot"]);
    installer.kill("SIGTERM");
    expect(await installer.ended).toBe(143);

    node.boot(2);
    symlinkSync(systemOf("node01"), node.at("run/current-system"));
    const system = node.run({});
    await expect.poll(state, polled).toEqual({ name: "Active" });
    expect((await operator.getNode("node01")).system).toBe(systemOf("node01"));
    system.kill("SIGTERM");
    await system.ended;
    expect(installer.said() + system.said()).not.toContain(secret);
  });

  it("is one machine however often it is killed, and one use of its key", async ({ expect }) => {
    const deployer = await startTestDeployer({ lostTimeoutSeconds: 5 });
    const operator = deployer.operator();
    const { secret } = await operator.createKey({ scope: site });
    const node = machine(deployer, secret ?? "");
    for (const pause of [20, 60, 120, 200, 300, 450]) {
      const program = node.run();
      await new Promise((resolve) => setTimeout(resolve, pause));
      program.kill("SIGKILL");
      await program.ended;
    }
    node.run();
    await expect.poll(() => existsSync(node.at("state/id")), { timeout: 60_000 }).toBe(true);
    const lastSeen = async () => (await operator.listNodes()).nodes.map((each) => each.lastSeen);
    const [before] = await lastSeen();
    await expect.poll(lastSeen, { timeout: 60_000 }).not.toEqual([before]);
    expect(await operator.listKeys()).toMatchObject([{ used: 1 }]);
  });

  it("ends with one line where it is refused, and says nothing to a deployer of another authority", async ({
    expect,
  }) => {
    const deployer = await startTestDeployer();
    const stranger = await startTestDeployer();
    const refused = machine(deployer, "no-such-key").run();
    expect(await refused.ended).toBe(1);
    expect(refused.said()).toBe("phone home: the deployer refuses (401): The key or token is not good \n");

    const node = machine(deployer, "no-such-key");
    const { port } = new URL(stranger.url);
    const settings = readFileSync(node.at("nixnos.conf"), "utf8");
    writeFileSync(node.at("nixnos.conf"), settings.replace(new URL(deployer.url).port, port));
    const deceived = node.run();
    await expect.poll(deceived.said, { timeout: 20_000 }).toMatch(/certificate[\s\S]*again in \d+ s/);
    expect(stranger.log.join("")).not.toContain("/v1/phone-home");

    rmSync(node.at("nixnos.conf"));
    const lost = node.run();
    expect([await lost.ended, lost.said()]).toEqual([
      1,
      expect.stringMatching(/^phone home: there are no settings: .*\n$/),
    ]);
  });
});
