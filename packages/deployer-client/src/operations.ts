import { z } from "zod";
import { auditPageSchema } from "./schema/audit.js";
import { bootstrapKeySchema, madeBootstrapKeySchema, newBootstrapKeySchema } from "./schema/bootstrap-key.js";
import {
  heartbeatAnswerSchema,
  heartbeatSchema,
  nodeEventsAnswerSchema,
  nodeEventsSchema,
  phoneHomeAnswerSchema,
  phoneHomeSchema,
} from "./schema/messages.js";
import { nodeDetailSchema, nodeSchema } from "./schema/node.js";
import { newRolloutSchema, rolloutDetailSchema, rolloutPlanSchema, rolloutSchema } from "./schema/rollout.js";
import { hostnameSchema, lineSchema, nameSchema, nodeKeySchema, revisionSchema, systemSchema } from "./schema/text.js";

/** What operators may do: a viewer reads, an operator changes, an admin also replaces keys and deletes. */
export const roles = ["viewer", "operator", "admin"] as const;
export type Role = (typeof roles)[number];

/** One operation of the API. The server serves this table, the clients call it, and `openApiDocument` describes it. */
export interface Operation {
  readonly method: "GET" | "POST" | "DELETE";
  /** As OpenAPI spells it. */
  readonly path: string;
  readonly summary: string;
  /** Who may: anybody, the bearer of a bootstrap key, the node itself by its signature, or an operator of this role. */
  readonly by: "anybody" | "bootstrap-key" | "node" | Role;
  readonly query: z.ZodObject | null;
  readonly body: z.ZodType | null;
  /** What it answers where it succeeds; several statuses have one schema. `null` is no body, or not JSON. */
  readonly answers: { readonly [status: number]: z.ZodType | null };
}

const wanted = z.strictObject({
  wantedSystem: systemSchema.nullable().default(null).describe("What it is to run; null: whatever gets installed."),
});
const why = z.strictObject({ reason: lineSchema.nullable().default(null) });
const nothing = z.strictObject({});

