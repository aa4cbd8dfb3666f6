import { randomUUID } from "node:crypto";
import type { TLSSocket } from "node:tls";
import type { HttpBindings } from "@hono/node-server";
import { type Operation, type OperationId, openApiDocument, operations, problems } from "@plasmacloud/deployer-client";
import { type Context, Hono } from "hono";
import type { Deployer } from "../deployer.js";
import { keys } from "../keys.js";
import { digestOf, type OperatorRequest, type Reply } from "../operators/operation.js";
import { type ConfiguredOperator, checkRole, operatorOf, operatorOfCertificate } from "../operators/operators.js";
import { ApiProblem, checked, toProblem } from "../problem.js";
import { StoreUnavailable } from "../store/store.js";
import { parseJson, readBody } from "./body.js";
import { dashboardFile, dashboardFiles } from "./dashboard.js";
import { type Asked, handlePhoneHome, handlers } from "./handlers.js";
import { createMetrics } from "./metrics.js";
import { checkSignature, type Received } from "./node-signature.js";
import { watchChanges } from "./watch.js";
import { countWrongKeys } from "./wrong-keys.js";

type Env = { Bindings: HttpBindings; Variables: { requestId: string; begun: number; actor: string } };
type Ctx = Context<Env>;

/** The whole API, made of the table of operations. */
export function createApp(
  deployer: Deployer,
  { operators, stopping }: { readonly operators: readonly ConfiguredOperator[]; readonly stopping: AbortSignal },
): Hono<Env> {
  const app = new Hono<Env>();
  const metrics = createMetrics(deployer);
  const wrongKeys = countWrongKeys(() => performance.now());
  const { log, store } = deployer;

  app.use(async (context, next) => {
    context.set("requestId", randomUUID());
    context.set("begun", performance.now());
    context.set("actor", "anybody");
    await next();
    context.header("x-request-id", context.get("requestId"));
    context.header("cache-control", "no-store");
  });

  const on = (method: string, path: string, name: string, answer: (context: Ctx) => Promise<Response>) => {
    app.on(method, routeOf(path), async (context) => {
      const response = await answer(context).catch((error: unknown) => refuse(context, error));
      const milliseconds = performance.now() - context.get("begun");
      metrics.answered(name, response.status, milliseconds / 1000);
      const level = levelOf(name, response.status);
      log[level](
        {
          requestId: context.get("requestId"),
          operation: name,
          path: context.req.path,
          status: response.status,
          milliseconds: Math.round(milliseconds),
          actor: context.get("actor"),
          address: addressOf(context),
        },
        "answered",
      );
      return response;
    });
  };

  for (const [id, operation] of Object.entries(operations) as [OperationId, Operation][]) {
    on(operation.method, operation.path, id, (context) => answer(context, id, operation));
  }
  for (const [path, file] of Object.entries(dashboardFiles)) on("GET", path, "dashboard", () => dashboardFile(file));
  on("GET", "/openapi.json", "openapi", async (context) => context.json(openApiDocument()));
  on("GET", "/healthz", "healthz", async (context) => context.json({ status: "ok" }));
  on("GET", "/readyz", "readyz", async (context) => {
    if (stopping.aborted) throw new ApiProblem("unavailable", { detail: "It is stopping.", retryAfter: 5 });
    await store.get(keys.leader);
    return context.json({ status: "ok" });
  });
  on("GET", "/metrics", "metrics", async (context) => {
    const { text, contentType } = await metrics.read();
    return context.body(text, 200, { "content-type": contentType });
  });
  for (const path of new Set(Object.values(operations).map((operation) => operation.path))) {
    app.all(routeOf(path), (context) => refuse(context, new ApiProblem("method_not_allowed")));
  }
  app.notFound((context) => refuse(context, new ApiProblem("not_found", { detail: "There is no such path." })));
  app.onError((error, context) => refuse(context, error));

  async function answer(context: Ctx, id: OperationId, operation: Operation): Promise<Response> {
    const target = targetOf(context, operation.path);
    if (operation.by === "bootstrap-key") return introduce(context);
    if (operation.by === "node") {
      const received = await receive(context);
      await checkSignature(deployer, target, received);
      context.set("actor", `node ${target}`);
      return serve(context, id, operation, target, received);
    }
    const holder = operatorOfCertificate(context.env.incoming.socket as TLSSocket, operators);
    const operator = holder ?? (await operatorOf(store, operators, bearerOf(context)));
    if (operator === null) throw await wrongKeys.refuse(addressOf(context), context.get("begun"));
    context.set("actor", `operator ${operator.name}`);
    if (operation.by !== "anybody") checkRole(operator, operation.by);
    if (id !== "watch") return serve(context, id, operation, target, await receive(context));
    const response = await watchChanges(deployer, context, lastRevision(context), stopping);
    metrics.watchers.inc();
    context.env.outgoing.once("close", () => metrics.watchers.dec());
    return response;
  }

  async function serve(context: Ctx, id: OperationId, operation: Operation, target: string, received: Received) {
    const { method, path, body } = received;
    const request: OperatorRequest = {
      actor: context.get("actor"),
      requestId: context.get("requestId"),
      address: addressOf(context),
      ifRevision: ifMatchOf(context),
      idempotencyKey: idempotencyKeyOf(context),
      digest: digestOf(method, path, body),
    };
    const asked = {
      deployer,
      request,
      id: target,
      body: operation.body === null ? null : checked(operation.body, body.length === 0 ? {} : parseJson(body)),
      query: operation.query === null ? null : checked(operation.query, context.req.query()),
    };
    const handler = handlers[id as keyof typeof handlers] as (asked: Asked) => Promise<Reply>;
    return toResponse(await handler(asked as Asked));
  }

  async function introduce(context: Ctx): Promise<Response> {
    const received = await receive(context);
    const request = { actor: "anybody", requestId: context.get("requestId"), address: addressOf(context) };
    try {
      return toResponse(await handlePhoneHome(deployer, request, received, bearerOf(context)));
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.code !== "unauthorized") throw error;
      throw await wrongKeys.refuse(request.address, context.get("begun"));
    }
  }

  function refuse(context: Ctx, error: unknown): Response {
    const requestId = context.get("requestId");
    const problem = problemOf(error);
    if (problem.code === "internal") log.error({ requestId, err: error }, "a fault");
    const body = toProblem(problem, requestId);
    const { retryAfter } = problem.more;
    const headers = {
      "content-type": "application/problem+json",
      ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
      ...(body.status === 401 ? { "www-authenticate": "Bearer" } : {}),
      // What was not read of a body that is too large is not waited for.
      ...(body.status === 413 ? { connection: "close" } : {}),
    };
    return new Response(JSON.stringify(body), { status: body.status, headers });
  }

  return app;
}

