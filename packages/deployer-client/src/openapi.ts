import { z } from "zod";
import { type Operation, operations } from "./operations.js";
import { problemSchema } from "./schema/problem.js";
import { watchEventSchema } from "./schema/watch.js";

/**
 * The API's description in OpenAPI 3.1, made of the schemas that the server checks with.
 *
 * @example
 * ```ts
 * import { openApiDocument } from "@plasmacloud/deployer-client";
 *
 * openApiDocument().openapi; // => "3.1.0"
 * ```
 */
export function openApiDocument() {
  const schemas: Record<string, object> = {};
  const paths: Record<string, Record<string, object>> = {};
  for (const [id, operation] of Object.entries<Operation>(operations)) {
    paths[operation.path] = {
      ...paths[operation.path],
      [operation.method.toLowerCase()]: describe(id, operation, schemas),
    };
  }
  reference(watchEventSchema, schemas, "output");
  reference(problemSchema, schemas, "output");
  return {
    openapi: "3.1.0",
    info: { title: "The deployer", version: "1", license: { name: "Apache-2.0", identifier: "Apache-2.0" } },
    paths,
    components: {
      schemas,
      securitySchemes: {
        operator: { type: "http", scheme: "bearer", description: "An operator's token." },
        bootstrapKey: { type: "http", scheme: "bearer", description: "A bootstrap key." },
        nodeSignature: {
          type: "apiKey",
          in: "header",
          name: "Signature",
          description: "RFC 9421 over method, path and content-digest, with the node's ed25519 key.",
        },
      },
    },
  };
}

function describe(
  id: string,
  { method, path, summary, by, query, body, answers }: Operation,
  schemas: Record<string, object>,
) {
  const isOperators = by !== "anybody" && by !== "bootstrap-key" && by !== "node";
  const isChange = isOperators && method !== "GET";
  const scheme = { anybody: null, "bootstrap-key": "bootstrapKey", node: "nodeSignature" }[by as string] ?? "operator";
  const success = Object.entries(answers).map(([status, schema]) => [status, answer(id, schema, schemas)]);
  return {
    operationId: id,
    summary,
    ...(isOperators ? { description: `Needs the role ${by}.` } : {}),
    security: by === "anybody" ? [] : [{ [scheme]: [] }],
    parameters: [
      ...[...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => parameter(name ?? "", "path", { type: "string" })),
      ...queryParameters(query, schemas),
      ...(isChange && path.includes("{id}") ? [parameter("If-Match", "header", { type: "string" })] : []),
      ...(isChange ? [parameter("Idempotency-Key", "header", { type: "string", maxLength: 100 })] : []),
      ...(id === "watch" ? [parameter("Last-Event-ID", "header", { type: "string" })] : []),
    ],
    ...(body === null ? {} : { requestBody: { required: true, content: json(reference(body, schemas, "input")) } }),
    responses: {
      ...Object.fromEntries(success),
      default: {
        description: "A problem (RFC 9457)",
        content: { "application/problem+json": { schema: reference(problemSchema, schemas, "output") } },
      },
    },
  };
}

function answer(id: string, schema: z.ZodType | null, schemas: Record<string, object>) {
  if (id === "watch")
    return { description: "Events", content: { "text/event-stream": { schema: { type: "string" } } } };
  if (schema === null) return { description: "Done" };
  return { description: "Done", content: json(reference(schema, schemas, "output")) };
}

function json(schema: object) {
  return { "application/json": { schema } };
}

function parameter(name: string, where: "path" | "query" | "header", schema: object) {
  return { name, in: where, required: where === "path", schema };
}

function queryParameters(query: z.ZodObject | null, schemas: Record<string, object>) {
  const shape: Readonly<Record<string, z.ZodType>> = query?.shape ?? {};
  return Object.entries(shape).map(([name, schema]) => parameter(name, "query", reference(schema, schemas, "input")));
}

/** Puts a schema's named parts among the components, each once, and gives the schema that refers to them. */
function reference(schema: z.ZodType, schemas: Record<string, object>, io: "input" | "output"): object {
  const { $schema: _, $defs = {}, ...own } = z.toJSONSchema(schema, { io });
  for (const [name, definition] of Object.entries($defs)) schemas[name] ??= relocated(definition);
  const { id } = schema.meta() ?? {};
  if (id === undefined) return relocated(own);
  schemas[id] ??= relocated(own);
  return { $ref: `#/components/schemas/${id}` };
}

/** The same, with references to where OpenAPI keeps schemas, and without the identifiers that name them there. */
function relocated(schema: object): object {
  const text = JSON.stringify(schema, (key, value) => (key === "id" && typeof value === "string" ? undefined : value));
  return JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/'));
}
