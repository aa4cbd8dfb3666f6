import type { Logger } from "pino";
import { lastLineOf } from "./redact.js";
import { reasonOf, run } from "./run.js";
import type { SshSession } from "./ssh.js";

/** What the commands of the configuration may name in braces. */
export const placeholders = ["node", "address", "user", "generation", "system", "sshConfig"] as const;
export type Placeholders = Partial<Record<(typeof placeholders)[number], string>>;

/** What became of a command: the last line that it printed, or why it failed. */
export type Outcome =
  | { readonly isDone: true; readonly lastLine: string }
  | { readonly isDone: false; readonly reason: string };

/** Whether a command asks for something. */
export function names(words: readonly string[], placeholder: keyof Placeholders): boolean {
  return words.some((word) => word.includes(`{${placeholder}}`));
}

/**
 * Arguments with what stands in braces filled in; no shell sees them.
 *
 * @throws RangeError where a value would be taken for an option
 */
export function filled(words: readonly string[], values: Placeholders): readonly string[] {
  return words.map((word) => {
    const text = word.replace(/\{([A-Za-z]+)\}/g, (whole, name: keyof Placeholders) => values[name] ?? whole);
    if (text.startsWith("-") && !word.startsWith("-"))
      throw new RangeError(`${word} is not to begin with "-": ${text}`);
    return text;
  });
}

export interface CommandOptions {
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** `null` for what does not reach a node. */
  readonly session: SshSession | null;
}

/** A command of the configuration. */
export interface Command {
  readonly kind: "build" | "copy" | "install";
  readonly words: readonly string[];
  /** Seconds that it may take. */
  readonly limit: number;
}

/** Runs a command of the configuration on the deployer's own machine. */
export async function runCommand(
  { kind, words, limit }: Command,
  values: Placeholders,
  { log, signal, session }: CommandOptions,
): Promise<Outcome> {
  const begun = performance.now();
  try {
    const own = session === null ? {} : { sshConfig: session.configFile, user: session.user };
    const env: Record<string, string> = session === null ? {} : { NIX_SSHOPTS: `-F ${session.configFile}` };
    const ended = await run(filled(words, { ...values, ...own }), { env, limit: limit * 1000, signal });
    const isDone = ended.status === 0;
    const message = isDone ? lastLineOf(ended.stdout) : `${kind}: ${reasonOf(ended, limit * 1000)}`;
    const seconds = Math.round((performance.now() - begun) / 100) / 10;
    log[isDone ? "info" : "warn"]({ node: values.node, command: kind, status: ended.status, seconds, message }, "ran");
    return isDone ? { isDone, lastLine: message } : { isDone, reason: message };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { isDone: false, reason: `${kind}: ${lastLineOf(error.message)}` };
  }
}
