import { spawnSync } from "node:child_process";
import { LabError } from "../lab-error.js";

/** Runs `ip` (iproute2) and gives its output; a failure throws with what it said. */
export function ip(...args: readonly string[]): string {
  return run(args, "");
}

/** Runs several of `ip`'s commands inside a namespace, in one process. */
export function ipBatch(namespace: string, lines: readonly string[]): void {
  if (lines.length > 0) run(["-n", namespace, "-batch", "-"], `${lines.join("\n")}\n`);
}

function run(args: readonly string[], input: string): string {
  const { status, stdout, stderr, error } = spawnSync("ip", args, { encoding: "utf8", input, env: toolEnv() });
  if (error) throw new LabError(`\`ip\` could not be started: ${error.message}.`);
  if (status !== 0) throw new LabError(`\`ip ${args.join(" ")}\` failed: ${stderr.trim() || `exit code ${status}`}.`);
  return stdout;
}

/** Daemons and `ip` live where not every PATH looks. */
export function toolEnv(): NodeJS.ProcessEnv {
  return {
    ...process.env,
    PATH: `${process.env.PATH ?? ""}:/usr/sbin:/sbin:/usr/bin:/bin:/usr/lib/frr:/usr/libexec/frr`,
  };
}

/** Names of all network namespaces on the machine. */
export function namespaces(): ReadonlySet<string> {
  const lines = ip("netns", "list").split("\n");
  return new Set(lines.map((line) => line.split(" ", 1)[0] ?? "").filter((name) => name !== ""));
}
