import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { freePort } from "#support/process";
import { bootIdOf, temporaryFolder } from "../deployer.test-support.js";
import type { SshOptions, SshTarget } from "./ssh.js";

/**
 * A machine as the deployer sees it: a real sshd that is the first process of namespaces of its own, with its own Nix
 * store and profiles, /run, /var/lib and boot id. It has no systemd: its `systemd-run` only detaches.
 */
export interface TestNode {
  readonly hostname: string;
  readonly address: string;
  readonly target: SshTarget;
  /** Of what is at a path of the node. */
  at(path: string): string;
  /** What is in a file of the node; empty where there is none. */
  read(path: string): string;
  bootId(): string;
  /** What it runs. */
  system(): string;
  /** What it would boot. */
  bootDefault(): string;
  setDefault(system: string): void;
  /** Has it run a system without activating it. */
  start(system: string): void;
  write(path: string, text: string, mode?: number): void;
  /** Runs a program among its processes. */
  run(...words: string[]): Promise<void>;
  /** Adds a system to its store, and returns its path there. Same arguments, same path. */
  addSystem(name: string, behaviour?: string): string;
  /** Ends every process of it at once, without a word. */
  powerCut(): Promise<void>;
  /** Starts it, with what is its boot default. A machine that goes down by itself comes up again by itself. */
  boot(): Promise<void>;
}

/** Detaches what follows its options, as systemd-run does, but without a systemd. */
const systemdRun = `#!/bin/sh
while [ $# -gt 0 ]; do case $1 in --setenv=*) export "\${1#--setenv=}"; shift ;; -*) shift ;; *) break ;; esac; done
setsid "$@" </dev/null >/dev/null 2>&1 &
`;

/** A system says when it begins and ends to be activated, and how. */
const switchTo = (behaviour: string) => `#!/bin/sh
own=$(readlink -f "$0"); own=\${own%/bin/*}
mark() { echo "$(date +%s%3N) $1 $2 $own" >>/var/lib/timeline; }
mark begin "$1"
[ "$1" = boot ] || ln -sfn "$own" /run/current-system
${behaviour}
mark end "$1"
`;

let count = 0;

/** Machines that one deployer can log in to, each at an address of its own, all at one port. */
export async function testNodes(hostnames: readonly string[]): Promise<{
  readonly ssh: SshOptions;
  readonly nodes: readonly TestNode[];
}> {
  const folder = temporaryFolder();
  const port = await freePort();
  const identityFile = join(folder, "id");
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", identityFile]);
  mkdirSync("/nix", { recursive: true });
  const nodes = await Promise.all(
    hostnames.map((hostname) => startNode(hostname, join(folder, hostname), port, `${identityFile}.pub`)),
  );
  return { ssh: { user: userInfo().username, port, identityFile }, nodes };
}

