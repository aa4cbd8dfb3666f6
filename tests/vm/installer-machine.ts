// A machine that boots from a CD when its disk has nothing on it, as a new one in a rack does.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../support/cli.js";

/** Seconds after which a machine ends itself, whatever became of the test that started it. */
const lifetime = 540;

export const mac = "52:54:00:00:00:01";

/** Builds `installer.iso`, `vmlinuz` and `initrd` when they are not there, and gives their folder. */
export async function installerImage(): Promise<string> {
  const { stdout } = await promisify(execFile)(join(root, "scripts/installer-image.sh"));
  return stdout.trim();
}

export interface InstallerMachine {
  /** All that it has said on its serial line. */
  readonly console: () => string;
  readonly stop: () => Promise<void>;
}

/** What a machine boots: CDs of which it takes the first, or what an address has for its iPXE. */
export type Medium = { readonly cds: readonly string[] } | { readonly address: string };

/**
 * Starts a machine with an empty disk. Its network is QEMU's own: the host is 10.0.2.2, the machine 10.0.2.15.
 *
 * @param sshPort - on the host, which leads to the machine's port 22
 */
export function startMachine(folder: string, medium: Medium, sshPort: number): InstallerMachine {
  const [disk, log] = [join(folder, "disk"), join(folder, "console")];
  writeFileSync(disk, "");
  truncateSync(disk, 256 << 20);
  writeFileSync(log, "");
  const cds = ("cds" in medium ? medium.cds : []).flatMap((image, index) => [
    ...["-drive", `file=${image},if=none,id=cd${index},media=cdrom,readonly=on,format=raw`],
    ...["-device", `ide-cd,drive=cd${index},bus=ide.${index},bootindex=${index + 1}`],
  ]);
  const args = [
    // A small processor, which is quick to emulate, with a source of randomness.
    ...["-machine", "pc", "-accel", "tcg", "-cpu", "Nehalem,+rdrand", "-m", "512", "-nodefaults", "-display", "none"],
    ...["-chardev", `file,id=console,path=${log},append=on`, "-serial", "chardev:console"],
    ...["-drive", `file=${disk},if=none,id=disk,format=raw`, "-device", "virtio-blk-pci,drive=disk,bootindex=0"],
    ...cds,
    ...[
      "-netdev",
      `user,id=net,hostfwd=tcp:127.0.0.1:${sshPort}-:22${"address" in medium ? `,bootfile=${medium.address}` : ""}`,
    ],
    // Its ROM is iPXE.
    ...["-device", `virtio-net-pci,netdev=net,mac=${mac},${"address" in medium ? "bootindex=9" : "romfile="}`],
  ];
  // A machine that reboots goes on in another process: QEMU would take a minute to forget the code that it translated.
  const boots = ["sh", "-c", 'while "$@"; do :; done', "sh", "qemu-system-x86_64", ...args, "-no-reboot"];
  const qemu = spawn("timeout", ["--kill-after=5", String(lifetime), ...boots], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const gone = once(qemu, "exit");
  return {
    console: () => readFileSync(log, "utf8"),
    stop: async () => {
      if (qemu.exitCode === null && qemu.signalCode === null) qemu.kill("SIGTERM");
      await gone;
    },
  };
}
