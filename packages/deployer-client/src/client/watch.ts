import { createParser, type EventSourceMessage } from "eventsource-parser";
import { operations } from "../operations.js";
import { problemSchema } from "../schema/problem.js";
import { type WatchEvent, watchEventSchema } from "../schema/watch.js";
import { addressOf, reasonOf } from "./call.js";
import { DeployerError, DeployerUnreachable } from "./error.js";
import { parseRetryAfter, pauseOf } from "./retry.js";
import type { World } from "./world.js";

/** An event, with the revision to go on from after it. */
export interface Watched {
  readonly revision: number;
  readonly event: WatchEvent;
}

/** A stream that says nothing for so long is dead: the server comments every 15 s. */
const silence = 45_000;

/** See `OperatorClient.watch`. */
export async function* watch(
  world: World,
  from: {
    readonly server: string;
    readonly authorization: string;
    readonly after: number | null;
    readonly signal: AbortSignal;
  },
): AsyncGenerator<Watched> {
  let last = from.after;
  for (let failures = 1; !from.signal.aborted; failures++) {
    const stream = open(world, from, last);
    try {
      for await (const watched of stream) {
        failures = 1;
        last = watched.revision;
        yield watched;
      }
    } catch (error) {
      if (from.signal.aborted) return;
      if (error instanceof Refused && error.isFinal) throw error.cause;
      const asked = error instanceof Refused ? (error.retryAfter ?? 0) : 0;
      await waitOrEnd(world, Math.max(pauseOf(failures, world.random), asked), from.signal);
      continue;
    }
    // An end that the server chose, as when it stops.
    await waitOrEnd(world, pauseOf(failures, world.random), from.signal);
  }
}

/** Why a connection did not become a stream. */
class Refused extends Error {
  readonly isFinal: boolean;
  readonly retryAfter: number | null;

  constructor(cause: DeployerError | DeployerUnreachable, isFinal: boolean, retryAfter: number | null) {
    super(cause.message, { cause });
    this.isFinal = isFinal;
    this.retryAfter = retryAfter;
  }
}

async function* open(
  world: World,
  { server, authorization, signal }: { server: string; authorization: string; signal: AbortSignal },
  last: number | null,
): AsyncGenerator<Watched> {
  const dead = new AbortController();
  const { url } = addressOf(server, operations.watch, {});
  const headers = {
    accept: "text/event-stream",
    authorization,
    ...(last === null ? {} : { "last-event-id": String(last) }),
  };
  let alive = new AbortController();
  const heard = () => {
    alive.abort();
    alive = new AbortController();
    world.wait(silence, alive.signal).then(
      () => dead.abort(new Error("the stream is silent")),
      () => undefined,
    );
  };
  heard();
  try {
    const response = await world.fetch(url, { headers, signal: AbortSignal.any([signal, dead.signal]) });
    if (response.status !== 200 || response.body === null) throw await refusal(response, world.now());
    const messages: EventSourceMessage[] = [];
    const parser = createParser({ onEvent: (message) => messages.push(message) });
    const decoder = new TextDecoder();
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array<ArrayBuffer>>) {
      heard();
      parser.feed(decoder.decode(chunk, { stream: true }));
      for (const message of messages.splice(0)) yield parse(message);
    }
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused(new DeployerUnreachable(`${url}: ${reasonOf(error)}`, { cause: error }), false, null);
  } finally {
    alive.abort();
    dead.abort();
  }
}

function parse({ id, data }: EventSourceMessage): Watched {
  const event = watchEventSchema.safeParse(JSON.parse(data));
  if (event.success) return { revision: Number(id), event: event.data };
  throw new Refused(new DeployerUnreachable("What answered is not a deployer of this version"), true, null);
}

async function refusal(response: Response, now: number): Promise<Refused> {
  const { status } = response;
  const text = await response.text();
  const isFinal = status < 500 && status !== 408 && status !== 429;
  const retryAfter = parseRetryAfter(response.headers.get("retry-after"), now);
  let json: unknown = null;
  try {
    json = JSON.parse(text);
  } catch {
    // A proxy's page.
  }
  const problem = problemSchema.safeParse(json);
  const cause = problem.success ? new DeployerError(problem.data) : new DeployerUnreachable(`status ${status}`);
  return new Refused(cause, isFinal, retryAfter);
}

async function waitOrEnd(world: World, milliseconds: number, signal: AbortSignal): Promise<void> {
  try {
    await world.wait(milliseconds, signal);
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
