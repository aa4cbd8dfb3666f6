// A lab by the command line, as a user runs it; removed with the test, whatever became of it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import type { LabReport, SessionStatus } from "@nix-nos/lab";
import { expect, type TestContext } from "vitest";
import { root } from "../support/cli.js";

interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Watch {
  /** Waits until a text was printed. */
  until(text: string): Promise<void>;
  /** Ctrl-C; gives the exit code. */
  interrupt(): Promise<number>;
}

/** One topology file and its lab, under a name of this process's own. */
export interface LabFile {
  /** Its lab's name, also in the names of its namespaces. */
  readonly name: string;
  /** `nix-nos lab COMMAND FILE …`. */
  run(command: string, ...args: readonly string[]): Promise<Ran>;
  /** The same, with what is printed as data; any other exit code than the wanted one fails the test. */
  json<T>(command: string, status: number, ...args: readonly string[]): Promise<T>;
  /** `lab status --watch`, with a pipe as output. */
  watch(): Watch;
  /** Runs a program on a host and gives its output. */
  exec(host: string, ...command: readonly string[]): Promise<string>;
}

let count = 0;

/** The lab of a topology, which goes away with the test. */
export function labOf({ onTestFinished, expect }: TestContext, file: string): LabFile {
  const name = `t${process.pid}-${count++}`;
  const path = resolve(root, file);
  const run = (command: string, ...args: readonly string[]) =>
    nixNosAsync("lab", command, "--name", name, path, ...args);
  onTestFinished(async () => {
    await run("down");
  }, 60_000);
  return {
    name,
    run,
    watch() {
      const child = start("lab", "status", "--watch", "--name", name, path);
      onTestFinished(() => void child.kill());
      let printed = "";
      child.stdout.on("data", (text: string) => {
        printed += text;
      });
      return {
        until: (text) => expect.poll(() => printed, { timeout: 30_000 }).toContain(text),
        async interrupt() {
          const ended = once(child, "close");
          child.kill("SIGINT");
          return (await ended)[0];
        },
      };
    },
    async json(command, status, ...args) {
      const ran = await run(command, "--json", ...args);
      expect(ran, ran.stdout + ran.stderr).toMatchObject({ status });
      return JSON.parse(ran.stdout);
    },
    async exec(host, ...command) {
      const ran = await nixNosAsync("lab", "exec", "--name", name, path, host, "--", ...command);
      expect(ran, ran.stderr).toMatchObject({ status: 0 });
      return ran.stdout;
    },
  };
}

/** Brings a lab up and holds it against the plan: everything must pass. Gives what was checked. */
export async function upAndTested(lab: LabFile, ...args: readonly string[]): Promise<LabReport> {
  await lab.json("up", 0);
  return passing(lab, ...args);
}

/** `lab test`, of which everything must pass. */
export async function passing(lab: LabFile, ...args: readonly string[]): Promise<LabReport> {
  const { status, stdout, stderr } = await lab.run("test", "--json", ...args);
  expect(stdout, stderr).toContain('"checks"');
  const report: LabReport = JSON.parse(stdout);
  expect(
    report.checks.filter((check) => !check.passed),
    stderr,
  ).toEqual([]);
  expect(status).toBe(0);
  return report;
}

export function sessionsOf(lab: LabFile): Promise<readonly SessionStatus[]> {
  return lab.json("status", 0);
}

/** When each session with BIRD at its end came up, as seconds of the day, by node and neighbour. */
export async function beginnings(lab: LabFile): Promise<Readonly<Record<string, number>>> {
  const secondsOf = (time: string) => time.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
  const rows = await sessionsOf(lab);
  return Object.fromEntries(rows.map(({ node, neighbor, since }) => [`${node} ${neighbor}`, secondsOf(since)]));
}

/** The same beginnings: the daemon counts from a clock of its own, of which the wall's runs away by a millisecond or two. */
export function unbroken(began: Readonly<Record<string, number>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(began).map(([session, seconds]) => [session, expect.closeTo(seconds, 0)]));
}

/** How many checks of each kind passed. */
export function tally({ checks }: LabReport): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { kind } of checks) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function start(...args: readonly string[]) {
  const bin = join(root, "apps", "cli", "dist", "bin.js");
  const child = spawn(process.execPath, [bin, ...args], { cwd: root, env: { ...process.env, NO_COLOR: "1" } });
  child.stdout.setEncoding("utf8");
  child.stderr.setEncoding("utf8");
  return child;
}

function nixNosAsync(...args: readonly string[]): Promise<Ran> {
  const child = start(...args);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (text: string) => {
    stdout += text;
  });
  child.stderr.on("data", (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ status: status ?? 255, stdout, stderr }));
  });
}

/** Where the control socket of a host's BIRD is, for birdc. */
export function birdSocketOf(lab: LabFile, host: string): string {
  return `/run/nix-nos/lab/${lab.name}/hosts/${host}/bird.ctl`;
}
