import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hash32 } from "@nix-nos/topology";
import type { LabDesign, LabHost } from "../design/types.js";
import { LabError } from "../lab-error.js";
import { askBird } from "../observe/bird-control.js";
import { type LabDaemon, labFolder } from "../state.js";
import { isAlive, startInside } from "./process.js";

/** Where a host's files are. */
function hostFolder(id: string, host: string): string {
  return join(labFolder(id), "hosts", host);
}

/** The control socket of a host's BIRD. */
export function birdSocket(id: string, host: string): string {
  return join(hostFolder(id, host), "bird.ctl");
}

/**
 * Writes stand-ins for the secret files, once for all hosts and before any daemon starts: one that was reading while its
 * file was written anew would find no password there.
 */
export function writeSecrets({ id, secrets }: LabDesign): void {
  mkdirSync(join(labFolder(id), "secrets"), { recursive: true, mode: 0o700 });
  for (const secret of secrets) writeFileSync(standInOf(id, secret), 'password "nix-nos-lab";\n');
}

function standInOf(id: string, secret: string): string {
  return join(labFolder(id), "secrets", hash32(secret).toString(16));
}

/** Writes what a host's daemons read: the rendered files, in which only the names of secret files are others. */
export function writeFiles(design: LabDesign, host: LabHost): void {
  const folder = hostFolder(design.id, host.name);
  mkdirSync(folder, { recursive: true });
  const texts = [
    ["bird.conf", host.bird],
    ["gobgpd.yaml", host.gobgp],
  ] as const;
  for (const [name, text] of texts) {
    if (text === null) continue;
    let written = text;
    for (const secret of design.secrets)
      written = written.replaceAll(`"${secret}"`, `"${standInOf(design.id, secret)}"`);
    writeFileSync(join(folder, name), written);
  }
}

/** Starts a host's daemon; it outlives this process. */
export function startDaemon(id: string, host: LabHost, program: LabDaemon["program"]): LabDaemon {
  const folder = hostFolder(id, host.name);
  const log = openSync(join(folder, `${program}.log`), "w");
  try {
    const socket = birdSocket(id, host.name);
    if (program === "bird") rmSync(socket, { force: true });
    const command =
      program === "bird"
        ? ["bird", "-f", "-c", join(folder, "bird.conf"), "-s", socket]
        : ["gobgpd", "-t", "yaml", "-f", join(folder, "gobgpd.yaml"), "--api-hosts", "127.0.0.1:50051"];
    const process = startInside(host.namespace, command, ["ignore", log, log]);
    if (process === null) throw new LabError(`${command[0]} could not be started on ${host.name}.`);
    return { host: host.name, program, process };
  } finally {
    closeSync(log);
  }
}

/** Waits until the daemons that were started answer; one that ended says why. */
export async function awaitDaemons(id: string, daemons: readonly LabDaemon[]): Promise<void> {
  const deadline = performance.now() + 15_000;
  for (const daemon of daemons) {
    for (;;) {
      if (!isAlive(daemon.process)) {
        const said = readFileSync(join(hostFolder(id, daemon.host), `${daemon.program}.log`), "utf8").trim();
        throw new LabError(`${daemon.program} on ${daemon.host} ended: ${said || "it said nothing"}.`);
      }
      if (daemon.program === "gobgp") break;
      if (existsSync(birdSocket(id, daemon.host)) && (await answers(birdSocket(id, daemon.host)))) break;
      if (performance.now() > deadline) throw new LabError(`bird on ${daemon.host} does not answer.`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

async function answers(socket: string): Promise<boolean> {
  try {
    await askBird(socket, "show status");
    return true;
  } catch {
    return false;
  }
}
