import { spawn } from "node:child_process";

/** A program that reads one kind of rendered file, and how it is asked whether it would. */
export interface Checker {
  readonly tool: string;
  /** Debian's package of it. */
  readonly package: string;
  /** Whether a file is for it. */
  readonly reads: (file: { path: string; kind: string }) => boolean;
  /** What a file is read without, because it is on the node alone; `null` leaves the file as it is. */
  readonly withoutSecrets?: (text: string) => string | null;
  readonly args: (files: readonly string[]) => readonly string[];
  /** How many files one call takes. */
  readonly perCall: number;
}

export const checkers: readonly Checker[] = [
  {
    tool: "bird",
    package: "bird2",
    reads: ({ kind }) => kind === "bird",
    withoutSecrets: (text) => {
      const stubbed = text.replace(/^( *)include ".*";$/gm, '$1password "a stand-in";');
      return stubbed === text ? null : stubbed;
    },
    args: (files) => ["-p", "-c", ...files],
    perCall: 1,
  },
  {
    tool: "gobgpd",
    package: "gobgpd",
    reads: ({ kind }) => kind === "gobgp",
    args: (files) => ["-d", "-p", "-t", "yaml", "-f", ...files],
    perCall: 1,
  },
  {
    tool: "nix-instantiate",
    package: "nix-bin",
    reads: ({ path }) => path.endsWith(".nix"),
    // Parsing needs no store, and a user's Nix may have one that only root may open.
    args: (files) => ["--store", "dummy://", "--parse", ...files],
    perCall: 200,
  },
];

/** Longest that a parser may take for one call. */
const timeout = 60_000;

/** Runs a checker; `null` when it accepts, else what it said. */
export function runChecker(
  tool: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<string | null> {
  return new Promise((resolve) => {
    const child = spawn(tool, args, { env: { ...env }, stdio: ["ignore", "pipe", "pipe"] });
    // gobgpd complains on stdout; nix-instantiate prints all that it parsed there, so only the end is kept.
    let said = "";
    const listen = (chunk: Buffer) => {
      said = (said + chunk.toString()).slice(-8000);
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    const timer = setTimeout(() => child.kill("SIGKILL"), timeout);
    child.on("error", (error) => resolve(error.message));
    child.on("close", (status, signal) => {
      clearTimeout(timer);
      if (status === 0) resolve(null);
      else resolve(said.trim() || (signal === null ? `exit code ${status}` : `ended by ${signal}`));
    });
  });
}
