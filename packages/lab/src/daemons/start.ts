import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { hash32 } from "@nix-nos/topology";
import type { LabDesign, LabHost } from "../design/types.js";
import { LabError } from "../lab-error.js";
import { askBird } from "../observe/bird-control.js";
import { type LabDaemon, type LabProgram, labFolder, labPrograms } from "../state.js";
import { answersFrr, configureFrr, frrCommand, frrFolder, writeFrr } from "./frr.js";
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
  for (const secret of secrets) writeFileSync(standInOf(id, secret), `password "${standInPassword}";\n`);
}

/** The password of every session, whatever its own file would say. */
const standInPassword = "nix-nos-lab";

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
  if (host.frr !== null) writeFrr(frrFolder(folder), host.frr, standInPassword);
}

/** The part of a host that a program's configuration is. */
export function partOf(program: LabProgram): "bird" | "gobgp" | "frr" {
  return program === "bird" || program === "gobgp" ? program : "frr";
}

/** What runs on a host. */
export function programsOf(host: LabHost): readonly LabProgram[] {
  return labPrograms.filter((program) => host[partOf(program)] !== null);
}

/** Starts a host's daemon; it outlives this process. */
export function startDaemon(id: string, host: LabHost, program: LabDaemon["program"]): LabDaemon {
  const folder = hostFolder(id, host.name);
  const log = openSync(join(folder, `${program}.log`), "w");
  try {
    const socket = birdSocket(id, host.name);
    if (program === "bird") rmSync(socket, { force: true });
    const command = commandOf(program, folder, socket);
    const process = startInside(host.namespace, command, ["ignore", log, log]);
    if (process === null) throw new LabError(`${command[0]} could not be started on ${host.name}.`);
    return { host: host.name, program, process };
  } finally {
    closeSync(log);
  }
}

function commandOf(program: LabProgram, folder: string, socket: string): readonly string[] {
  if (program === "bird") return ["bird", "-f", "-c", join(folder, "bird.conf"), "-s", socket];
  if (program === "gobgp")
    return ["gobgpd", "-t", "yaml", "-f", join(folder, "gobgpd.yaml"), "--api-hosts", "127.0.0.1:50051"];
  return frrCommand(program, frrFolder(folder));
}

/** Waits until the daemons that were started answer, and FRR has its configuration; one that ended says why. */
export async function awaitDaemons(design: LabDesign, daemons: readonly LabDaemon[]): Promise<void> {
  const { id, hosts } = design;
  const deadline = performance.now() + 15_000;
  for (const daemon of daemons) {
    for (;;) {
      if (!isAlive(daemon.process)) {
        const said = readFileSync(join(hostFolder(id, daemon.host), `${daemon.program}.log`), "utf8").trim();
        throw new LabError(`${daemon.program} on ${daemon.host} ended: ${said || "it said nothing"}.`);
      }
      if (daemon.program === "gobgp") break;
      if (await answers(id, daemon)) break;
      if (performance.now() > deadline) throw new LabError(`${daemon.program} on ${daemon.host} does not answer.`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
  const routers = new Set(daemons.filter(({ program }) => program === "bgpd").map(({ host }) => host));
  for (const { name, namespace } of hosts.filter((host) => routers.has(host.name)))
    await configureFrr(namespace, name, frrFolder(hostFolder(id, name)));
}

async function answers(id: string, { host, program }: LabDaemon): Promise<boolean> {
  if (program !== "bird") return answersFrr(program, frrFolder(hostFolder(id, host)));
  const socket = birdSocket(id, host);
  if (!existsSync(socket)) return false;
  try {
    await askBird(socket, "show status");
    return true;
  } catch {
    return false;
  }
}
