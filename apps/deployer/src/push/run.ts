import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { lastLineOf } from "./redact.js";

/** How a program ended. */
export interface Ended {
  /** Its exit status; `null` where it did not end by itself. */
  readonly status: number | null;
  /** What ended it, where it did not by itself. */
  readonly cut: "limit" | "signal" | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  /** Beside this process's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Milliseconds that it may take. */
  readonly limit: number;
  readonly signal: AbortSignal;
}

/**
 * Has a program die with the deployer: descriptor 3 ends with this process, even where that is killed, and then the
 * whole group is. Else an installation would go on while the next leader begins it again.
 */
const lifeline = `"$@" 3<&- & child=$!
{ cat <&3; kill -KILL 0; } >/dev/null 2>&1 &
exec 3<&-
wait "$child"`;

/** Of output, so much from its end is kept. */
const kept = 65_536;
/** Between asking a program to end and ending it, in milliseconds. */
const grace = 2000;

/** Runs a program in a group of its own, with nothing to read, and waits until it has ended. */
export function run(words: readonly string[], { env = {}, limit, signal }: RunOptions): Promise<Ended> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve({ status: null, cut: "signal", stdout: "", stderr: "" });
    const child = spawn("sh", ["-c", lifeline, "sh", ...words], {
      detached: true,
      env: { ...process.env, LC_ALL: "C", ...env },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    let cut: Ended["cut"] = null;
    const texts = { stdout: "", stderr: "" };
    const over = new AbortController();
    for (const name of ["stdout", "stderr"] as const) {
      child[name]?.setEncoding("utf8").on("data", (text: string) => {
        texts[name] = `${texts[name]}${text}`.slice(-kept);
      });
    }
    const end = (reason: NonNullable<Ended["cut"]>) => {
      cut ??= reason;
      killGroup(child.pid, "SIGTERM");
      void sleep(grace, undefined, { signal: over.signal }).then(
        () => killGroup(child.pid, "SIGKILL"),
        () => undefined,
      );
    };
    const onAbort = () => end("signal");
    signal.addEventListener("abort", onAbort, { once: true });
    const timer = setTimeout(() => end("limit"), limit);
    // What the program left behind in its group goes with it.
    child.once("exit", () => {
      child.stdio[3]?.destroy();
      // The master of a shared connection has these too, for as long as the command on the node lasts.
      if (cut !== null) for (const name of ["stdout", "stderr"] as const) child[name]?.destroy();
    });
    child.once("error", (error) => {
      texts.stderr += error.message;
    });
    child.once("close", (status) => {
      over.abort();
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      resolve({ status: cut === null ? status : null, cut, ...texts });
    });
  });
}

function killGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // It has ended meanwhile.
  }
}

/** Why a program did not do what it should, in one line. */
export function reasonOf({ status, cut, stdout, stderr }: Ended, limit: number): string {
  const said = lastLineOf(stderr) || lastLineOf(stdout);
  if (cut === "limit") return `took longer than ${Math.round(limit / 1000)} s${said === "" ? "" : `: ${said}`}`;
  if (cut === "signal") return "was stopped with the deployer";
  return said === "" ? `ended with ${status}` : said;
}
