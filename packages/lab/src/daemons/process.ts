import { type SpawnOptions, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { toolEnv } from "../wiring/ip.js";

/** A process by its number and when it started: a number alone is soon another's. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks since the machine started (proc(5), field 22). */
  readonly startedAt: string;
}

/** The identity of a running process; `null` when there is none with that number, or it has ended. */
export function identify(pid: number): ProcessIdentity | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The second field, a name in brackets, may hold anything.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const startedAt = fields[19];
    return fields[0] === "Z" || startedAt === undefined ? null : { pid, startedAt };
  } catch {
    return null;
  }
}

/** Whether the very process still runs. */
export function isAlive(process: ProcessIdentity): boolean {
  return identify(process.pid)?.startedAt === process.startedAt;
}

/** Starts a program that outlives this one, inside a namespace; `ip netns exec` becomes the program itself. */
export function startInside(
  namespace: string,
  command: readonly string[],
  stdio: SpawnOptions["stdio"],
): ProcessIdentity | null {
  const child = spawn("ip", ["netns", "exec", namespace, ...command], { detached: true, stdio, env: toolEnv() });
  child.on("error", () => {});
  child.unref();
  return child.pid === undefined ? null : identify(child.pid);
}

/** Ends processes, if they are still the same, and waits until they are gone. */
export async function endProcesses(processes: readonly ProcessIdentity[], signal: NodeJS.Signals): Promise<void> {
  for (const each of processes) if (isAlive(each)) kill(each, signal);
  const deadline = performance.now() + 5000;
  for (const each of processes) {
    while (isAlive(each)) {
      if (performance.now() > deadline) kill(each, "SIGKILL");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

function kill({ pid }: ProcessIdentity, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
}

/** Processes whose command line names a folder: those that a crash kept from being recorded. */
export function processesNaming(folder: string): readonly ProcessIdentity[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => namesFolder(name, folder))
    .flatMap((name) => identify(Number(name)) ?? []);
}

function namesFolder(pid: string, folder: string): boolean {
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
    return (
      /(^|\/)(bird|gobgpd|zebra|staticd|bgpd|ip)$/.test(args[0] ?? "") &&
      args.some((arg) => arg.startsWith(`${folder}/`))
    );
  } catch {
    return false;
  }
}