export const operations = {
  phoneHome: {
    ...post("/v1/phone-home", "A machine introduces itself. 200: the same machine again, and no use is counted."),
    by: "bootstrap-key",
    body: phoneHomeSchema,
    answers: { 200: phoneHomeAnswerSchema, 201: phoneHomeAnswerSchema },
  },
  heartbeat: {
    ...post("/v1/nodes/{id}/heartbeat", "A node says that it lives, and hears what is wanted of it."),
    by: "node",
    body: heartbeatSchema,
    answers: { 200: heartbeatAnswerSchema },
  },
  nodeEvents: {
    ...post("/v1/nodes/{id}/events", "A node tells how its installation goes on; each event counts once."),
    by: "node",
    body: nodeEventsSchema,
    answers: { 200: nodeEventsAnswerSchema },
  },
  clusterConfig: {
    ...get("/v1/nodes/{id}/cluster-config", "The node's own cluster-config.json, as it was rendered."),
    by: "node",
    answers: { 200: z.looseObject({ version: z.literal(1), node_id: hostnameSchema }).meta({ id: "ClusterConfig" }) },
  },

  listNodes: {
    ...get("/v1/nodes", "All nodes by name, and the revision to watch from."),
    answers: {
      200: z
        .strictObject({
          nodes: z.array(nodeSchema),
          unreadable: z.array(z.string()).describe("Keys of the store whose records are no nodes' and were left out."),
          revision: revisionSchema,
        })
        .meta({ id: "NodeList" }),
    },
  },
  getNode: {
    ...get("/v1/nodes/{id}", "One node, with its inventory and who else claimed to be it."),
    answers: { 200: nodeDetailSchema },
  },
  approveNode: {
    ...post("/v1/nodes/{id}:approve", "Lets a pending node be installed."),
    body: wanted,
    answers: { 200: nodeSchema },
  },
  rejectNode: {
    ...post("/v1/nodes/{id}:reject", "Removes a pending node and revokes its key."),
    body: why,
    answers: { 204: null },
  },
  retryNode: {
    ...post("/v1/nodes/{id}:retry", "Lets a failed node try again."),
    body: nothing,
    answers: { 200: nodeSchema },
  },
  reinstallNode: {
    ...post("/v1/nodes/{id}:reinstall", "Installs an active node anew. Its disks are wiped."),
    body: wanted,
    answers: { 200: nodeSchema },
  },
  lockNode: {
    ...post("/v1/nodes/{id}:lock", "Has rollouts leave a node alone, or lets go of it again."),
    body: z.strictObject({ isLocked: z.boolean() }),
    answers: { 200: nodeSchema },
  },
  rotateNodeKey: {
    ...post("/v1/nodes/{id}:rotate-key", "Makes a newcomer that claimed to be this node the node, with its keys."),
    by: "admin",
    body: z.strictObject({ nodeKey: nodeKeySchema.describe("One of the node's claims.") }),
    answers: { 200: nodeSchema },
  },
  deleteNode: {
    ...remove("/v1/nodes/{id}", "Forgets a node and revokes its key."),
    by: "admin",
    answers: { 204: null },
  },

  listBootstrapKeys: {
    ...get("/v1/bootstrap-keys", "All bootstrap keys, without their secrets."),
    answers: { 200: z.strictObject({ keys: z.array(bootstrapKeySchema) }).meta({ id: "BootstrapKeyList" }) },
  },
  createBootstrapKey: {
    ...post("/v1/bootstrap-keys", "Makes a bootstrap key."),
    body: newBootstrapKeySchema,
    answers: { 201: madeBootstrapKeySchema },
  },
  revokeBootstrapKey: {
    ...remove("/v1/bootstrap-keys/{id}", "Revokes a bootstrap key; nodes that it introduced stay."),
    answers: { 200: bootstrapKeySchema },
  },

  listRollouts: {
    ...get("/v1/rollouts", "Rollouts, the newest first, and the revision to watch from."),
    query: z.strictObject({
      before: nameSchema.optional(),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    answers: {
      200: z.strictObject({ rollouts: z.array(rolloutSchema), revision: revisionSchema }).meta({ id: "RolloutList" }),
    },
  },
  getRollout: {
    ...get("/v1/rollouts/{id}", "One rollout, with its nodes and why each of them waits."),
    answers: { 200: rolloutDetailSchema },
  },
  createRollout: {
    ...post("/v1/rollouts", "Begins a rollout, one at a time. 200: a dry run, which changes nothing."),
    body: newRolloutSchema,
    answers: { 200: rolloutPlanSchema, 201: rolloutSchema },
  },
  pauseRollout: {
    ...post("/v1/rollouts/{id}:pause", "Lets no further node begin; those that are underway come to their end."),
    body: why,
    answers: { 200: rolloutSchema },
  },
  resumeRollout: {
    ...post("/v1/rollouts/{id}:resume", "Goes on with a rollout that is paused."),
    body: nothing,
    answers: { 200: rolloutSchema },
  },
  abortRollout: {
    ...post("/v1/rollouts/{id}:abort", "Ends a rollout; nodes that are underway come to their end, no other begins."),
    body: why,
    answers: { 200: rolloutSchema },
  },

  watch: {
    ...get("/v1/watch", "Changes as they happen, as server-sent events (WatchEvent). Last-Event-ID goes on after it."),
    query: z.strictObject({ after: z.coerce.number().int().nonnegative().optional() }),
    answers: { 200: null },
  },
  listAudit: {
    ...get("/v1/audit", "Who did what, the newest first."),
    query: z.strictObject({
      node: hostnameSchema.optional(),
      before: z.string().max(100).optional(),
      limit: z.coerce.number().int().min(1).max(1000).default(100),
    }),
    answers: { 200: auditPageSchema },
  },
} as const satisfies { readonly [id: string]: Operation };

export type OperationId = keyof typeof operations;

/** The body that a client sends for an operation. */
export type BodyOf<Id extends OperationId> = z.input<NonNullable<(typeof operations)[Id]["body"]>>;
/** What an operation answers where it succeeds. */
export type AnswerOf<Id extends OperationId> = z.output<
  NonNullable<(typeof operations)[Id]["answers"][keyof (typeof operations)[Id]["answers"]]>
>;

function get(path: string, summary: string) {
  return { method: "GET", path, summary, by: "viewer", query: null, body: null } as const;
}

function post(path: string, summary: string) {
  return { method: "POST", path, summary, by: "operator", query: null } as const;
}

function remove(path: string, summary: string) {
  return { method: "DELETE", path, summary, by: "operator", query: null, body: null } as const;
}