/** A store that is away is no fault of the deployer's; a beat that was heard is no news. */
function levelOf(operation: string, status: number): "error" | "warn" | "info" | "debug" {
  if (status >= 500) return status === problems.unavailable.status ? "warn" : "error";
  return operation === "heartbeat" && status === 200 ? "debug" : "info";
}

function problemOf(error: unknown): ApiProblem {
  if (error instanceof ApiProblem) return error;
  if (error instanceof StoreUnavailable)
    return new ApiProblem("unavailable", { detail: "The store is away.", retryAfter: 2 });
  return new ApiProblem("internal");
}

function toResponse({ status, body }: Reply): Response {
  if (body === null) return new Response(null, { status });
  const { revision } = { revision: undefined, ...body } as { readonly revision: unknown };
  const etag = typeof revision === "number" ? { etag: `"${revision}"` } : {};
  return new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...etag } });
}

async function receive(context: Ctx): Promise<Received> {
  const { method, path, raw } = context.req;
  return { method, path, headers: raw.headers, body: await readBody(raw) };
}

/** OpenAPI's `{id}:approve` as a segment of Hono's: a parameter whose pattern ends in the action. */
function routeOf(path: string): string {
  return path.replace(/\{id\}(:[a-z-]+)?/, (_, action = "") => `:id{[^/:]+${action}}`);
}

function targetOf(context: Ctx, path: string): string {
  const [, action = ""] = /\{id\}(:[a-z-]+)?$/.exec(path) ?? [];
  const id = context.req.param("id") ?? "";
  return action === "" ? id : id.slice(0, -action.length);
}

function addressOf(context: Ctx): string {
  const address = context.env.incoming.socket.remoteAddress ?? "";
  // IPv4 on a socket that speaks both.
  return address.replace(/^::ffff:(?=\d+\.)/, "");
}

function bearerOf(context: Ctx): string {
  const [, token = ""] = /^Bearer +([\x21-\x7e]{1,512})$/i.exec(context.req.header("authorization") ?? "") ?? [];
  return token;
}

function ifMatchOf(context: Ctx): number | null {
  const header = context.req.header("if-match");
  if (header === undefined || header === "*") return null;
  const [, revision] = /^"(\d{1,15})"$/.exec(header) ?? [];
  if (revision === undefined)
    throw new ApiProblem("malformed", { detail: 'If-Match is a revision in quotes, as "12".' });
  return Number(revision);
}

function idempotencyKeyOf(context: Ctx): string | null {
  const header = context.req.header("idempotency-key");
  if (header === undefined || /^[\x21-\x7e]{1,100}$/.test(header)) return header ?? null;
  throw new ApiProblem("malformed", { detail: "An Idempotency-Key is at most 100 printable characters." });
}

/** Where a watch goes on: a reconnecting stream's header says more than the address that it was first opened with. */
function lastRevision(context: Ctx): number | null {
  const text = context.req.header("last-event-id") ?? context.req.query("after");
  if (text === undefined || text === "") return null;
  if (!/^\d{1,15}$/.test(text)) throw new ApiProblem("malformed", { detail: "A revision is a whole number." });
  return Number(text);
}
