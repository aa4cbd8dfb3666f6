// A virtual machine of scripts/vm-image.sh, without KVM, and commands inside it.
import { type ChildProcess, execFile, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFileSync, chownSync, copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../support/cli.js";

/** Seconds after which a machine ends itself, whatever became of the test that started it. */
const lifetime = 200;

/** The group of systemd-networkd in the image, which reads secrets as a manager of secrets would let it. */
const networkdGroup = 192;

/** Where a machine's ports begin; what it has beside them is below. */
const firstSlot = 4;

/** A port of a machine, and the two ends of its cable as sockets in the file system. */
interface Port {
  readonly mac: string;
  readonly own: string;
  readonly far: string;
}

export interface MachineSpec {
  readonly name: string;
  /** An empty folder for its files. */
  readonly folder: string;
  /** In slots 4 and up, for which udev names them: `ens4`, `ens5` and so on. */
  readonly ports: readonly Port[];
  /** What it has beyond the image: absolute path and text; what is under `/etc/secrets` is not for all to read. */
  readonly files: Readonly<Record<string, string>>;
}

/** Builds the image when it is not there, and gives its folder. */
export async function vmImage(): Promise<string> {
  const { stdout } = await promisify(execFile)(join(root, "scripts/vm-image.sh"));
  return stdout.trim();
}

export class Machine {
  readonly #spec: MachineSpec;
  readonly #qemu: ChildProcess;
  readonly #agent: string;
  readonly #console: string;
  #socket: Socket | undefined;
  #data: AsyncIterator<Buffer> | undefined;
  /** What the agent has said and nobody has read. */
  #said = Buffer.alloc(0);
  /** The agent does one thing at a time. */
  #last: Promise<unknown> = Promise.resolve();
  #complaint = "";

  constructor(image: string, spec: MachineSpec) {
    this.#spec = spec;
    this.#agent = join(spec.folder, "agent");
    this.#console = join(spec.folder, "console");
    const initramfs = initramfsOf(image, spec);
    const ports = spec.ports.flatMap(({ mac, own, far }, index) => {
      const cable = `dgram,id=n${index},local.type=unix,local.path=${own},remote.type=unix,remote.path=${far}`;
      // A bond aggregates only what says how fast it is.
      const slot = (index + firstSlot).toString(16);
      const device = `virtio-net-pci,netdev=n${index},mac=${mac},addr=${slot},speed=10000,duplex=full,romfile=`;
      return ["-netdev", cable, "-device", device];
    });
    // Without what costs an emulated processor much and protects nothing here.
    const spared = "mitigations=off init_on_alloc=0 nokaslr no_timer_check audit=0 lsm=capability";
    const kernel = `console=ttyS0 rdinit=/usr/lib/systemd/systemd systemd.unit=vm.target quiet ${spared}`;
    const args = [
      ...[
        "-machine",
        "pc",
        "-accel",
        "tcg",
        "-cpu",
        // A small one, which is quick to emulate, with a source of randomness.
        "Nehalem,+rdrand",
        "-m",
        "512",
        "-nodefaults",
        "-display",
        "none",
        "-no-reboot",
      ],
      ...["-kernel", join(image, "vmlinux"), "-initrd", initramfs, "-append", kernel],
      ...["-serial", `file:${this.#console}`, "-device", "virtio-serial-pci"],
      ...["-chardev", `socket,id=agent,path=${this.#agent},server=on,wait=off`],
      ...["-device", "virtserialport,chardev=agent,name=agent"],
      ...ports,
    ];
    const bounded = ["--kill-after=5", String(lifetime), "qemu-system-x86_64", ...args];
    this.#qemu = spawn("timeout", bounded, { stdio: ["ignore", "ignore", "pipe"] });
    this.#qemu.stderr?.on("data", (data) => {
      this.#complaint += data;
    });
  }

  /** Waits until the machine runs commands. */
  async booted(): Promise<void> {
    while (this.#socket === undefined) {
      this.#socket = await connected(this.#agent);
      if (this.#qemu.exitCode !== null) throw this.#failure("did not start");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    this.#data = this.#socket[Symbol.asyncIterator]();
    await this.#answer();
  }

  /** Runs a line of shell inside, and gives its output; a failure throws with what it said. */
  exec(line: string): Promise<string> {
    const ran = this.#last.then(async () => {
      this.#socket?.write(`${line}\n`);
      const { status, output } = await this.#answer();
      if (status !== 0) throw new Error(`${this.#spec.name}: ${line}: ${status}\n${output}`);
      return output;
    });
    this.#last = ran.catch(() => {});
    return ran;
  }

  async stop(): Promise<void> {
    this.#socket?.destroy();
    if (this.#qemu.exitCode !== null || this.#qemu.signalCode !== null) return;
    const gone = once(this.#qemu, "exit");
    this.#qemu.kill("SIGTERM");
    await gone;
  }

  /** The output of a line until a zero byte, then its status until the end of the line. */
  async #answer(): Promise<{ status: number; output: string }> {
    for (;;) {
      const zero = this.#said.indexOf(0);
      const end = this.#said.indexOf("\n", Math.max(zero, 0));
      if (zero !== -1 && end !== -1) {
        const [output, status] = [this.#said.subarray(0, zero), this.#said.subarray(zero + 1, end)];
        this.#said = this.#said.subarray(end + 1);
        return { status: Number(status), output: output.toString() };
      }
      const next = await this.#data?.next();
      if (next === undefined || next.done) throw this.#failure("ended");
      this.#said = Buffer.concat([this.#said, next.value]);
    }
  }

  #failure(what: string): Error {
    let said = "";
    try {
      said = readFileSync(this.#console, "utf8").split("\n").slice(-20).join("\n");
    } catch {
      // It has said nothing.
    }
    return new Error(`${this.#spec.name} ${what}. ${this.#complaint}\n${said}`);
  }
}

/** A second archive of the machine's own files behind the image's: the kernel unpacks both. */
function initramfsOf(image: string, { name, folder, files }: MachineSpec): string {
  const tree = join(folder, "tree");
  cpSync(join(import.meta.dirname, "guest"), tree, { recursive: true });
  const own = {
    ...files,
    "/etc/hostname": `${name}\n`,
    "/etc/machine-id": `${Buffer.from(name.padEnd(16)).toString("hex")}\n`,
  };
  for (const [path, text] of Object.entries(own)) {
    const file = join(tree, path);
    const isSecret = path.startsWith("/etc/secrets/");
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, text, { mode: isSecret ? 0o640 : 0o644 });
    chownSync(file, 0, isSecret ? networkdGroup : 0);
  }
  const archive = execFileSync("bash", ["-c", "find . | cpio --quiet --create --format=newc"], { cwd: tree });
  const initramfs = join(folder, "initramfs");
  copyFileSync(join(image, "initramfs.cpio"), initramfs);
  appendFileSync(initramfs, archive);
  return initramfs;
}

function connected(path: string): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.once("connect", () => resolve(socket));
    socket.once("error", () => resolve(undefined));
  });
}
