import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { expect, it, onTestFinished } from "vitest";
import { problems } from "../schema/problem.js";
import { verifyRequest } from "../signature/message.js";
import { makeNodeKey } from "../signature/node-key.js";
import { DeployerError, DeployerUnreachable } from "./error.js";
import { createNodeClient } from "./node-client.js";
import { createOperatorClient } from "./operator-client.js";
import { parseRetryAfter, pauseOf } from "./retry.js";
import type { World } from "./world.js";

const bootId = "3f0b8d0c-61a2-4a0e-9d0e-2b1f6f1d7c55";
const beat = { sequence: 1, system: null, phase: null, health: { status: "ok" as const, checks: [] } };
const beaten = { isCurrent: true, state: { name: "Pending" }, action: "wait", wantedSystem: null, nextCallSeconds: 20 };

type Handler = (request: IncomingMessage & { text: string }, response: ServerResponse) => void;

/** A real server that answers each request in turn; the last answer again for the rest. */
async function serve(...answers: Handler[]) {
  const requests: (IncomingMessage & { text: string })[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const whole = Object.assign(request, { text: Buffer.concat(chunks).toString() });
    requests.push(whole);
    (answers[requests.length - 1] ?? answers.at(-1))?.(whole, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests, server };
}

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Handler =>
  (_request, response) => {
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
  };

const problem = (code: keyof typeof problems, headers: Record<string, string> = {}) => {
  const { status, retryable, title } = problems[code];
  return json(status, { type: code, title, status, code, retryable, requestId: "r1" }, headers);
};

const reset: Handler = (request) => request.socket.destroy();

/** The real network and random; waiting takes no time, and is written down. */
function world(): World & { readonly waits: number[] } {
  const waits: number[] = [];
  return {
    waits,
    fetch,
    now: Date.now,
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    wait: async (milliseconds, signal) => {
      // What watches over an answer waits for real, and is ended by its signal.
      if (signal !== undefined && (milliseconds === 30_000 || milliseconds === 45_000)) {
        await sleep(milliseconds, undefined, { signal, ref: false });
      } else waits.push(milliseconds);
    },
  };
}

it("tries again after network errors, 408, 429 and 5xx, signs each try anew, and stops when answered", async () => {
  const statuses = [problem("timeout"), problem("rate_limited"), problem("internal"), problem("unavailable")];
  const { url, requests } = await serve(reset, ...statuses, json(502, "a proxy"), json(200, beaten));
  const [key, own] = [await makeNodeKey(), world()];
  const client = createNodeClient({ server: url, key, bootId, ...own });
  expect(await client.heartbeat("node01", beat)).toEqual(beaten);
  expect(requests).toHaveLength(7);
  expect(own.waits).toHaveLength(6);
  for (const [index, wait] of own.waits.entries()) {
    expect(wait).toBeGreaterThanOrEqual(1000);
    expect(wait).toBeLessThan(Math.min(60, 2 ** (index + 1)) * 1000);
  }
  expect(new Set(requests.map(({ headers }) => headers["signature-input"])).size).toBe(7);
  for (const { method = "", url: path = "", headers, text } of requests) {
    const request = { method, path, body: new TextEncoder().encode(text) };
    const signed = headers as Record<"content-digest" | "signature-input" | "signature", string>;
    expect(await verifyRequest(request, signed, key.publicKey)).toBe(true);
  }
});

it("stops at any other 4xx, and says what the deployer said", async () => {
  for (const code of [
    "malformed",
    "unauthorized",
    "forbidden",
    "not_found",
    "identity_conflict",
    "revoked",
    "too_large",
    "invalid",
  ] as const) {
    const { url, requests } = await serve(problem(code));
    const client = createNodeClient({ server: url, key: await makeNodeKey(), bootId, ...world() });
    const error = await client.heartbeat("node01", beat).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(DeployerError);
    expect((error as DeployerError).problem.code).toBe(code);
    expect(requests).toHaveLength(1);
  }
});

it("waits for as long as Retry-After asks, in seconds or until a date", async () => {
  const { url } = await serve(problem("unavailable", { "retry-after": "90" }), json(200, beaten));
  const own = world();
  await createNodeClient({ server: url, key: await makeNodeKey(), bootId, ...own }).heartbeat("node01", beat);
  expect(own.waits).toEqual([90_000]);
  expect(parseRetryAfter("Thu, 01 Jan 1970 00:01:00 GMT", 10_000)).toBe(50_000);
  expect(parseRetryAfter("soon", 0)).toBeNull();
});

it("spreads its tries over the whole time between 1 s and a ceiling of 60 s", { tags: "property" }, () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2000 }), fc.uint8Array({ minLength: 4, maxLength: 4 }), (tries, bytes) => {
      const pause = pauseOf(tries, () => bytes);
      expect(pause).toBeGreaterThanOrEqual(1000);
      expect(pause).toBeLessThan(60_000);
    }),
  );
  expect(pauseOf(9, () => new Uint8Array(4))).toBe(1000);
  expect(pauseOf(9, () => new Uint8Array(4).fill(255))).toBeGreaterThan(59_999);
});

