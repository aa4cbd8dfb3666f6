import { systemSchema } from "@plasmacloud/deployer-client";
import { type CommandOptions, type Placeholders, runCommand } from "./commands.js";
import type { PushConfig } from "./push-config.js";

/** A system that there is now, or why there is none. */
export type Built =
  | { readonly system: string; readonly reason: null }
  | { readonly system: null; readonly reason: string };

/** Builds a node's system by the command of the configuration. */
export async function buildSystem(
  { build: words, limits }: PushConfig,
  values: Placeholders,
  options: Omit<CommandOptions, "session">,
): Promise<Built> {
  const command = { kind: "build", words, limit: limits.build } as const;
  const done = await runCommand(command, values, { ...options, session: null });
  return done.isDone ? systemIn("build", done.lastLine) : { system: null, reason: done.reason };
}

/** The system that a command printed as its last line. */
export function systemIn(command: string, lastLine: string): Built {
  const { success, data } = systemSchema.safeParse(lastLine);
  if (success) return { system: data, reason: null };
  return { system: null, reason: `${command} printed no path of a system as its last line: ${lastLine}` };
}
