import type { DeployerError, DeployerUnreachable } from "./error.js";
import type { World } from "./world.js";

const second = 1000;
/** A server that asks for more is not waited for longer than this before it is asked again. */
const longestWait = 600 * second;

/** When a call is tried again, and how often. */
export interface Retry {
  /** How often a call is tried in all; `Infinity` for a node, which has nothing better to do. */
  readonly attempts: number;
  readonly signal?: AbortSignal | undefined;
}

/** What a single try ended with. */
export type Attempt<T> =
  | { readonly value: T }
  | {
      readonly error: DeployerError | DeployerUnreachable;
      readonly retryAfter: number | null;
      readonly isFinal: boolean;
    };

/**
 * Tries until it succeeds, with full jitter between 1 s and a ceiling that doubles from 2 to 60 s, so that a thousand
 * nodes whose server came back do not come at once.
 */
export async function retried<T>(
  world: Pick<World, "wait" | "random">,
  { attempts, signal }: Retry,
  attempt: () => Promise<Attempt<T>>,
): Promise<T> {
  for (let tries = 1; ; tries++) {
    const ended = await attempt();
    if ("value" in ended) return ended.value;
    if (ended.isFinal || tries >= attempts) throw ended.error;
    const pause = Math.max(pauseOf(tries, world.random), Math.min(ended.retryAfter ?? 0, longestWait));
    await world.wait(pause, signal);
  }
}

/** Milliseconds before the next try, after so many. */
export function pauseOf(tries: number, random: World["random"]): number {
  const ceiling = Math.min(60, 2 ** tries) * second;
  return second + fraction(random) * (ceiling - second);
}

/** From 0 up to, but not including, 1. */
function fraction(random: World["random"]): number {
  const [a = 0, b = 0, c = 0, d = 0] = random(4);
  return (((a * 256 + b) * 256 + c) * 256 + d) / 2 ** 32;
}

/** The header's milliseconds: seconds, or a date (RFC 9110 §10.2.3). */
export function parseRetryAfter(header: string | null, now: number): number | null {
  if (header === null) return null;
  if (/^\d{1,9}$/.test(header)) return Number(header) * second;
  const date = Date.parse(header);
  return Number.isNaN(date) ? null : Math.max(0, date - now);
}