it("ends at once when its signal is aborted, also while it waits for an answer", async () => {
  const { url } = await serve(() => undefined);
  const client = createNodeClient({ server: url, key: await makeNodeKey(), bootId, ...world() });
  const controller = new AbortController();
  const beating = client.heartbeat("node01", beat, controller.signal);
  setTimeout(() => controller.abort(new Error("enough")), 50);
  await expect(beating).rejects.toThrow("enough");
});

it("does not take a stranger's answer for the deployer's", async () => {
  const { url, requests } = await serve(json(200, { hello: "I am a proxy" }));
  const client = createOperatorClient({ server: url, token: "t", attempts: 3, ...world() });
  await expect(client.listNodes()).rejects.toThrow(DeployerUnreachable);
  expect(requests).toHaveLength(1);
});

it("gives all tries of one change one Idempotency-Key, and up after its attempts", async () => {
  const { url, requests } = await serve(reset);
  const client = createOperatorClient({ server: url, token: "t", attempts: 3, ...world() });
  await expect(client.approve("node01", { ifRevision: 7 })).rejects.toThrow(DeployerUnreachable);
  await expect(client.lock("node01", true)).rejects.toThrow(DeployerUnreachable);
  const keys = requests.map(({ headers }) => headers["idempotency-key"]);
  expect(new Set(keys.slice(0, 3)).size).toBe(1);
  expect(new Set(keys).size).toBe(2);
  expect(requests[0]?.headers["if-match"]).toBe('"7"');
  expect(requests[0]?.text).toBe('{"wantedSystem":null}');
  expect(requests[3]?.text).toBe('{"isLocked":true}');
});

it("watches over lost connections from where it was, and ends at 410", async () => {
  const event = (id: number) => `id: ${id}\ndata: ${JSON.stringify({ type: "node-removed", id: `node${id}` })}\n\n`;
  const stream =
    (...chunks: string[]): Handler =>
    async (request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      for (const chunk of chunks) {
        response.write(chunk);
        await sleep(5);
      }
      request.socket.destroy();
    };
  const first = stream(`: hello\n\n${event(5)}`, event(6).slice(0, 9), event(6).slice(9), event(7).slice(0, 12));
  const { url, requests } = await serve(first, problem("unavailable"), stream(event(7)), problem("compacted"));
  const client = createOperatorClient({ server: url, token: "t", attempts: 3, ...world() });
  const seen: number[] = [];
  const watching = async () => {
    for await (const { revision } of client.watch({ after: 4, signal: new AbortController().signal }))
      seen.push(revision);
  };
  await expect(watching()).rejects.toMatchObject({ problem: { code: "compacted" } });
  expect(seen).toEqual([5, 6, 7]);
  expect(requests.map(({ headers }) => headers["last-event-id"])).toEqual(["4", "6", "6", "7"]);
});
