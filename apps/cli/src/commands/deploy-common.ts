import type { NodeState, OperatorClient } from "@plasmacloud/deployer-client";
import { type Command, InvalidArgumentError } from "commander";
import type { Context } from "./context.js";
import { jsonOption } from "./options.js";

/** The flags of each command that asks the deployer. */
export interface DeployFlags {
  readonly credentials: string;
  readonly json?: boolean;
}

export function deployOptions(command: Command): Command {
  return jsonOption(command).option(
    "--credentials <file>",
    "JSON file with the deployer's address, its authority and a token",
    "deployer.json",
  );
}

/** Asks the deployer; its client and TLS are loaded only for that. */
export async function clientOf<T>(
  { io }: Context,
  { credentials }: DeployFlags,
  ask: (client: OperatorClient) => Promise<T>,
): Promise<T> {
  const { withDeployer } = await import("../deploy/client.js");
  return withDeployer(io, credentials, ask);
}

/** A state as people read it: `Failed in install: disk (2 times)`. */
export function stateOf(state: NodeState): string {
  if (state.name === "Provisioning") return `${state.name}: ${state.phase}`;
  if (state.name !== "Failed") return state.name;
  const times = state.count === 1 ? "once" : `${state.count} times`;
  return `${state.name} in ${state.phase}: ${state.errorType} (${times})`;
}

/** How long ago a time was: `12 s ago`. */
export function agoOf(time: string, now: number): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(time)) / 1000));
  if (seconds < 120) return `${seconds} s ago`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min ago`;
  return seconds < 172_800 ? `${Math.round(seconds / 3600)} h ago` : `${Math.round(seconds / 86_400)} days ago`;
}

export function wholeNumber(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It is a whole number from 1 on.");
}

/** Seconds of a time as `7d`, `12h` or `30m`. */
export function seconds(text: string): number {
  const [, amount, unit = ""] = /^([1-9]\d{0,5})([dhm])$/.exec(text) ?? [];
  const time = Number(amount) * ({ d: 86_400, h: 3600, m: 60 }[unit] ?? Number.NaN);
  if (!Number.isNaN(time)) return time;
  throw new InvalidArgumentError("A time is a whole number and d, h or m, as 7d.");
}
