import { spawn } from "node:child_process";
import { constants } from "node:os";
import type { LabDesign } from "./design/types.js";
import { LabError } from "./lab-error.js";
import { requireLab } from "./needs.js";
import { namespaces, toolEnv } from "./wiring/ip.js";

/**
 * Runs a command on a host of a lab, with this process's streams.
 *
 * @param host - a node's name, or `peer.NAME`
 * @returns the command's exit code; 128 and the signal's number where a signal ended it
 * @throws LabError when there is no such host, or the lab is not up
 *
 * @example
 * ```ts no-run
 * import { type LabDesign, labExec } from "@nix-nos/lab";
 *
 * const routes = (design: LabDesign) => labExec(design, "node01", ["ip", "route"]);
 * ```
 */
export function labExec(design: LabDesign, host: string, command: readonly string[]): Promise<number> {
  requireLab(null);
  const found = design.hosts.find(({ name }) => name === host);
  if (found === undefined)
    throw new LabError(`The lab has no host "${host}".`, `It has ${design.hosts.map(({ name }) => name).join(", ")}.`);
  if (!namespaces().has(found.namespace)) throw new LabError("The lab is not up.", "`nix-nos lab up` brings it up.");
  return new Promise((resolve, reject) => {
    const args = ["netns", "exec", found.namespace, ...command];
    const child = spawn("ip", args, { stdio: "inherit", env: toolEnv() });
    child.on("error", (error) => reject(new LabError(`The command could not be started: ${error.message}.`)));
    child.on("exit", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
}
