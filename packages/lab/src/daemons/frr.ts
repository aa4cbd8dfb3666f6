import { execFile } from "node:child_process";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fillSecrets, secretFiles } from "@nix-nos/cisco-render";
import { LabError } from "../lab-error.js";
import { type LabProgram, labFolder } from "../state.js";
import { toolEnv } from "../wiring/ip.js";

type FrrProgram = Exclude<LabProgram, "bird" | "gobgp">;

/** Where the files of a host's FRR are, below those of the host. */
export function frrFolder(folder: string): string {
  return join(folder, "frr");
}

/** Writes what FRR reads once its daemons answer, and the empty files that they and `vtysh` begin with. */
export function writeFrr(folder: string, text: string, password: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of ["empty.conf", "vtysh.conf"]) writeFileSync(join(folder, name), "");
  const secrets = new Map(secretFiles(text).map((file) => [file, password]));
  writeFileSync(join(folder, "frr.conf"), fillSecrets(text, secrets));
}

export function frrCommand(program: FrrProgram, folder: string): readonly string[] {
  // What an earlier daemon left is no sign that this one answers.
  rmSync(join(folder, `${program}.vty`), { force: true });
  return [
    ...[program, "-P", "0", "-f", join(folder, "empty.conf"), "-i", join(folder, `${program}.pid`)],
    ...["-z", join(folder, "zserv.api"), "--vty_socket", folder, "--log", "stdout"],
    // The lab's folder is root's alone, and FRR asks for no more than this group of whoever runs it.
    ...["-u", "root", "-g", "frrvty"],
  ];
}

export function answersFrr(program: FrrProgram | "gobgp", folder: string): boolean {
  return existsSync(join(folder, `${program}.vty`));
}

/** What FRR says of what is done, and takes effect with the next session. */
const remark = /^Graceful restart configuration changed.*\n\n?/gm;

/** Types the configuration into FRR. @throws LabError for a line that FRR does not take */
export async function configureFrr(namespace: string, host: string, folder: string): Promise<void> {
  const said = (await vtysh(namespace, folder, ["-f", join(folder, "frr.conf")])).replace(remark, "").trim();
  if (said !== "") throw new LabError(`FRR on ${host} does not take its configuration: ${said}`);
}

/** Asks the FRR of a host. @throws LabError when it does not answer */
export function askFrr(
  id: string,
  { name, namespace }: { readonly name: string; readonly namespace: string },
  command: string,
) {
  return vtysh(namespace, frrFolder(join(labFolder(id), "hosts", name)), ["-c", command]);
}

function vtysh(namespace: string, folder: string, words: readonly string[]): Promise<string> {
  const command = ["netns", "exec", namespace, "vtysh", "--vty_socket", folder, "--config_dir", folder, ...words];
  return new Promise((resolve, reject) => {
    execFile("ip", command, { env: toolEnv(), timeout: 30_000, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      const said = `${stdout}${stderr}`;
      if (error && said.trim() === "") reject(new LabError(`\`vtysh\` failed: ${error.message}.`));
      else if (/^Exiting: failed to connect to any daemons/m.test(said)) reject(new LabError("FRR does not answer."));
      else resolve(said);
    });
  });
}