async function startNode(hostname: string, folder: string, port: number, authorizedKeys: string): Promise<TestNode> {
  count++;
  const address = `127.${1 + (process.pid % 200)}.${count >> 8}.${1 + (count & 255)}`;
  const at = (path: string) => join(folder, path);
  for (const each of ["nix", "run/sshd", "var/lib", "bin"]) mkdirSync(at(each), { recursive: true });
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", at("host")]);
  const program = (name: string, text: string) => writeFileSync(at(join("bin", name)), text, { mode: 0o755 });
  program("systemd-run", systemdRun);
  // The first process ends, and with it all others.
  program("reboot", "#!/bin/sh\nkill -TERM 1\n");
  const lines = [
    `ListenAddress ${address}`,
    `HostKey ${at("host")}`,
    `AuthorizedKeysFile ${authorizedKeys}`,
    "StrictModes no",
    "UsePAM no",
    "PidFile none",
    `SetEnv PATH=${at("bin")}:/usr/sbin:/usr/bin:/sbin:/bin`,
  ];
  writeFileSync(at("config"), `${lines.join("\n")}\n`);
  const machine = `mount --bind ${at("nix")} /nix
mount --bind ${at("var/lib")} /var/lib
mount --bind ${at("boot_id")} /proc/sys/kernel/random/boot_id
mount --bind ${at("run")} /run
mount -t tmpfs none ${userInfo().homedir}
exec /usr/sbin/sshd -D -e -f ${at("config")} -p ${port}`;

  /** The links of a profile are of the node's own /nix. */
  const bootDefault = () => {
    const profiles = at("nix/var/nix/profiles");
    return readLink(join(profiles, readLink(join(profiles, "system"))));
  };
  let boots = 0;
  let running: ChildProcess | null = null;
  let isEnded = false;
  const boot = async () => {
    boots++;
    writeFileSync(at("boot_id"), `${bootIdOf(count * 1000 + boots)}\n`);
    rmSync(at("run"), { recursive: true });
    mkdirSync(at("run/sshd"), { recursive: true });
    const profile = at("nix/var/nix/profiles/system");
    // Its links are of the node's own /nix.
    if (readLink(profile) !== "")
      symlinkSync(readLink(join(profile, "..", readLink(profile))), at("run/current-system"));
    const child = spawn(
      "unshare",
      ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c", machine],
      {
        stdio: "ignore",
      },
    );
    running = child;
    child.once("exit", () => {
      if (running === child && !isEnded) void boot();
    });
    for (let tries = 0; !(await listens(address, port)); tries++) {
      if (tries > 400) throw new Error(`the sshd of ${hostname} did not start`);
      await sleep(25);
    }
  };
  const powerCut = async () => {
    const child = running;
    running = null;
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
  };
  onTestFinished(() => {
    isEnded = true;
    return powerCut();
  });
  await boot();
  const hostKey = readFileSync(at("host.pub"), "utf8").trim().split(" ").slice(0, 2).join(" ");
  return {
    hostname,
    address,
    target: { hostname, address, ssh_host_keys: [hostKey] },
    at,
    read: (path) => (existsSync(at(path)) ? readFileSync(at(path), "utf8") : ""),
    bootId: () => readFileSync(at("boot_id"), "utf8").trim(),
    system: () => readLink(at("run/current-system")),
    bootDefault,
    setDefault: (system) => nix(folder, ["nix-env", "--profile", "/nix/var/nix/profiles/system", "--set", system]),
    start: (system) => {
      rmSync(at("run/current-system"), { force: true });
      symlinkSync(system, at("run/current-system"));
    },
    write: (path, text, mode = 0o644) => writeFileSync(at(path), text, { mode }),
    run: async (...words) => {
      const [inner = ""] = readFileSync(`/proc/${running?.pid}/task/${running?.pid}/children`, "utf8").split(" ");
      const child = spawn("nsenter", ["--target", inner, "--mount", "--pid", ...words], { stdio: "ignore" });
      await once(child, "exit");
    },
    addSystem: (name, behaviour = "") => addSystem(folder, name, behaviour),
    powerCut,
    boot,
  };
}

/** Adds a system to the Nix store below a folder. */
function addSystem(folder: string, name: string, behaviour: string): string {
  const system = join(folder, "systems", name);
  mkdirSync(join(system, "bin"), { recursive: true });
  writeFileSync(join(system, "bin", "switch-to-configuration"), switchTo(behaviour));
  chmodSync(join(system, "bin", "switch-to-configuration"), 0o755);
  return nix(folder, ["nix-store", "--add", system]);
}

/** Runs a program of Nix with the /nix of a folder. */
function nix(folder: string, words: readonly string[]): string {
  const inside = ["sh", "-c", `mount --bind ${join(folder, "nix")} /nix; exec "$@"`, "sh", ...words];
  return execFileSync("unshare", ["--mount", ...inside], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}

function readLink(path: string): string {
  try {
    return execFileSync("readlink", [path], { encoding: "utf8" }).trim();
  } catch {
    return "";
  }
}

async function listens(address: string, port: number): Promise<boolean> {
  const socket = connect(port, address);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
