import { activationScript } from "./activation-script.js";
import type { SshSession } from "./ssh.js";

/** What a node is to run, and how it is brought there. */
export interface Activation {
  /** It is done once for each id, however often it is asked for. */
  readonly id: string;
  readonly system: string;
  /** Seconds without a confirmation after which the node goes back by itself. */
  readonly confirmSeconds: number;
  /** Seconds that activating may take. */
  readonly limit: number;
  /** A command on the node, 0 is healthy; empty: no unit failed that had not failed before. */
  readonly health: readonly string[];
}

const statuses = ["begun", "activating", "activated", "rolling-back", "confirmed", "rolled-back", "astray"] as const;

/** What a node says of an activation. */
export interface NodeReport {
  /** The boot that it is in, and the one in which the activation began. */
  readonly boot: string;
  readonly begun: string;
  /** What it runs, what it would boot, and what it ran before. */
  readonly system: string;
  readonly default: string;
  readonly previous: string;
  /** `null` where it knows nothing of it. */
  readonly status: (typeof statuses)[number] | null;
  /** Whether somebody on the node is at it. */
  readonly isAlive: boolean;
  readonly why: string;
  /** Why it was not confirmed, where it was not healthy. */
  readonly unhealthy: string | null;
}

export type NodeAnswer =
  | { readonly outcome: "told"; readonly report: NodeReport }
  /** It has changed nothing. */
  | { readonly outcome: "refused"; readonly reason: string }
  | { readonly outcome: "another-key" | "unreachable"; readonly reason: string };

/** The script's own status where it refuses. */
const refused = 3;
/** Beside what the command itself may take, in milliseconds. */
const slack = 30_000;

/** What a session can do about an activation. Every call is over a connection that can be lost without harm. */
export function activationOn(session: SshSession, activation: Activation, signal: AbortSignal) {
  const { id, system, confirmSeconds, limit, health } = activation;
  const call = async (words: readonly string[], seconds: number, isFresh = false): Promise<NodeAnswer> => {
    const [verb = "", ...rest] = words;
    const line = ["sh", "-c", 'eval "$1"', "sh", activationScript, verb, id, ...rest];
    const answer = await session.run(line, { limit: seconds * 1000 + slack, signal, isFresh });
    if (answer.outcome !== "ended") return answer;
    if (answer.status === 0) return { outcome: "told", report: parseReport(answer.stdout) };
    if (answer.status === refused) return { outcome: "refused", reason: answer.message };
    return { outcome: "unreachable", reason: `${verb} ended with ${answer.status}: ${answer.message}` };
  };
  return {
    /** Begins it, where it has not begun; goes on with one that was cut off. */
    begin: () => call(["begin", system, String(confirmSeconds), String(limit)], 0),
    ask: () => call(["ask"], 0),
    /** Over a connection of its own: that one can be made is a part of the proof. */
    confirm: () => call(["confirm", ...health], 60 + 3 * limit, true),
    restart: () => call(["restart"], 0),
  };
}

function parseReport(text: string): NodeReport {
  const lines = text.split("\n").map((line) => /^([a-z]+) ?(.*)$/.exec(line) ?? []);
  const values = new Map(lines.map(([, key = "", value = ""]) => [key, value.trim()]));
  const of = (key: string) => values.get(key) ?? "";
  return {
    boot: of("boot"),
    begun: of("begun"),
    system: of("system"),
    default: of("default"),
    previous: of("previous"),
    status: statuses.find((each) => each === of("status")) ?? null,
    isAlive: of("alive") === "yes",
    why: of("why"),
    unhealthy: values.get("unhealthy") ?? null,
  };
}
