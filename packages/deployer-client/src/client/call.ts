import type { z } from "zod";
import { type Operation, type OperationId, operations } from "../operations.js";
import { problemSchema } from "../schema/problem.js";
import { DeployerError, DeployerUnreachable } from "./error.js";
import { type Attempt, parseRetryAfter, type Retry, retried } from "./retry.js";
import type { World } from "./world.js";

/** Longer than a healthy deployer takes for anything but the watch stream. */
const answerTimeout = 30_000;

/** One call of an operation. */
export interface Call {
  readonly id?: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  readonly body?: unknown;
  /** Made anew for each try, because a signature has a nonce. */
  readonly headers: (
    path: string,
    body: Uint8Array<ArrayBuffer>,
  ) => Promise<Record<string, string>> | Record<string, string>;
}

/** An answer that is a success. */
export interface Answer<T> {
  readonly status: number;
  readonly value: T;
}

/**
 * Calls an operation, again where that may help: after network errors, 408, 429 and 5xx, and no other.
 *
 * @throws ZodError for a body that has errors, before anything is sent; DeployerError for a problem; DeployerUnreachable where nothing that is the deployer's came back
 */
export async function call<T>(
  world: World,
  server: string,
  operationId: OperationId,
  parts: Call,
  retry: Retry,
): Promise<Answer<T>> {
  const operation: Operation = operations[operationId];
  const { path, url } = addressOf(server, operation, parts);
  const text = operation.body === null ? "" : JSON.stringify(operation.body.parse(parts.body ?? {}));
  const body = new TextEncoder().encode(text);
  return retried(world, retry, async () => {
    const headers = {
      accept: "application/json",
      ...(operation.body === null ? {} : { "content-type": "application/json" }),
      ...(await parts.headers(path, body)),
    };
    const response = await respond(world, url, {
      method: operation.method,
      headers,
      redirect: "error",
      ...(operation.body === null ? {} : { body }),
      ...(retry.signal === undefined ? {} : { signal: retry.signal }),
    });
    return response instanceof DeployerUnreachable
      ? { error: response, retryAfter: null, isFinal: false }
      : read<T>(response, operation, world.now());
  });
}

/** Where an operation is, for an id and a query. */
export function addressOf(server: string, { path }: Operation, { id = "", query = {} }: Pick<Call, "id" | "query">) {
  const filled = path.replace("{id}", encodeURIComponent(id));
  const pairs = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  const search = new URLSearchParams(pairs as [string, string][]).toString();
  const url = new URL(filled, server);
  return { path: url.pathname, url: `${url.href}${search === "" ? "" : `?${search}`}` };
}

/** The response with its body read, or why there is none. Stops waiting after a while, as after a lost connection. */
async function respond(world: World, url: string, init: RequestInit): Promise<ReadResponse | DeployerUnreachable> {
  const timeout = new AbortController();
  const given = init.signal;
  const signal = given ? AbortSignal.any([given, timeout.signal]) : timeout.signal;
  const done = new AbortController();
  world.wait(answerTimeout, done.signal).then(
    () => timeout.abort(new Error("no answer in 30 s")),
    () => undefined,
  );
  try {
    const response = await world.fetch(url, { ...init, signal });
    const text = await response.text();
    return { status: response.status, retryAfter: response.headers.get("retry-after"), text };
  } catch (error) {
    given?.throwIfAborted();
    return new DeployerUnreachable(`${url}: ${reasonOf(error)}`, { cause: error });
  } finally {
    done.abort();
  }
}

interface ReadResponse {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly text: string;
}

function read<T>({ status, retryAfter, text }: ReadResponse, { answers }: Operation, now: number): Attempt<Answer<T>> {
  const json = parseJson(text);
  if (status in answers) {
    const schema = answers[status] as z.ZodType<T> | null;
    if (schema === null) return { value: { status, value: undefined as T } };
    const parsed = schema.safeParse(json);
    if (parsed.success) return { value: { status, value: parsed.data } };
    // A proxy's page with status 200, or another version: asking again does not change it.
    return { error: new DeployerUnreachable(notTheDeployer), retryAfter: null, isFinal: true };
  }
  const isFinal = status < 500 && status !== 408 && status !== 429;
  const problem = problemSchema.safeParse(json);
  const error = problem.success
    ? new DeployerError(problem.data)
    : new DeployerUnreachable(`${notTheDeployer} (status ${status})`);
  return { error, retryAfter: parseRetryAfter(retryAfter, now), isFinal };
}

const notTheDeployer = "What answered is not a deployer of this version";

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** `fetch` hides the reason in its cause. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && cause.message !== "" ? cause.message : error.message;
}
